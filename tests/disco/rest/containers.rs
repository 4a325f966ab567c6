//! The containers of the engine are looked at, stopped, removed and cleaned up.

use reqwest::Method;
use serde_json::json;

use super::Rest;
use crate::containers::flags;

const ALL: &str = "/api/v1/engine/containers";

#[tokio::test]
async fn the_container_of_a_sandbox_is_looked_at_stopped_and_removed() {
    let Some(flags) = flags() else { return };
    let rest = Rest::start_with(&flags.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(rest.get(ALL).await["containers"], json!([]));
    let made = rest.post("/api/v1/containers", json!({"backend": "docker"})).await;
    let execute = format!("/api/v1/terminal/{}/execute", made["sandbox_id"].as_str().unwrap());
    let run = async || {
        assert_eq!(rest.post(&execute, json!({"command": "echo words"})).await["stdout"], "words\n");
        let listed = rest.get(&format!("{ALL}?all=true")).await;
        assert_eq!((&listed["count"], &listed["containers"][0]["state"]), (&json!(1), &json!("running")));
        format!("{ALL}/{}", listed["containers"][0]["container_id"].as_str().unwrap())
    };
    let at = run().await;
    assert_eq!(rest.get(&at).await["sandbox_id"], made["sandbox_id"]);
    let log = rest.get(&format!("{at}/logs?tail=50")).await;
    assert!(log["text"].as_str().unwrap().contains("echo words"), "{log}");
    let running = rest.fail(Method::DELETE, &at, None).await;
    assert_eq!(running, (409, "INVALID_STATUS".into()));
    rest.done(Method::DELETE, &format!("{at}?force=true"), None).await;
    assert_eq!(rest.fail(Method::GET, &at, None).await, (404, "CONTAINER_NOT_FOUND".into()));

    let at = run().await;
    let cleaned = rest.post(&format!("{ALL}/cleanup"), json!({})).await;
    assert_eq!((&cleaned["count"], &cleaned["dry_run"]), (&json!(0), &json!(false)), "it is in use");
    rest.done(Method::POST, &format!("{at}/stop"), None).await;
    assert_eq!(rest.get(&format!("{ALL}?all=true")).await["containers"], json!([]));
}

#[tokio::test]
async fn without_an_engine_it_is_told_that_there_is_none() {
    let rest = Rest::start_with(&["--docker-host", "unix:///nowhere/docker.sock"]).await;
    assert_eq!(rest.fail(Method::GET, ALL, None).await, (422, "DOCKER_UNAVAILABLE".into()));
}
