use std::sync::Arc;

use disco_sdk::prelude::*;
use disco_sdk::server::catalog::{Catalog, Handlers};

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        String::new()
    }
}

impl Handlers for Notes {
    fn handlers(self: Arc<Self>, _: &mut Catalog) {}
}

fn main() {}
