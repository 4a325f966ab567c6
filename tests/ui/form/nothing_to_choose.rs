//! An enum without variants.
use disco_sdk::prelude::*;

#[derive(Form)]
enum Way {}

fn main() {}
