use disco_sdk::prelude::*;

struct Point {
    x: i64,
}

/// Goes there.
#[tool]
async fn go(to: Point) -> i64 {
    to.x
}

fn main() {}
