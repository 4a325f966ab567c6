use disco_sdk::FromCall;
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

struct Tenant;

impl FromCall for Tenant {
    fn from_call(_: &Context) -> Result<Self> {
        Ok(Self)
    }
}

/// Counts.
#[tool]
fn count(tenant: Tenant, by: i64) -> i64 {
    let _ = tenant;
    by
}

async fn use_it(client: &Client) {
    let _ = count::call(client, Tenant, 7).await;
}

fn main() {}
