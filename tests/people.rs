//! A server that knows who calls, and does not show everybody the same.

use disco_sdk::prelude::*;
use disco_sdk::transport::RequestParts;

/// Says who calls.
#[tool(read_only)]
fn whoami(caller: Caller) -> String {
    match (caller.issuer(), caller.subject()) {
        (Some(issuer), Some(subject)) => format!("{subject} of {issuer}"),
        _ => "nobody".to_owned(),
    }
}

/// Deletes everything.
#[tool(destructive, audience = "admin")]
fn purge(
    /// Where.
    #[arg(header = "Place")]
    place: String,
) -> String {
    format!("{place} is empty")
}

/// Answers a question of a customer.
#[tool(audience = "support")]
fn answer() -> &'static str {
    "Have you tried turning it off and on again?"
}

/// Taught at run time.
#[tool(type = Later)]
fn later() -> &'static str {
    "learnt"
}

/// Teaches the server a tool.
#[tool]
fn learn(registry: Registry) -> Result<&'static str> {
    registry.add(tools![Later])?;
    Ok("learnt")
}

/// Has the server forget it.
#[tool]
fn forget(registry: &Registry) -> bool {
    registry.remove_tool("later")
}

/// The news.
#[resource("public://news")]
fn news() -> &'static str {
    "nothing new"
}

/// Anything that is public.
#[resource("public://{name}")]
fn anything(#[arg(complete = NAMES)] name: String) -> String {
    format!("{name} is public")
}

/// What is planned, which looks like one of the public ones.
#[resource("public://plans", audience = "admin")]
fn plans() -> &'static str {
    "we will move"
}

/// The diary of somebody.
#[resource("secret://{name}/diary", audience = "admin")]
fn diary(#[arg(complete = NAMES)] name: String) -> String {
    format!("Dear diary, I am {name}.")
}

const NAMES: [&str; 2] = ["ada", "eve"];

/// Greets somebody.
#[prompt]
fn greet(#[arg(complete = NAMES)] name: String) -> String {
    format!("Greet {name}.")
}

/// Plots against somebody.
#[prompt(audience = "admin")]
fn plot(#[arg(complete = NAMES)] name: String) -> String {
    format!("Plot against {name}.")
}

/// Who calls, by the headers that a gateway would set, or by the environment.
fn identify(parts: &RequestParts<'_>) -> Result<Caller> {
    let name = parts.header("x-person").map(str::to_owned).or_else(|| parts.variable("PERSON"));
    match name.as_deref() {
        None => Ok(Caller::anonymous()),
        Some("stranger") => Err(Error::unauthorized("nobody knows a stranger here")),
        Some("outlaw") => Err(Error::forbidden("outlaws may not come in")),
        Some(name) => {
            let scopes = parts.header("x-scopes").unwrap_or_default();
            Ok(Caller::new("test", name).with_scopes(scopes.split(',')))
        }
    }
}

/// The server: everybody sees what is public, `admin` and `support` what is theirs.
pub fn people() -> Server {
    Server::new("people", "1.0.0")
        .caller(identify)
        .audiences(|caller| caller.scopes().map(str::to_owned).collect::<Vec<_>>())
        .with(tools![whoami, purge, answer, learn, forget])
        .with(resources![news, anything, plans, diary])
        .with(prompts![greet, plot])
}
