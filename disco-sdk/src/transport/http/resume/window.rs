//! The events of one stream that are kept for a client that comes back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

use bytes::Bytes;

/// The last events of a stream, and who writes them out.
pub(super) struct Window {
    events: VecDeque<Bytes>,
    /// The number of the next event; the first one has 1.
    next: u64,
    /// How much the windows of all streams keep.
    all_bytes: Arc<AtomicUsize>,
    /// Counts those who have written this stream out; only the last one goes on.
    pub(super) turn: u64,
    pub(super) writer: Option<Waker>,
    pub(super) is_done: bool,
}

impl Window {
    pub(super) fn new(all_bytes: Arc<AtomicUsize>) -> Self {
        Self { events: VecDeque::new(), next: 1, all_bytes, turn: 0, writer: None, is_done: false }
    }

    /// The number of the newest event; 0 if there was none.
    pub(super) fn newest(&self) -> u64 {
        self.next - 1
    }

    /// The number of the event that comes next.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Keeps an event. Beyond the bounds the oldest are dropped, but never this one.
    pub(super) fn push(&mut self, event: Bytes, most_events: usize, most_bytes: usize) {
        self.all_bytes.fetch_add(event.len(), Ordering::AcqRel);
        self.events.push_back(event);
        self.next += 1;
        while self.events.len() > 1
            && (self.events.len() > most_events || self.all_bytes.load(Ordering::Acquire) > most_bytes)
        {
            self.drop_oldest();
        }
    }

    /// The first kept event of this number or a later one, and its number.
    pub(super) fn from(&self, number: u64) -> Option<(u64, Bytes)> {
        let oldest = self.next - self.events.len() as u64;
        let number = number.max(oldest);
        let at = usize::try_from(number - oldest).ok()?;
        self.events.get(at).map(|event| (number, event.clone()))
    }

    /// Another one writes the stream out from here on.
    pub(super) fn take_over(&mut self) -> (u64, Option<Waker>) {
        self.turn += 1;
        (self.turn, self.writer.take())
    }

    fn drop_oldest(&mut self) {
        if let Some(event) = self.events.pop_front() {
            self.all_bytes.fetch_sub(event.len(), Ordering::AcqRel);
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        while !self.events.is_empty() {
            self.drop_oldest();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_events_are_dropped_first_by_number_and_by_size_over_all_streams() {
        let all = Arc::new(AtomicUsize::new(0));
        let event = |number: u8| Bytes::from(vec![number; 10]);
        let mut window = Window::new(Arc::clone(&all));
        for number in 1..=5 {
            window.push(event(number), 3, 1000);
        }
        assert_eq!(window.from(1), Some((3, event(3))), "what is gone is passed over");
        assert_eq!(window.from(5), Some((5, event(5))));
        assert_eq!(window.from(6), None);
        let mut other = Window::new(Arc::clone(&all));
        other.push(event(1), 3, 35);
        other.push(event(2), 3, 35);
        assert_eq!(other.from(1), Some((2, event(2))), "the bytes of the first stream count too");
        drop((window, other));
        assert_eq!(all.load(Ordering::Acquire), 0);
    }
}
