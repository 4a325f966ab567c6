use disco_sdk::prelude::*;

struct Notes;

#[tool]
impl Notes {}

fn main() {}
