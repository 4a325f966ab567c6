//! What is asked for is a form.
use disco_sdk::prelude::*;

struct Order {
    dish: String,
}

/// Takes an order.
#[tool]
async fn order(ctx: Context) -> Result<String> {
    let order: Order = ctx.ask("What would you like?").await?;
    Ok(order.dish)
}

fn main() {}
