//! How calls end, as three layers tell it.

mod audit;
mod metrics;
mod trace;

use disco_sdk::prelude::*;
use disco_tests::Gate;

/// Adds two numbers.
#[tool]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Fails.
#[tool]
fn fail() -> Result<()> {
    Err(Error::new("locked").with_code("LOCKED"))
}

/// Panics.
#[tool]
fn panics() -> &'static str {
    panic!("on purpose")
}

/// Asks.
#[tool]
async fn ask(ctx: Context) -> Result<String> {
    Ok(format!("{}", ctx.ask::<bool>("Really?").await?))
}

/// Waits at the gate.
#[tool]
async fn wait(gate: State<Gate>) -> &'static str {
    gate.pass().await;
    "through"
}

/// A note.
#[resource("note://{id}")]
fn note(id: u32) -> Result<String> {
    if id == 0 { Err(Error::resource_not_found("note://0")) } else { Ok(id.to_string()) }
}

fn server() -> Server {
    let server = Server::new("endings", "1").state(Gate::default());
    server.with(tools![add, fail, panics, ask, wait]).with(resources![note])
}
