//! A job that this process has: how it is ended, and how others learn that there is news of it.

use tokio::sync::watch;

/// A job that waits or runs in this process.
#[derive(Debug)]
pub(super) struct Live {
    cancel: watch::Sender<bool>,
    news: watch::Sender<u64>,
}

impl Default for Live {
    fn default() -> Self {
        Self { cancel: watch::Sender::new(false), news: watch::Sender::new(0) }
    }
}

impl Live {
    pub(super) fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// Comes back when the job is to end.
    pub(super) async fn cancelled(&self) {
        // The sender is here, so it cannot be gone.
        self.cancel.subscribe().wait_for(|cancel| *cancel).await.ok();
    }

    /// There is news.
    pub(super) fn tell(&self) {
        self.news.send_modify(|news| *news += 1);
    }

    /// News from now on.
    pub(super) fn news(&self) -> News {
        News(self.news.subscribe())
    }
}

/// What waits for news.
#[derive(Debug)]
pub(super) struct News(watch::Receiver<u64>);

impl News {
    pub(super) async fn next(&mut self) {
        // An error: the job is over, which is news as well.
        self.0.changed().await.ok();
    }
}
