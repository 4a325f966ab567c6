//! Hears from the engine which containers ran out of memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use super::engine::Connection;
use super::labels;

/// How long the news may take that a process which was killed was killed for want of memory.
const NEWS: Duration = Duration::from_millis(500);

/// All that run out of memory.
#[derive(Debug)]
pub(super) struct Starved {
    told: broadcast::Sender<String>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

/// One that may.
#[derive(Debug)]
pub(super) struct Watch {
    id: String,
    news: broadcast::Receiver<String>,
}

impl Starved {
    pub(super) fn new() -> Self {
        Self { told: broadcast::Sender::new(256), listener: Mutex::default() }
    }

    /// Watches one container from now on. Listens to the engine if nobody does.
    pub(super) fn watch(&self, connection: &Arc<Connection>, owner: &str, id: &str) -> Watch {
        let watch = Watch { id: id.to_owned(), news: self.told.subscribe() };
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if listener.as_ref().is_none_or(JoinHandle::is_finished) {
            *listener = Some(tokio::spawn(listen(connection.clone(), owner.to_owned(), self.told.clone())));
        }
        watch
    }
}

impl Drop for Starved {
    fn drop(&mut self) {
        if let Some(listener) = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take() {
            listener.abort();
        }
    }
}

async fn listen(connection: Arc<Connection>, owner: String, told: broadcast::Sender<String>) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let filters = HashMap::from([
        ("event", vec!["oom".to_owned()]),
        ("label", vec![format!("{}={owner}", labels::OWNER)]),
    ]);
    // From a moment ago: the question takes its time.
    let options = EventsOptionsBuilder::default().since(&now.as_secs().to_string()).filters(&filters).build();
    let mut events = Box::pin(connection.api.events(Some(options)));
    while let Some(Ok(event)) = events.next().await {
        if let Some(id) = event.actor.and_then(|actor| actor.id) {
            told.send(id).ok();
        }
    }
}

impl Watch {
    /// Ends when the container has run out of memory.
    pub(super) async fn starves(&mut self) {
        loop {
            match self.news.recv().await {
                Ok(id) if id == self.id => return,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Whether a process that was killed just now was killed for want of memory.
    pub(super) async fn has_starved(&mut self) -> bool {
        tokio::time::timeout(NEWS, self.starves()).await.is_ok()
    }
}
