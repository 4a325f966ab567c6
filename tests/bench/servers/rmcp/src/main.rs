//! The surface with rmcp. `--http ADDR MODE` serves HTTP; MODE says how, and the rows of the table say which it was.
//!
//! | mode | |
//! |---|---|
//! | `example` | sessions and event streams, a service built anew for each request, no `TCP_NODELAY`: as rmcp's examples |
//! | `sessions` | the same with a cloned service and `TCP_NODELAY` |
//! | `json` | JSON answers without sessions, a service built anew for each request |
//! | `cloned` | the same with a cloned service: its best setting |

use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use rmcp::handler::server::router::{prompt::PromptRouter, tool::ToolRouter};
use rmcp::handler::server::wrapper::{Json, Parameters};
use rmcp::model::{
    Implementation, ListResourcesResult, PaginatedRequestParams, ProgressNotificationParam, PromptMessage,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, Resource, ResourceContents, Role,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService, stdio};
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt as _, prompt, prompt_handler, prompt_router, tool,
    tool_handler, tool_router,
};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Numbers {
    a: i64,
    b: i64,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Sum {
    sum: i64,
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

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Code {
    code: String,
}

#[derive(Clone)]
struct Bench {
    tool_router: ToolRouter<Self>,
    prompt_router: PromptRouter<Self>,
}

async fn progress(context: &RequestContext<RoleServer>) {
    if let Some(token) = context.meta.get_progress_token() {
        let progress = ProgressNotificationParam::new(token, 1.0).with_total(2.0);
        let _ = context.peer.notify_progress(progress).await;
    }
}

macro_rules! surface {
    ($($more:ident)*) => {
        #[tool_router]
        impl Bench {
            fn new() -> Self {
                Self { tool_router: Self::tool_router(), prompt_router: Self::prompt_router() }
            }

            /// Adds two numbers.
            #[tool(annotations(read_only_hint = true))]
            fn add(&self, Parameters(Numbers { a, b }): Parameters<Numbers>) -> Json<Sum> {
                Json(Sum { sum: a + b })
            }

            /// Answers with the text that it got.
            #[tool(annotations(read_only_hint = true))]
            fn echo(&self, Parameters(Text { text }): Parameters<Text>) -> String {
                text
            }

            /// Adds two numbers and tells of its progress once.
            #[tool(annotations(read_only_hint = true))]
            async fn report(
                &self,
                Parameters(Numbers { a, b }): Parameters<Numbers>,
                context: RequestContext<RoleServer>,
            ) -> Json<Sum> {
                progress(&context).await;
                Json(Sum { sum: a + b })
            }

            /// Adds two numbers, tells of its progress once, and lets others run before it answers.
            #[tool(annotations(read_only_hint = true))]
            async fn report_and_wait(
                &self,
                Parameters(Numbers { a, b }): Parameters<Numbers>,
                context: RequestContext<RoleServer>,
            ) -> Json<Sum> {
                progress(&context).await;
                tokio::task::yield_now().await;
                Json(Sum { sum: a + b })
            }

            /// Adds two numbers after a millisecond.
            #[tool(annotations(read_only_hint = true))]
            async fn nap(&self, Parameters(Numbers { a, b }): Parameters<Numbers>) -> Json<Sum> {
                tokio::time::sleep(Duration::from_millis(1)).await;
                Json(Sum { sum: a + b })
            }

            /// Adds two numbers after a second.
            #[tool(annotations(read_only_hint = true))]
            async fn sleep(&self, Parameters(Numbers { a, b }): Parameters<Numbers>) -> Json<Sum> {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Json(Sum { sum: a + b })
            }

            $(
                /// Repeats a text. One of many tools, so that there is something to list.
                #[tool(annotations(read_only_hint = true))]
                fn $more(&self, Parameters(Repeat { text, times }): Parameters<Repeat>) -> String {
                    text.repeat(times.into())
                }
            )*
        }
    };
}

surface!(
    more_01 more_02 more_03 more_04 more_05 more_06 more_07 more_08
    more_09 more_10 more_11 more_12 more_13 more_14 more_15 more_16
);

#[prompt_router]
impl Bench {
    /// Asks for a review of some code.
    #[expect(clippy::unused_self, reason = "the macro calls it as a method")]
    #[prompt]
    fn review(&self, Parameters(Code { code }): Parameters<Code>) -> Vec<PromptMessage> {
        vec![PromptMessage::new_text(Role::User, format!("Review this code:\n{code}"))]
    }
}

#[tool_handler(router = self.tool_router)]
#[prompt_handler(router = self.prompt_router)]
impl ServerHandler for Bench {
    fn get_info(&self) -> ServerConfig {
        let capabilities =
            ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts().build();
        ServerConfig::new(capabilities).with_server_info(Implementation::new("bench", "1.0.0"))
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![Resource::new("greeting://world", "greeting")]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let text = ResourceContents::text("Hello, world!", &request.uri);
        Ok(ReadResourceResult::new(vec![text]).into())
    }
}

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        // As its examples serve stdio.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        return runtime.block_on(async {
            Bench::new().serve(stdio()).await?.waiting().await?;
            Ok(())
        });
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(http(&arguments[1], &arguments[2]))
}

async fn http(address: &str, mode: &str) -> Result<(), Failure> {
    let config = StreamableHttpServerConfig::default();
    let (is_cloned, has_nodelay, config) = match mode {
        "example" => (false, false, config),
        "sessions" => (true, true, config),
        "json" => (false, true, config.with_legacy_session_mode(false).with_json_response(true)),
        "cloned" => (true, true, config.with_legacy_session_mode(false).with_json_response(true)),
        other => return Err(format!("there is no mode `{other}`").into()),
    };
    let built = Bench::new();
    let make = move || Ok(if is_cloned { built.clone() } else { Bench::new() });
    let service = StreamableHttpService::new(make, Arc::<LocalSessionManager>::default(), config);
    let router = axum::Router::new().nest_service("/mcp", service);
    let listener = tokio::net::TcpListener::bind(address).await?;
    if has_nodelay {
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap_or_default());
        return Ok(axum::serve(listener, router).await?);
    }
    Ok(axum::serve(listener, router).await?)
}
