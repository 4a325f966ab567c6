use disco_sdk::prelude::*;

#[derive(serde::Deserialize, JsonSchema)]
enum Speed {
    Fast,
    Slow,
}

/// Sends.
#[tool]
fn send(#[arg(default = "fast")] speed: Speed) -> u8 {
    match speed {
        Speed::Fast => 1,
        Speed::Slow => 2,
    }
}

fn main() {}
