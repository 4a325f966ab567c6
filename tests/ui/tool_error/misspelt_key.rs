use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error(mesage = "no")]
    No,
}

fn main() {}
