use disco_sdk::prelude::*;

/// All notes.
#[resource("note://all")]
const NOTES: &str = "";

fn main() {}
