use std::str::FromStr;

use disco_sdk::prelude::*;

struct Point;

struct Wrong;

impl FromStr for Point {
    type Err = Wrong;

    fn from_str(_: &str) -> Result<Self, Wrong> {
        Err(Wrong)
    }
}

/// Asks for a way.
#[prompt]
fn way(to: Point) -> String {
    let _ = to;
    String::new()
}

fn main() {}
