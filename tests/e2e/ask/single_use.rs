//! Tools whose questions can be answered once.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use disco_sdk::client::{Answers, Client};
use disco_sdk::prelude::*;
use disco_sdk::{Limits, Service};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::join;

use super::fixture::Effects;
use super::rounds::{CALL, answered, params, raw, raw_of, text};
use super::stores::{Give, Shared, shared};
use super::{accept, capabilities, with_forms};
use crate::support::{TestServer, modern_call};

/// Pays, when it is told what.
#[tool(single_use)]
async fn pay(ctx: Context, effects: State<Effects>) -> Result<String> {
    let what: String = ctx.ask("What shall it be?").await?;
    let number = effects.happen();
    Ok(format!("{what}, paid {number} times"))
}

/// Pays, and waits for the bank.
#[tool(single_use)]
async fn pay_slowly(ctx: Context, effects: State<Effects>) -> Result<String> {
    let what: String = ctx.ask("What shall it be?").await?;
    effects.run();
    effects.gate.pass().await;
    let number = effects.happen();
    Ok(format!("{what}, paid {number} times"))
}

/// Pays between two questions.
#[tool(single_use)]
async fn pay_and_ask(ctx: Context, effects: State<Effects>) -> Result<String> {
    let what: String = ctx.ask("What shall it be?").await?;
    let number = ctx.once("pay", |_| async { Ok::<_, Error>(effects.happen()) }).await?;
    effects.run();
    let address: String = ctx.ask("Where shall it go?").await?;
    Ok(format!("{what} to {address}, paid {number} times"))
}

/// Pays, and then something goes wrong.
#[tool(single_use)]
async fn pay_and_fail(ctx: Context, effects: State<Effects>, panics: bool) -> Result<()> {
    ctx.ask::<String>("What shall it be?").await?;
    effects.happen();
    assert!(!panics, "the bank is closed");
    Err(Error::protocol(ErrorCode::INTERNAL_ERROR, "the bank has closed"))
}

fn bank(effects: &Arc<Effects>) -> Server {
    let tools = tools![pay, pay_slowly, pay_and_ask, pay_and_fail];
    Server::new("bank", "1.0.0").key([7; 32]).shared_state(Arc::clone(effects)).with(tools)
}

/// A client of each of two replicas that share a store.
async fn two(give: &Give, effects: &Arc<Effects>) -> (Client, Client) {
    (raw(give(bank(effects))).await, raw(give(bank(effects))).await)
}

async fn retry(client: &Client, tool: &str, value: &str) -> Value {
    let asked = client.request(CALL, params(tool)).await.expect("it asks");
    answered(params(tool), &asked, &json!(value))
}

fn done(effects: &Effects) -> usize {
    effects.done.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_second_retry_gets_the_first_ones_result_on_any_replica() {
    let path = TempDir::new().unwrap();
    for give in shared(&path) {
        let effects = Arc::new(Effects::default());
        let (here, there) = two(&give, &effects).await;
        let retry = retry(&here, "pay", "hat").await;
        let first = here.request(CALL, retry.clone()).await.unwrap();
        assert_eq!(text(&first), "hat, paid 1 times");
        // Whatever it says: the state was used.
        let mut other = retry.clone();
        other["inputResponses"] = json!({});
        for (client, retry) in [(&here, retry.clone()), (&there, retry), (&there, other)] {
            assert_eq!(client.request(CALL, retry).await.unwrap(), first);
        }
        assert_eq!(done(&effects), 1);
        // Another call is another.
        let again = self::retry(&there, "pay", "hat").await;
        assert_eq!(text(&here.request(CALL, again).await.unwrap()), "hat, paid 2 times");
    }
}

#[tokio::test]
async fn over_http_the_bytes_of_the_result_are_the_same() {
    let effects = Arc::new(Effects::default());
    let server = TestServer::serve(bank(&effects).request_states(Shared::default())).await;
    let mut call = modern_call(1, "pay", json!({}));
    call["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    let asked = server.json(server.modern(&call)).await;
    call["params"] = answered(call["params"].clone(), &asked["result"], &json!("hat"));
    let mut bodies = Vec::new();
    for id in [json!(2), json!("three")] {
        call["id"] = id.clone();
        let body = server.send(server.modern(&call)).await.text().await.unwrap();
        let behind = body.strip_prefix(&format!(r#"{{"jsonrpc":"2.0","id":{id},"#)).expect("its own id");
        bodies.push(behind.to_owned());
    }
    assert_eq!(bodies[0], bodies[1]);
    assert!(bodies[0].contains("paid 1 times"), "{}", bodies[0]);
}

#[tokio::test(start_paused = true)]
async fn retries_that_are_sent_together_wait_for_the_first_however_long_it_takes() {
    let effects = Arc::new(Effects::default());
    let store = Shared::default();
    let give: Give = Box::new(move |server| server.request_states(store.clone()));
    let (here, there) = two(&give, &effects).await;
    let retry = retry(&here, "pay_slowly", "hat").await;
    let (first, second, third, ()) = join!(
        here.request(CALL, retry.clone()),
        there.request(CALL, retry.clone()),
        here.request(CALL, retry.clone()),
        async {
            effects.gate.reached().await;
            // Much longer than a claim lasts that is not renewed.
            tokio::time::sleep(Duration::from_mins(10)).await;
            assert_eq!(effects.runs.load(Ordering::Relaxed), 1);
            effects.gate.open();
        }
    );
    let first = first.unwrap();
    assert_eq!(text(&first), "hat, paid 1 times");
    assert_eq!((second.unwrap(), third.unwrap()), (first.clone(), first));
}

#[tokio::test]
async fn where_the_first_one_goes_away_before_it_has_a_result_the_second_one_runs() {
    let effects = Arc::new(Effects::default());
    let server = TestServer::serve(bank(&effects).request_states(Shared::default())).await;
    let mut call = modern_call(1, "pay_slowly", json!({}));
    call["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    let asked = server.json(server.modern(&call)).await;
    call["params"] = answered(call["params"].clone(), &asked["result"], &json!("hat"));
    let abandoned = tokio::spawn(server.modern(&call).send());
    effects.gate.reached().await;
    let second = tokio::spawn(server.modern(&call).send());
    abandoned.abort();
    assert!(abandoned.await.is_err_and(|error| error.is_cancelled()));
    effects.gate.reached().await;
    effects.gate.open();
    let done: Value = second.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(text(&done["result"]), "hat, paid 1 times");
    assert_eq!(effects.runs.load(Ordering::Relaxed), 2);
}

#[test]
fn what_a_dead_process_has_begun_runs_elsewhere_when_its_claim_is_over() {
    let effects = Arc::new(Effects::default());
    let store = Shared::default();
    let limits = Limits { single_use: Duration::from_millis(300), ..Limits::default() };
    let service = || bank(&effects).limits(limits.clone()).request_states(store.clone()).build().unwrap();
    let dies = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lives = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = dies.block_on(async {
        let client = Arc::new(raw_of(&service()).await);
        let retry = retry(&client, "pay_slowly", "hat").await;
        let call = tokio::spawn({
            let (client, retry) = (Arc::clone(&client), retry.clone());
            async move { client.request(CALL, retry).await }
        });
        effects.gate.reached().await;
        drop(call);
        retry
    });
    // As with `kill -9`: nothing is given up in order.
    dies.shutdown_background();
    lives.block_on(async {
        let client = raw_of(&service()).await;
        let (done, ()) = join!(client.request(CALL, begun), async {
            effects.gate.reached().await;
            effects.gate.open();
        });
        assert_eq!(text(&done.unwrap()), "hat, paid 1 times");
    });
    assert_eq!(effects.runs.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn the_next_question_is_a_result_too() {
    let effects = Arc::new(Effects::default());
    // Also where the state is kept in the same store.
    for request_state in [64 << 10, 700] {
        let limits = Limits { request_state, ..Limits::default() };
        let client = raw(bank(&effects).limits(limits).request_states(Shared::default())).await;
        let first = retry(&client, "pay_and_ask", &"hat".repeat(300)).await;
        let asked = client.request(CALL, first.clone()).await.unwrap();
        assert_eq!(client.request(CALL, first.clone()).await.unwrap(), asked);
        let second = answered(params("pay_and_ask"), &asked, &json!("Rome"));
        let done = client.request(CALL, second.clone()).await.unwrap();
        assert!(text(&done).contains("to Rome, paid"), "{done}");
        assert_eq!(client.request(CALL, second).await.unwrap(), done);
        assert_eq!(client.request(CALL, first).await.unwrap(), asked);
    }
    assert_eq!((done(&effects), effects.runs.load(Ordering::Relaxed)), (2, 4), "two runs of two calls");
}

#[tokio::test]
async fn a_failure_is_a_result_and_a_wrong_answer_is_none() {
    let effects = Arc::new(Effects::default());
    let client = raw(bank(&effects).request_states(Shared::default())).await;
    for (panics, most) in [(false, 1), (true, 2)] {
        let call = json!({"name": "pay_and_fail", "arguments": {"panics": panics}});
        let asked = client.request(CALL, call.clone()).await.unwrap();
        let retry = answered(call, &asked, &json!("hat"));
        let mut wrong = retry.clone();
        for answer in wrong["inputResponses"].as_object_mut().unwrap().values_mut() {
            *answer = json!(7);
        }
        let malformed = client.request(CALL, wrong).await.unwrap_err();
        assert_eq!(malformed.code().0, -32602, "{malformed}");
        let mut said = Vec::new();
        for _ in 0..2 {
            let outcome = client.request(CALL, retry.clone()).await;
            said.push(outcome.unwrap_or_else(|error| json!([error.code().0, error.message()])));
        }
        assert_eq!(said[0], said[1]);
        assert_eq!(panics, said[0]["isError"] == true, "{said:?}");
        assert_eq!(done(&effects), most);
    }
}

#[tokio::test]
async fn what_is_too_large_to_be_kept_is_given_once_and_never_run_again() {
    let effects = Arc::new(Effects::default());
    let limits = Limits { kept_state: 1000, ..Limits::default() };
    let client = raw(bank(&effects).limits(limits).request_states(Shared::default())).await;
    let retry = retry(&client, "pay", &"hat".repeat(1000)).await;
    assert!(text(&client.request(CALL, retry.clone()).await.unwrap()).ends_with("paid 1 times"));
    let error = client.request(CALL, retry).await.unwrap_err();
    assert!(error.code().0 == -32603 && error.message().contains("could not be kept"), "{error}");
    assert_eq!(done(&effects), 1);
}

#[tokio::test]
async fn it_is_an_ordinary_tool_in_every_revision() {
    for version in with_forms() {
        let effects = Arc::new(Effects::default());
        let service: Service = bank(&effects).request_states(Shared::default()).build().unwrap();
        let answers = Answers::new(capabilities(), |_| accept(&json!({"value": "hat"})));
        let client = service.client_with(version, answers).await.unwrap();
        for number in [1, 2] {
            let paid = client.call("pay", json!({})).await.unwrap();
            assert_eq!(paid.text(), format!("hat, paid {number} times"), "{version}");
        }
    }
}

#[tokio::test]
async fn without_a_store_it_is_refused_with_what_to_add_also_while_the_server_serves() {
    let effects = Arc::new(Effects::default());
    let words = bank(&effects).build().unwrap_err().to_string();
    for name in ["pay", "pay_slowly"] {
        assert!(words.contains(&format!("tool `{name}` is `single_use`")), "{words}");
    }
    assert!(words.contains(".request_states(MemoryRequestStates::default())"), "{words}");
    let service = Server::new("bank", "1.0.0").shared_state(effects).dynamic().build().unwrap();
    let words = service.registry().add(tools![pay]).unwrap_err().to_string();
    assert!(words.contains("tool `pay` is `single_use`"), "{words}");
}
