use disco_sdk::prelude::*;

#[handlers]
struct Notes;

fn main() {}
