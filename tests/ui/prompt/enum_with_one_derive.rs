use disco_sdk::prelude::*;

#[derive(serde::Deserialize)]
enum Speed {
    Fast,
    Slow,
}

/// Asks for speed.
#[prompt]
fn hurry(speed: Option<Speed>) -> &'static str {
    match speed {
        Some(Speed::Fast) => "fast",
        Some(Speed::Slow) | None => "slow",
    }
}

fn main() {}
