//! Questions to the person and to the client's model, in any revision.

use disco_sdk::prelude::*;
use disco_sdk::protocol::sampling::CreateMessage;
use serde::Serialize;

/// Asks the client's model.
#[tool]
async fn test_sampling(
    /// What to ask it.
    prompt: String,
    cx: Context,
) -> Result<String> {
    let answer = cx.sample(CreateMessage::new(prompt).max_tokens(100)).await?;
    Ok(format!("LLM response: {}", answer.text()))
}

/// Who somebody is.
#[derive(Form, Serialize)]
struct User {
    /// User's response
    username: String,
    /// User's email address
    email: String,
}

/// Asks the person who they are.
#[tool]
async fn test_elicitation(
    /// What the person reads.
    message: String,
    cx: Context,
) -> Result<String> {
    let user: User = cx.ask(message).await?;
    Ok(format!("User response: {}, {}", user.username, user.email))
}

#[derive(Form, Serialize)]
#[form(rename_all = "lowercase")]
enum Status {
    Active,
    Inactive,
    Pending,
}

/// Everything has a default.
#[derive(Form, Serialize)]
struct Defaults {
    #[form(default = "John Doe")]
    name: String,
    #[form(default = 30)]
    age: u32,
    #[form(default = 95.5)]
    score: f64,
    #[form(default = Status::Active)]
    status: Status,
    #[form(default = true)]
    verified: bool,
}

/// Asks with a form that is filled in already.
#[tool]
async fn test_elicitation_sep1034_defaults(cx: Context) -> Result<String> {
    let filled_in: Defaults = cx.ask("Please review and update the form fields with defaults").await?;
    Ok(format!("Elicitation completed: {}", serde_json::to_string(&filled_in)?))
}

#[derive(Form, Serialize)]
#[form(rename_all = "lowercase")]
enum Untitled {
    Option1,
    Option2,
    Option3,
}

#[derive(Form, Serialize)]
#[form(rename_all = "lowercase")]
enum Titled {
    /// First Option
    Value1,
    /// Second Option
    Value2,
    /// Third Option
    Value3,
}

#[derive(Form, Serialize)]
#[form(rename_all = "lowercase", enum_names)]
enum Legacy {
    /// Option One
    Opt1,
    /// Option Two
    Opt2,
    /// Option Three
    Opt3,
}

/// Every kind of choice.
#[derive(Form, Serialize)]
#[form(rename_all = "camelCase")]
struct Choices {
    untitled_single: Untitled,
    titled_single: Titled,
    legacy_enum: Legacy,
    untitled_multi: Vec<Untitled>,
    titled_multi: Vec<Titled>,
}

/// Asks with every kind of choice.
#[tool]
async fn test_elicitation_sep1330_enums(cx: Context) -> Result<String> {
    let chosen: Choices = cx.ask("Please select options from the enum fields").await?;
    Ok(format!("Elicitation completed: {}", serde_json::to_string(&chosen)?))
}
