//! The container that rests between two commands of a sandbox, until it has rested for too long.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::container::Container;

/// A place for one container.
#[derive(Debug)]
pub(super) struct Rest {
    keep: Duration,
    place: Arc<Mutex<Place>>,
}

#[derive(Debug, Default)]
struct Place {
    container: Option<(Container, Instant)>,
    /// Whether somebody will look whether it has rested for too long.
    is_watched: bool,
}

impl Rest {
    pub(super) fn new(keep: Duration) -> Self {
        Self { keep, place: Arc::default() }
    }

    pub(super) fn take(&self) -> Option<Container> {
        Some(lock(&self.place).container.take()?.0)
    }

    /// Lets it rest; gives it back if another does already, or none may.
    pub(super) fn put(&self, container: Container) -> Option<Container> {
        let mut place = lock(&self.place);
        if place.container.is_some() || self.keep.is_zero() {
            return Some(container);
        }
        place.container = Some((container, Instant::now()));
        if !place.is_watched {
            place.is_watched = true;
            tokio::spawn(watch(Arc::downgrade(&self.place), self.keep));
        }
        None
    }
}

/// Lets go of it when it has rested for as long as it may. What is let go of ends by itself.
async fn watch(place: Weak<Mutex<Place>>, keep: Duration) {
    let mut wait = keep;
    loop {
        tokio::time::sleep(wait).await;
        let Some(place) = place.upgrade() else { return };
        let mut place = lock(&place);
        let rested = place.container.as_ref().map(|(_, since)| since.elapsed());
        match rested {
            Some(rested) if rested < keep => wait = keep.saturating_sub(rested),
            _ => {
                place.container = None;
                place.is_watched = false;
                return;
            }
        }
    }
}

fn lock(place: &Mutex<Place>) -> MutexGuard<'_, Place> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}
