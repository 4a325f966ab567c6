use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
#[tool_error(message = "no")]
struct Failed {
    #[source]
    one: std::fmt::Error,
    #[source]
    two: std::fmt::Error,
}

fn main() {}
