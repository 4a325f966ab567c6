use disco_sdk::prelude::*;

#[tool]
trait Notes {}

fn main() {}
