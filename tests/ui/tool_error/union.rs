use disco_sdk::prelude::*;

#[derive(ToolError)]
union Either {
    left: u8,
    right: i8,
}

fn main() {}
