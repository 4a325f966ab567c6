use disco_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Point {
    x: i64,
}

/// Goes there.
#[tool]
async fn go(to: Vec<Point>) -> i64 {
    to.iter().map(|point| point.x).sum()
}

fn main() {}
