//! Keeps that a call was made, also when nobody waits for its end any more.

use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest, Sha256};

use super::{Audit, Event};
use crate::digest::hex;
use crate::error::Result;

/// A call on its way. Dropping it is an end as well.
#[derive(Debug)]
pub(crate) struct Watch {
    audit: Audit,
    event: Option<Event>,
    start: Instant,
}

impl Watch {
    /// It begins now.
    pub(crate) fn new(audit: Audit, event: Event) -> Self {
        Self { audit, event: Some(event), start: Instant::now() }
    }

    /// It has ended so. When this returns, its entry lasts.
    pub(crate) async fn end(mut self, outcome: String) -> Result<()> {
        match self.take(outcome) {
            Some(event) => self.audit.append(event).await,
            None => Ok(()),
        }
    }

    /// It goes on behind its answer, and its end will have another entry. When this returns, its first one lasts.
    pub(crate) async fn begun(&self) -> Result<()> {
        match self.event.clone() {
            Some(event) => self.audit.append(Event { outcome: "begun".to_owned(), ..event }).await,
            None => Ok(()),
        }
    }

    fn take(&mut self, outcome: String) -> Option<Event> {
        let duration_us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.event.take().map(|event| Event { outcome, duration_us, ..event })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let Some(event) = self.take("dropped".to_owned()) else { return };
        let audit = self.audit.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = audit.append(event).await {
                    tracing::error!("the audit of a dropped call cannot be kept: {error}");
                }
            });
        }
    }
}

impl Event {
    /// What begins now, with these arguments.
    pub(crate) fn now(arguments: &[&[u8]]) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let digest = arguments.iter().fold(Sha256::new(), Digest::chain_update);
        let at = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        Self { at, digest: hex(&digest.finalize()), ..Self::default() }
    }
}
