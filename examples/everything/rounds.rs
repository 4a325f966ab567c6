//! Calls that take several rounds since 2026-07-28: the questions are the answer, and the client calls
//! again. The code does not show it.

use disco_sdk::prelude::*;
use disco_sdk::protocol::capability::Ability;
use disco_sdk::protocol::sampling::{CreateMessage, CreateMessageResult};
use disco_sdk::{Ask, prelude::tokio::join};

#[derive(Form)]
struct Named {
    /// Your name
    name: String,
}

#[derive(Form)]
struct Confirmed {
    /// Whether to go on
    ok: bool,
}

fn name(cx: &Context) -> Ask<Named> {
    cx.ask("What is your name?").key("user_name")
}

fn capital(cx: &Context) -> Ask<CreateMessageResult> {
    cx.sample(CreateMessage::new("What is the capital of France?").max_tokens(100)).key("capital_question")
}

/// Asks for a name.
#[tool]
async fn test_input_required_result_elicitation(cx: Context) -> Result<String> {
    Ok(format!("Hello, {}!", name(&cx).await?.name))
}

/// Asks the client's model.
#[tool]
async fn test_input_required_result_sampling(cx: Context) -> Result<String> {
    Ok(capital(&cx).await?.text())
}

/// Asks where the person works.
#[tool]
async fn test_input_required_result_list_roots(cx: Context) -> Result<String> {
    let roots = cx.roots().key("client_roots").await?;
    Ok(format!("The client has {} roots", roots.len()))
}

/// Asks for a yes.
#[tool]
async fn test_input_required_result_request_state(cx: Context) -> Result<String> {
    let answer: Confirmed = cx.ask("Shall I go on?").key("confirm").await?;
    Ok(format!("state-ok, {}", answer.ok))
}

/// Asks three things at once.
#[tool]
async fn test_input_required_result_multiple_inputs(cx: Context) -> Result<String> {
    let greeting = cx.sample(CreateMessage::new("Write a greeting.").max_tokens(100)).key("greeting");
    let (name, greeting, roots) = join!(name(&cx), greeting, cx.roots().key("client_roots"));
    Ok(format!("{} {}, {} roots", greeting?.text(), name?.name, roots?.len()))
}

#[derive(Form)]
struct Coloured {
    /// A colour
    color: String,
}

/// Asks two things, one after the other.
#[tool]
async fn test_input_required_result_multi_round(cx: Context) -> Result<String> {
    let step1: Named = cx.ask("Step 1: What is your name?").key("step1").await?;
    let step2: Coloured = cx.ask("Step 2: What is your favorite color?").key("step2").await?;
    Ok(format!("{} likes {}", step1.name, step2.color))
}

/// Asks for a yes, and takes it only with the state as it was given.
#[tool]
async fn test_input_required_result_tampered_state(cx: Context) -> Result<String> {
    let answer: Confirmed = cx.ask("Please confirm.").key("confirm").await?;
    Ok(format!("confirmed: {}", answer.ok))
}

/// Asks the person, or the model if the person cannot be asked.
#[tool]
async fn test_input_required_result_capabilities(cx: Context) -> Result<String> {
    if cx.client().supports(Ability::Form) {
        return Ok(name(&cx).await?.name);
    }
    Ok(capital(&cx).await?.text())
}

/// Needs a client with a model.
#[tool]
async fn test_missing_capability(cx: Context) -> Result<String> {
    Ok(capital(&cx).await?.text())
}

/// Tells how far it is, and asks.
#[tool]
async fn test_streaming_elicitation(cx: Context) -> Result<String> {
    cx.progress(1.0, 2.0, "asking");
    Ok(name(&cx).await?.name)
}

/// What a prompt is about.
#[derive(Form)]
struct Topic {
    /// What it is about
    context: String,
}

/// Asks what it is to be about.
#[prompt]
async fn test_input_required_result_prompt(cx: Context) -> Result<String> {
    let topic: Topic = cx.ask("What context should the prompt use?").key("user_context").await?;
    Ok(format!("Use this context: {}", topic.context))
}
