use disco_sdk::prelude::*;

struct Point;

/// Asks for a way.
#[prompt]
fn way(to: Point) -> String {
    let _ = to;
    String::new()
}

fn main() {}
