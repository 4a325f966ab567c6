//! How long calls took.

use std::time::Duration;

use serde_json::{Map, Value};

/// The times of calls.
#[derive(Default)]
pub struct Tally(Vec<Duration>);

impl Tally {
    pub fn with_capacity(calls: usize) -> Self {
        Self(Vec::with_capacity(calls))
    }

    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a thousand calls kept, in microseconds.
    pub fn of_thousand(&mut self, calls: usize) -> f64 {
        self.0.sort_unstable();
        let at = (self.0.len() * calls / 1000).min(self.0.len().saturating_sub(1));
        self.0.get(at).map_or(f64::NAN, |time| microseconds(*time))
    }

    /// Adds the median and the 99th of a hundred to `figures`.
    pub fn tell(&mut self, figures: &mut Map<String, Value>) {
        figures.insert("p50_us".into(), self.of_thousand(500).into());
        figures.insert("p99_us".into(), self.of_thousand(990).into());
    }
}

/// A duration as a number.
pub fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A time or an amount, divided by how many there were.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn each(amount: f64, count: usize) -> f64 {
    amount / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_tail_are_those_of_the_sorted_times() {
        let mut tally = Tally::default();
        for time in (1..=100).rev() {
            tally.add(Duration::from_micros(time));
        }
        assert!((tally.of_thousand(500) - 51.0).abs() < 1e-9);
        assert!((tally.of_thousand(990) - 100.0).abs() < 1e-9);
    }
}
