use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    No,
}

fn main() {}
