use disco_sdk::prelude::*;
use disco_sdk::{Extension, Writes};

struct Pen;

impl Writes for Pen {}

/// Reads.
#[tool(read_only)]
fn read(pen: Extension<Pen>) -> String {
    let _ = pen;
    String::new()
}

fn main() {}
