use disco_sdk::prelude::*;

#[tool]
enum Notes {}

fn main() {}
