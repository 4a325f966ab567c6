//! Fields have names.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order(String, u8);

fn main() {}
