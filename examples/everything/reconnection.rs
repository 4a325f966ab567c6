//! A tool whose client comes back for the answer.

use std::time::Duration;

use disco_sdk::prelude::tokio::time::sleep;
use disco_sdk::prelude::*;

/// Lets the client go, and has the answer ready when it comes back.
#[tool(read_only)]
async fn test_reconnection(cx: Context) -> &'static str {
    cx.close_stream(Duration::from_millis(500));
    sleep(Duration::from_millis(100)).await;
    "Reconnection worked: this was said while nobody was connected."
}
