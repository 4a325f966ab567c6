use disco_sdk::prelude::*;

/// Waits.
#[tool]
async fn wait() -> i64 {
    let local = std::rc::Rc::new(1);
    std::future::ready(()).await;
    *local
}

fn main() {}
