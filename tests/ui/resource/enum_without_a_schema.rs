use disco_sdk::prelude::*;

#[derive(serde::Deserialize)]
enum Focus {
    Style,
}

/// What is known of a focus.
#[resource("focus://{focus}")]
fn about(focus: Focus) -> &'static str {
    match focus {
        Focus::Style => "style",
    }
}

fn main() {}
