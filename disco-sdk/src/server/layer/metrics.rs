//! A layer that counts and measures, for whatever listens to the `metrics` crate.

use ::metrics::{
    Gauge, Label, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::call::{Call, Kind};
use super::outcome::Outcome;
use super::watch::watched;
use super::within::{Handle, Next, is_layer};
use crate::error::Result;
use crate::server::BoxFuture;

/// OpenTelemetry's name for how long a request took, in seconds.
const DURATION: &str = "mcp.server.operation.duration";
/// How many calls have ended.
const CALLS: &str = "mcp.server.calls";
/// How many calls are under way.
const ACTIVE: &str = "mcp.server.calls.active";

/// Measures calls, and hands that to the recorder of the [`metrics`](https://docs.rs/metrics) crate that the
/// program has installed, such as `metrics-exporter-prometheus`:
///
/// | metric | kind | what it says |
/// |---|---|---|
/// | `mcp.server.operation.duration` | histogram, seconds | how long they took, as OpenTelemetry names it |
/// | `mcp.server.calls` | counter | how many have ended |
/// | `mcp.server.calls.active` | gauge | how many are under way |
///
/// Labels are `mcp.method.name`, `gen_ai.tool.name` or `gen_ai.prompt.name`, and, unless it is the gauge,
/// `error.type` where a call has failed. URIs are none: there may be any number of them.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Metrics;

impl Metrics {
    /// Describes the metrics to the recorder, which is to be installed before.
    #[must_use]
    pub fn new() -> Self {
        describe_histogram!(DURATION, Unit::Seconds, "How long a call took.");
        describe_counter!(CALLS, Unit::Count, "Calls that have ended.");
        describe_gauge!(ACTIVE, Unit::Count, "Calls that are under way.");
        Self
    }
}

fn labels(call: &Call) -> Vec<Label> {
    let mut labels = vec![Label::from_static_parts("mcp.method.name", call.kind().method())];
    match call.kind() {
        Kind::Tool => labels.push(Label::new("gen_ai.tool.name", call.name().to_owned())),
        Kind::Prompt => labels.push(Label::new("gen_ai.prompt.name", call.name().to_owned())),
        Kind::Resource => {}
    }
    labels
}

/// One call under way.
struct Active(Gauge);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl Handle for Metrics {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        let mut labels = labels(&call);
        let active = gauge!(ACTIVE, labels.clone());
        active.increment(1.0);
        let active = Active(active);
        watched(call, next, move |ending, duration, _| {
            drop(active);
            if let Some(error) = ending.error_type() {
                labels.push(Label::new("error.type", error.to_owned()));
            }
            counter!(CALLS, labels.clone()).increment(1);
            histogram!(DURATION, labels).record(duration.as_secs_f64());
        })
    }
}

is_layer!(Metrics);
