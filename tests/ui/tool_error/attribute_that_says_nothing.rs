use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error]
    No,
}

fn main() {}
