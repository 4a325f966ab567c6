use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error(code = "not-found", message = "no")]
    No,
}

fn main() {}
