use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error(message = "no {id}")]
    No { number: u8 },
}

fn main() {}
