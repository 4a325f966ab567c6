//! The launcher that is there before it is needed.
//!
//! One waits for its first word as soon as a command has ended. It has entered nothing yet and holds nothing but its
//! end of the socket, so it ends when the server is gone, however that went.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::zygote::{Launcher, Process, Zygote};
use crate::error::{Error, ErrorCode, Result};

/// The launcher that waits, if there is one.
#[derive(Debug)]
pub(super) struct Ready {
    zygote: Zygote,
    waiting: Mutex<Option<Launcher>>,
}

impl Ready {
    pub(super) fn new(program: PathBuf) -> Self {
        Self { zygote: Zygote::new(program), waiting: Mutex::default() }
    }

    /// A launcher that was told what to do: the one that waits, else a new one.
    pub(super) async fn launch(&self, spec: &impl Serialize) -> Result<Launcher> {
        let mut line = serde_json::to_vec(spec).map_err(|error| {
            Error::new(ErrorCode::InvalidArgument, format!("the command cannot be told: {error}"))
        })?;
        line.push(b'\n');
        // One that somebody has killed meanwhile hears nothing.
        if let Some(mut launcher) = self.take()
            && launcher.control.tell(&line).await.is_ok()
        {
            return Ok(launcher);
        }
        let launched = async {
            let mut launcher = self.zygote.fork().await?;
            launcher.control.tell(&line).await.map(|()| launcher)
        };
        launched.await.map_err(|error| {
            Error::new(ErrorCode::SandboxFailed, format!("the launcher cannot be started: {error}"))
                .suggest("run `disco doctor`")
        })
    }

    /// Waits for the end of a launcher whose sandbox is gone, lets go of what belonged to it, and has the next one
    /// wait.
    pub(super) fn after(self: Arc<Self>, launcher: Process, belongings: impl Send + 'static) {
        tokio::spawn(async move {
            let _ = launcher.wait().await;
            drop((launcher, belongings));
            self.refill().await;
        });
    }

    async fn refill(&self) {
        if self.waiting().is_none() {
            // The next command meets the same error, and tells it.
            let next = self.zygote.fork().await.ok();
            *self.waiting() = next;
        }
    }

    fn take(&self) -> Option<Launcher> {
        self.waiting().take()
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Option<Launcher>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
