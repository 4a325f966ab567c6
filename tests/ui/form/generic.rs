//! A person fills in one form.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order<T> {
    what: T,
}

fn main() {}
