//! Tells a client over MCP how far long work is.

use std::pin::pin;
use std::time::Duration;

use disco_sdk::Context;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::Count;

/// How often it is told.
const OFTEN: Duration = Duration::from_millis(500);

/// Does the work, and tells meanwhile for how many seconds it lasts and how many of the `things` are done. What was
/// counted is told at the end too, however soon that comes.
pub(crate) async fn telling<T>(cx: &Context, things: &str, work: impl Future<Output = T>) -> T {
    if !cx.wants_progress() {
        return work.await;
    }
    let (count, start) = (Count::default(), Instant::now());
    let tell = || {
        let message = format!("{} {things}", count.get());
        cx.progress(start.elapsed().as_secs_f64(), None, message.as_str());
    };
    let mut ticks = interval_at(start + OFTEN, OFTEN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut work = pin!(count.clone().of(work));
    loop {
        tokio::select! {
            done = &mut work => {
                if count.get() > 0 {
                    tell();
                }
                return done;
            }
            _ = ticks.tick() => tell(),
        }
    }
}
