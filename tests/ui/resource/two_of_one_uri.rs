use disco_sdk::prelude::*;

/// All notes.
#[resource("note://all")]
async fn notes() -> String {
    String::new()
}

/// All notes again.
#[resource("note://all")]
async fn all() -> String {
    String::new()
}

fn main() {
    let _ = resources![notes, all];
}
