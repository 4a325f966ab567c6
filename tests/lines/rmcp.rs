//! The program of `examples/hello.rs`, with rmcp: its macros know tools and prompts, a template is written by hand.

use rmcp::{handler::server::wrapper::*, model::*, service::RequestContext, transport::stdio, *};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Add {
    a: i64,
    b: i64,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Review {
    language: String,
    code: String,
}

struct Hello;

#[tool_router]
#[prompt_router]
impl Hello {
    /// Adds two numbers.
    #[tool]
    fn add(&self, Parameters(Add { a, b }): Parameters<Add>) -> String {
        (a + b).to_string()
    }

    /// Asks for a review of some code.
    #[prompt]
    fn review(&self, Parameters(args): Parameters<Review>) -> Vec<PromptMessage> {
        let text = format!("Review this {} code:\n{}", args.language, args.code);
        vec![PromptMessage::new_text(Role::User, text)]
    }
}

#[tool_handler]
#[prompt_handler]
impl ServerHandler for Hello {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .build();
        ServerConfig::new(capabilities).with_server_info(Implementation::new("hello", "1.0.0"))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let greeting = ResourceTemplate::new("greeting://{name}", "greeting");
        Ok(ListResourceTemplatesResult::with_all_items(vec![greeting]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let Some(name) = request.uri.strip_prefix("greeting://") else {
            return Err(ErrorData::resource_not_found(request.uri, None));
        };
        let text = ResourceContents::text(format!("Hello, {name}!"), &request.uri);
        Ok(ReadResourceResult::new(vec![text]).into())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    Hello.serve(stdio()).await?.waiting().await?;
    Ok(())
}
