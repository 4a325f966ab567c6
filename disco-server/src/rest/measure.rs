//! What is counted and measured, and told at `/metrics` as Prometheus reads it.

use std::fmt;
use std::time::Duration;

use axum::http::StatusCode;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::Rest;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::running;

const REQUESTS: &str = "disco_http_requests_total";
const DURATION: &str = "disco_http_request_duration_seconds";
const REFUSALS: &str = "disco_http_refusals_total";
const SANDBOXES: &str = "disco_sandboxes";
const JOBS: &str = "disco_jobs";
const COMMANDS: &str = "disco_commands_running";

/// Durations are counted up to these, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0];
/// How often what was measured is put into its buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// All that is measured in this process.
#[derive(Clone)]
pub struct Measures(PrometheusHandle);

impl Measures {
    /// Begins to measure. Once in a process, within the async runtime.
    ///
    /// # Errors
    /// When something else measures already.
    pub fn begin() -> Result<Self> {
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).map_err(Error::internal)?;
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(Error::internal)?;
        describe_counter!(REQUESTS, Unit::Count, "REST requests that were answered.");
        describe_counter!(REFUSALS, Unit::Count, "Requests that were refused before their route answered.");
        describe_histogram!(DURATION, Unit::Seconds, "How long it took until the answer began.");
        describe_gauge!(SANDBOXES, Unit::Count, "Sandboxes, with the default one.");
        describe_gauge!(JOBS, Unit::Count, "Jobs that wait or run.");
        describe_gauge!(COMMANDS, Unit::Count, "Commands that run in sandboxes of this process.");
        let upkeep = handle.clone();
        tokio::spawn(async move {
            let mut turns = tokio::time::interval(UPKEEP);
            loop {
                turns.tick().await;
                upkeep.run_upkeep();
            }
        });
        Ok(Self(handle))
    }

    /// As Prometheus reads it.
    pub(super) async fn told(&self, rest: &Rest) -> Result<String> {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        gauge!(SANDBOXES).set(count(rest.app.sandboxes.count().await?));
        let [queued, running] = rest.app.jobs.under_way().await?;
        gauge!(JOBS, "status" => "queued").set(count(queued));
        gauge!(JOBS, "status" => "running").set(count(running));
        gauge!(COMMANDS).set(count(running::count()));
        Ok(self.0.render())
    }
}

impl fmt::Debug for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measures")
    }
}

/// A request was answered.
pub(super) fn request(method: &str, path: &'static str, status: StatusCode, duration: Duration) {
    let (method, status) = (method.to_owned(), status.as_str().to_owned());
    counter!(REQUESTS, "method" => method.clone(), "path" => path, "status" => status).increment(1);
    histogram!(DURATION, "method" => method, "path" => path).record(duration.as_secs_f64());
}

/// A request was refused before its route answered.
pub(super) fn refusal(code: ErrorCode) {
    counter!(REFUSALS, "code" => code.as_str()).increment(1);
}
