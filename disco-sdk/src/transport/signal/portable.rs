//! Elsewhere: whatever the runtime takes for an interruption from the keyboard.

use std::io;

pub(super) struct Signals;

impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "the other platform can fail")]
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "the other platform keeps its signals")]
    pub(super) async fn next(&mut self) {
        // What cannot be waited for never comes.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
