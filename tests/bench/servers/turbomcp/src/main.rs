//! The surface with turbomcp. The tools that report or wait are plain here: no row calls them.

use turbomcp::http::{HttpConfig, serve_http};
use turbomcp::prelude::*;

#[derive(serde::Serialize, turbomcp::schemars::JsonSchema)]
struct Sum {
    sum: i64,
}

#[derive(Clone)]
struct Bench;

macro_rules! surface {
    ($($more:ident)*) => {
        #[server(name = "bench", version = "1.0.0")]
        impl Bench {
            /// Adds two numbers.
            #[tool]
            async fn add(&self, a: i64, b: i64) -> Json<Sum> {
                Json(Sum { sum: a + b })
            }

            /// Answers with the text that it got.
            #[tool]
            async fn echo(&self, text: String) -> String {
                text
            }

            $(
                /// Repeats a text. One of many tools, so that there is something to list.
                #[tool]
                async fn $more(&self, text: String, times: u8) -> String {
                    text.repeat(times.into())
                }
            )*

            /// A greeting.
            #[resource("greeting://world")]
            async fn greeting(&self) -> McpResult<String> {
                Ok("Hello, world!".into())
            }

            /// Asks for a review of some code.
            #[prompt]
            async fn review(&self, code: String) -> McpResult<String> {
                Ok(format!("Review this code:\n{code}"))
            }
        }
    };
}

surface!(
    more_01 more_02 more_03 more_04 more_05 more_06 more_07 more_08 more_09 more_10
    more_11 more_12 more_13 more_14 more_15 more_16 more_17 more_18 more_19 more_20
);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(address) = std::env::args().nth(2) else {
        // As its examples serve stdio.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        return Ok(runtime.block_on(Bench.run_stdio())?);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let service = Bench.into_server().build();
    let config = HttpConfig::new().max_concurrent_requests(4096);
    Ok(runtime.block_on(serve_http(address.parse()?, service, config))?)
}
