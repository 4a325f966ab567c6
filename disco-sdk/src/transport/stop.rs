//! The word to stop, said once and heard by many.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Tells every transport that shares it to stop taking requests and to finish what it has.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let stop = disco_sdk::Stop::default();
/// stop.now();
/// stop.said().await;
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Said>);

/// A word that is not shared by itself, but with what it stands in.
#[derive(Debug, Default)]
pub(crate) struct Said {
    said: AtomicBool,
    on_said: Notify,
}

impl Stop {
    /// Says it. To say it again does nothing.
    pub fn now(&self) {
        self.0.say();
    }

    /// Whether the two are the same word.
    #[cfg(feature = "server")]
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether it was said.
    #[must_use]
    pub fn is_said(&self) -> bool {
        self.0.is_said()
    }

    /// Waits until it is said.
    pub async fn said(&self) {
        self.0.said().await;
    }
}

impl Said {
    pub(crate) fn say(&self) {
        self.said.store(true, Ordering::Release);
        self.on_said.notify_waiters();
    }

    pub(crate) fn is_said(&self) -> bool {
        self.said.load(Ordering::Acquire)
    }

    pub(crate) async fn said(&self) {
        loop {
            let notified = self.on_said.notified();
            if self.is_said() {
                return;
            }
            notified.await;
        }
    }
}
