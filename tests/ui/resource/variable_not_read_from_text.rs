use disco_sdk::prelude::*;

struct Point;

/// A place.
#[resource("place://{at}")]
async fn place(at: Point) -> String {
    let _ = at;
    String::new()
}

fn main() {}
