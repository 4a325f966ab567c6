//! The connections of sandboxes, in the audit before their first byte.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::{Audit, Event};
use crate::digest::sha256;
use crate::error::Result;
use crate::sandbox::network::{Passage, Witness};

#[async_trait]
impl Witness for Audit {
    async fn saw(&self, passage: Passage) -> Result<()> {
        let Passage { sandbox, method, target, outcome, at, duration } = passage;
        let at = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let event = Event {
            at: u64::try_from(at.as_millis()).unwrap_or(u64::MAX),
            kind: "network".to_owned(),
            digest: sha256(format!("{method} {target}").as_bytes()),
            name: method,
            target: format!("{sandbox} {target}"),
            outcome: outcome.to_owned(),
            duration_us: u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
            ..Event::default()
        };
        self.append(event).await
    }
}
