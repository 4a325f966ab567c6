use disco_sdk::prelude::*;
use disco_sdk::{FromCall, Writes};

struct Tenant;

impl Writes for Tenant {}

impl FromCall for Tenant {
    fn from_call(_: &Context) -> Result<Self> {
        Ok(Self)
    }
}

/// Lists the notes.
#[tool(read_only)]
fn notes(tenant: Tenant) -> u64 {
    let _ = tenant;
    0
}

fn main() {}
