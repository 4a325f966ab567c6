//! What is refused at the door, before its route answers. It has an entry of the audit too: so many in a minute, since
//! whoever is refused can come again at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::measure;
use crate::audit::{Audit, Event};
use crate::error::Error;

/// What the bound is for.
const MINUTE: Duration = Duration::from_mins(1);

/// Keeps who was turned away.
#[derive(Debug)]
pub(super) struct Door {
    audit: Audit,
    most: u64,
    turn: Mutex<Turn>,
}

/// What was told in this minute.
#[derive(Debug)]
struct Turn {
    begun: Instant,
    told: u64,
    left_out: u64,
}

impl Door {
    pub(super) fn new(audit: Audit, most: u64) -> Arc<Self> {
        let turn = Turn { begun: Instant::now(), told: 0, left_out: 0 };
        Arc::new(Self { audit, most, turn: Mutex::new(turn) })
    }

    /// Somebody was turned away with this error. Nobody waits for the entry.
    pub(super) fn turned_away(&self, event: Event, error: &Error) {
        measure::refusal(error.code);
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner).take(self.most, Instant::now());
        let Some(left_out) = turn else { return };
        let mut event = Event { outcome: error.code.as_str(), ..event };
        if left_out > 0 {
            event.target = format!("({left_out} more before) {}", event.target);
        }
        let audit = self.audit.clone();
        tokio::spawn(async move {
            if let Err(error) = audit.append(event).await {
                tracing::error!("the audit of a refusal cannot be kept: {error}");
            }
        });
    }

    /// The guard has turned somebody away, before it was known what was wanted.
    pub(super) fn turned_away_by_the_guard(&self, error: &Error) {
        let event = Event {
            who: "rest".to_owned(),
            kind: "rest".to_owned(),
            name: "guard".to_owned(),
            target: error.message.clone(),
            ..Event::now(&[])
        };
        self.turned_away(event, error);
    }
}

impl Turn {
    /// Whether there is an entry for one more, and how many had none before.
    fn take(&mut self, most: u64, now: Instant) -> Option<u64> {
        if now.duration_since(self.begun) >= MINUTE {
            (self.begun, self.told) = (now, 0);
        }
        if self.told >= most {
            self.left_out += 1;
            return None;
        }
        self.told += 1;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_told_in_a_minute_and_the_next_tells_how_many_were_not() {
        let begun = Instant::now();
        let mut turn = Turn { begun, told: 0, left_out: 0 };
        let told: Vec<_> = (0..5).map(|_| turn.take(2, begun)).collect();
        assert_eq!(told, [Some(0), Some(0), None, None, None]);
        assert_eq!(turn.take(2, begun + MINUTE), Some(3));
        assert_eq!(turn.take(2, begun + MINUTE), Some(0));
        assert_eq!(turn.take(0, begun + MINUTE), None);
    }
}
