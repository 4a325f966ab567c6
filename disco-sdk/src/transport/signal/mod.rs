//! Signals: the first one stops the server, a second one ends the process.

use super::Stop;

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "portable.rs")]
mod platform;

impl Stop {
    /// A stop that is said by the first signal that asks the process to end. A second one ends it at
    /// once, with exit code 1.
    ///
    /// Has to be called on a tokio runtime.
    #[must_use]
    pub fn on_signal() -> Self {
        let stop = Self::default();
        let said = stop.clone();
        match platform::Signals::new() {
            Ok(mut signals) => {
                tokio::spawn(async move {
                    signals.next().await;
                    said.now();
                    tracing::info!("stopping; a second signal ends at once");
                    signals.next().await;
                    std::process::exit(1);
                });
            }
            Err(error) => tracing::warn!(%error, "signals cannot be waited for"),
        }
        stop
    }
}
