use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error(message = "no {at}")]
    No {
        #[from]
        why: std::fmt::Error,
        at: u8,
    },
}

fn main() {}
