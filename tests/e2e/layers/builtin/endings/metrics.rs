//! `layer::Metrics`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit, set_default_local_recorder,
};
use disco_sdk::layer::Metrics;
use serde_json::json;

use super::server;

/// Everything that was measured: by name and labels, in order.
#[derive(Clone, Default)]
struct Measured(Arc<Mutex<BTreeMap<String, f64>>>);

struct Cell(Measured, String);

impl Cell {
    fn change(&self, change: impl FnOnce(f64) -> f64) {
        let mut all = self.0.0.lock().unwrap();
        let value = all.entry(self.1.clone()).or_default();
        *value = change(*value);
    }
}

impl CounterFn for Cell {
    fn increment(&self, value: u64) {
        self.change(|old| old + f64::from(u32::try_from(value).unwrap()));
    }

    fn absolute(&self, _: u64) {}
}

impl GaugeFn for Cell {
    fn increment(&self, value: f64) {
        self.change(|old| old + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|old| old - value);
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}

impl HistogramFn for Cell {
    fn record(&self, value: f64) {
        self.change(|old| old + value);
    }
}

impl Measured {
    fn cell(&self, key: &Key) -> Arc<Cell> {
        let labels: Vec<String> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Cell(self.clone(), format!("{} {}", key.name(), labels.join(" "))))
    }

    fn value(&self, name: &str) -> f64 {
        let all = self.0.lock().unwrap();
        *all.get(name).unwrap_or_else(|| panic!("no {name} in {all:?}"))
    }
}

impl Recorder for Measured {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cell(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.cell(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.cell(key))
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_count_calls_and_failures_by_tool_how_long_they_took_and_how_many_are_under_way() {
    let measured = Measured::default();
    let _here = set_default_local_recorder(&measured);
    let client = server().layer(Metrics::new()).timeout(Duration::from_secs(2)).client().await.unwrap();
    client.call("add", json!({"a": 1, "b": 2})).await.unwrap();
    client.call("add", json!({"a": 1, "b": 2})).await.unwrap();
    client.call("fail", json!({})).await.unwrap();
    client.read("note://7").await.unwrap();
    let waiting = client.call("wait", json!({}));
    let looking = async {
        tokio::task::yield_now().await;
        measured.value("mcp.server.calls.active mcp.method.name=tools/call gen_ai.tool.name=wait")
    };
    let (waited, active) = tokio::join!(waiting, looking);
    assert!(waited.unwrap().is_error);
    let tool = |metric: &str, rest: &str| {
        measured.value(&format!("{metric} mcp.method.name=tools/call gen_ai.tool.name={rest}"))
    };
    let seen = [
        active,
        tool("mcp.server.calls.active", "wait"),
        tool("mcp.server.calls", "add"),
        tool("mcp.server.calls", "fail error.type=tool_error"),
        tool("mcp.server.calls", "wait error.type=cancelled"),
        tool("mcp.server.operation.duration", "wait error.type=cancelled"),
        measured.value("mcp.server.calls mcp.method.name=resources/read"),
    ];
    assert_eq!(seen.map(|value| format!("{value}")), ["1", "0", "2", "1", "1", "2", "1"]);
}
