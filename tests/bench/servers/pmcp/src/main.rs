//! The surface with pmcp, which serves HTTP at `/`. The tools that report or wait are plain here: no row calls them.

use std::sync::Arc;

use pmcp::server::simple_prompt::SyncPrompt;
use pmcp::server::simple_resources::{ResourceCollection, StaticResource};
use pmcp::server::streamable_http_server::{StreamableHttpServer, StreamableHttpServerConfig};
use pmcp::types::{Content, GetPromptResult, PromptMessage, ProtocolVersion};
use pmcp::{RequestHandlerExtra, Server};
use tokio::sync::Mutex;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Numbers {
    a: i64,
    b: i64,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Text {
    text: String,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Repeat {
    /// What is repeated.
    text: String,
    /// How many times.
    times: u8,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Sum {
    sum: i64,
}

fn server() -> pmcp::Result<Server> {
    let mut builder = Server::builder()
        .name("bench")
        .version("1.0.0")
        .with_supported_protocol_versions(
            ["2025-11-25", "2026-07-28"].map(|date| ProtocolVersion(date.to_owned())),
        )
        .tool_typed_with_output_and_description(
            "add",
            "Adds two numbers.",
            |Numbers { a, b }: Numbers, _: RequestHandlerExtra| {
                Box::pin(async move { Ok(Sum { sum: a + b }) })
            },
        )
        .tool_typed_with_description(
            "echo",
            "Answers with the text that it got.",
            |Text { text }: Text, _: RequestHandlerExtra| async move { Ok(text.into()) },
        );
    for number in 1..=20 {
        builder = builder.tool_typed_with_description(
            format!("more_{number:02}"),
            "Repeats a text. One of many tools, so that there is something to list.",
            |Repeat { text, times }: Repeat, _: RequestHandlerExtra| async move {
                Ok(text.repeat(times.into()).into())
            },
        );
    }
    let greeting = StaticResource::new_text("greeting://world", "Hello, world!");
    let review = SyncPrompt::new("review", |arguments| {
        let words = format!("Review this code:\n{}", arguments.get("code").map_or("", String::as_str));
        Ok(GetPromptResult::new(vec![PromptMessage::user(Content::text(words))], None))
    });
    builder
        .resources(ResourceCollection::new().add_resource(greeting))
        .prompt("review", review.with_description("Asks for a review of some code."))
        .build()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(address) = std::env::args().nth(2) else {
        // As its examples serve stdio.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        return Ok(runtime.block_on(async { server()?.run_stdio().await })?);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Arc::new(Mutex::new(server()?));
        let config = StreamableHttpServerConfig::stateless();
        let (_, serving) =
            StreamableHttpServer::with_config(address.parse()?, server, config).start().await?;
        Ok(serving.await?)
    })
}
