use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error(message = "no")]
    No,
    Never,
}

fn main() {}
