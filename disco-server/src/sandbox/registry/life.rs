//! Starts and stops sandboxes.

use std::sync::Arc;

use super::{Registry, SandboxInfo, protect, whole};
use crate::error::Result;
use crate::sandbox::store::Status;

impl Registry {
    /// Lets commands run again. One that is ready stays so.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`, `SANDBOX_EXPIRED`, `SANDBOX_PROTECTED`.
    pub async fn start(self: &Arc<Self>, id: &str) -> Result<SandboxInfo> {
        protect(id, "started: it always is")?;
        self.turn(id, Some(Status::Ready)).await
    }

    /// Kills what runs, and lets nothing run before the next start, whatever becomes of the server. The files stay.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`, `SANDBOX_EXPIRED`, `SANDBOX_PROTECTED`.
    pub async fn stop(self: &Arc<Self>, id: &str) -> Result<SandboxInfo> {
        protect(id, "stopped")?;
        self.turn(id, Some(Status::Stopped)).await
    }

    /// Kills what runs, and lets commands run again.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`, `SANDBOX_EXPIRED`.
    pub async fn restart(self: &Arc<Self>, id: &str) -> Result<SandboxInfo> {
        self.turn(id, None).await
    }

    /// Makes a sandbox ready or stopped; `None`: ready, and nothing of before runs on.
    async fn turn(self: &Arc<Self>, id: &str, to: Option<Status>) -> Result<SandboxInfo> {
        let before = self.find(id).await?;
        if to == Some(before.record.status) {
            return Ok(SandboxInfo::from(&before.record));
        }
        let (registry, id) = (self.clone(), id.to_owned());
        whole(async move {
            let change = move |record: &mut crate::sandbox::store::Record| {
                record.status = to.unwrap_or_default();
                record.generation += 1;
            };
            let record = registry.change(&id, change).await?;
            Ok(SandboxInfo::from(&registry.reopen(record).await?.record))
        })
        .await
    }
}
