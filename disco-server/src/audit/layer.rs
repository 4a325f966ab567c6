//! What stands around every call, and adds its entry before it is answered.

use std::time::{Duration, Instant, SystemTime};

use disco_sdk::layer::{self, Call, CallLayer, Next, Outcome};
use disco_sdk::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::chain::hex;
use super::{Audit, Event};

/// The layer that keeps the audit. A call whose entry cannot be kept has failed.
#[must_use]
pub fn layer(audit: Audit) -> impl CallLayer {
    layer::from_fn(move |call: Call, next: Next| {
        let audit = audit.clone();
        async move {
            let watch = Watch { audit, event: Some(begin(&call)), start: Instant::now() };
            let done = next.run(call).await;
            watch.end(outcome(&done)).await?;
            done
        }
    })
}

/// A call on its way. Dropping it is an end as well.
struct Watch {
    audit: Audit,
    event: Option<Event>,
    start: Instant,
}

impl Watch {
    async fn end(mut self, outcome: String) -> crate::Result<()> {
        match self.take(outcome) {
            Some(event) => self.audit.append(event).await,
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

fn begin(call: &Call) -> Event {
    let arguments = call.arguments().map_or("", |arguments| arguments.get());
    let caller = call.caller();
    let who = [caller.issuer(), caller.subject()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let client = call.context().client().implementation();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Event {
        at: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
        who,
        client: client.map(|client| format!("{} {}", client.name, client.version)).unwrap_or_default(),
        kind: call.kind().to_string(),
        name: call.name().to_owned(),
        target: call.uri().map_or_else(|| target(arguments), str::to_owned),
        digest: hex(&Sha256::digest(arguments)),
        ..Event::default()
    }
}

/// The arguments that say what a call is about.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    sandbox_id: Option<String>,
    job_id: Option<String>,
    path: Option<String>,
    name: Option<String>,
}

fn target(arguments: &str) -> String {
    // Arguments that are none have failed or will; there is nothing to tell of them.
    let About { sandbox_id, job_id, path, name } = serde_json::from_str(arguments).unwrap_or_default();
    [sandbox_id, job_id, path, name].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn outcome(done: &Result<Outcome>) -> String {
    match done {
        Ok(outcome) if outcome.is_error() => outcome.error_code().unwrap_or("failed").to_owned(),
        Ok(_) => "ok".to_owned(),
        Err(error) => error.name().map_or_else(|| error.code().0.to_string(), str::to_owned),
    }
}
