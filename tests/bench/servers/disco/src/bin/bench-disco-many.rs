//! `add` among as many tools as the first word says.

use disco_sdk::prelude::*;
use disco_sdk::schema;
use disco_sdk::server::tool::Tool;

#[derive(serde::Deserialize, JsonSchema)]
struct Numbers {
    a: i64,
    b: i64,
}

#[derive(serde::Serialize, JsonSchema)]
struct Sum {
    sum: i64,
}

fn named(name: impl Into<String>) -> Tool {
    let add = |_: Context, Numbers { a, b }| async move { ToolOutput::structured(&Sum { sum: a + b }) };
    Tool::typed(name, add)
        .with_description("Adds two numbers.")
        .with_output_schema(schema::of_output::<Sum>())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tools: usize = std::env::args().nth(1).ok_or("how many tools?")?.parse()?;
    let address = std::env::args().nth(3).unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let others = (1..tools).map(|number| named(format!("add_{number:04}")));
    let server = others.fold(Server::new("bench", "1.0.0").with(named("add")), Server::with);
    let service = server.build().map_err(|error| error.to_string())?;
    Ok(service
        .serve_http(listener, &disco_sdk::Stop::on_signal())
        .await
        .map_err(|error| error.to_string())?)
}
