//! What stands around every call, and adds its entry before it is answered.

use disco_sdk::layer::{self, Call, CallLayer, Next, Outcome};
use disco_sdk::prelude::*;

use super::{Audit, Event, Watch, about};

/// The layer that keeps the audit. A call whose entry cannot be kept has failed.
#[must_use]
pub fn layer(audit: Audit) -> impl CallLayer {
    layer::from_fn(move |call: Call, next: Next| {
        let audit = audit.clone();
        async move {
            let watch = Watch::new(audit, begin(&call));
            let done = next.run(call).await;
            watch.end(outcome(&done)).await?;
            done
        }
    })
}

fn begin(call: &Call) -> Event {
    let arguments = call.arguments().map_or("", |arguments| arguments.get());
    let caller = call.caller();
    let who = [caller.issuer(), caller.subject()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let client = call.context().client().implementation();
    Event {
        who,
        client: client.map(|client| format!("{} {}", client.name, client.version)).unwrap_or_default(),
        kind: call.kind().to_string(),
        name: call.name().to_owned(),
        target: call.uri().map_or_else(|| about::json(arguments.as_bytes()), str::to_owned),
        ..Event::now(&[arguments.as_bytes()])
    }
}

fn outcome(done: &Result<Outcome>) -> String {
    match done {
        Ok(outcome) if outcome.is_error() => outcome.error_code().unwrap_or("failed").to_owned(),
        Ok(_) => "ok".to_owned(),
        Err(error) => error.name().map_or_else(|| error.code().0.to_string(), str::to_owned),
    }
}
