//! One stream of messages each way for all requests: lines, and HTTP+SSE of 2024-11-05.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;

use super::{Incoming, Later, Link, Single};
use crate::client::Answers;
use crate::error::{Error, Result};
use crate::protocol::meta;
use crate::protocol::method::Notice;

/// How many messages of one request may wait to be read; then nothing more is read from the server.
const MOST_UNREAD: usize = 1024;

/// Takes one message to the server.
pub(super) trait Writer: Send + Sync {
    fn write<'a>(&'a self, message: &'a Value) -> Later<'a, Result<()>>;
}

pub(super) struct Pipe {
    writer: Arc<dyn Writer>,
    routes: Arc<Routes>,
    reading: JoinHandle<()>,
}

/// Who waits for which message.
#[derive(Default)]
struct Routes(Mutex<Table>);

#[derive(Default)]
struct Table {
    ended: bool,
    /// By the ids of the requests, as JSON.
    waiting: HashMap<String, Sender<Value>>,
    /// Whoever hears what belongs to no request.
    listening: Vec<Sender<Value>>,
}

impl Pipe {
    pub(super) fn new(reader: Box<dyn Incoming>, writer: Arc<dyn Writer>, answers: Answers) -> Self {
        let routes = Arc::new(Routes::default());
        let reading = tokio::spawn(read(reader, Arc::clone(&writer), Arc::clone(&routes), answers));
        Self { writer, routes, reading }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Link for Pipe {
    fn send<'a>(&'a self, message: &'a Value) -> Later<'a, Result<Box<dyn Incoming>>> {
        Box::pin(async move {
            let is_request = message.get("id").is_some() && message.get("method").is_some();
            let incoming: Box<dyn Incoming> = if is_request {
                let id = message["id"].to_string();
                let (sender, receiver) = mpsc::channel(MOST_UNREAD);
                self.routes.table()?.waiting.insert(id.clone(), sender);
                Box::new(Route { receiver, id, routes: Arc::clone(&self.routes) })
            } else {
                Box::new(Single(None))
            };
            self.writer.write(message).await?;
            Ok(incoming)
        })
    }

    fn listen(&self) -> Later<'_, Result<Box<dyn Incoming>>> {
        Box::pin(async {
            let (sender, receiver) = mpsc::channel(MOST_UNREAD);
            self.routes.table()?.listening.push(sender);
            let routes = Arc::clone(&self.routes);
            Ok(Box::new(Route { receiver, id: String::new(), routes }) as Box<dyn Incoming>)
        })
    }

    fn answers_itself(&self) -> bool {
        true
    }
}

impl Routes {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The table, as long as the server speaks.
    fn table(&self) -> Result<MutexGuard<'_, Table>> {
        let table = self.lock();
        if table.ended { Err(Error::new("the server has closed the connection")) } else { Ok(table) }
    }

    /// Whoever waits for `message`.
    fn of(&self, message: &Value) -> Vec<Sender<Value>> {
        let mut table = self.lock();
        let params = &message["params"];
        let named = [
            &message["id"],
            &params["_meta"][meta::SUBSCRIPTION_ID],
            &params["requestId"],
            &params["progressToken"],
        ];
        let is_answer = message.get("method").is_none();
        let ids = if is_answer { &named[..1] } else { &named[1..] };
        let found = ids.iter().find_map(|id| table.waiting.get(&id.to_string()).cloned());
        if let Some(found) = found {
            return vec![found];
        }
        table.listening.retain(|listener| !listener.is_closed());
        let is_change = message["method"] != Notice::Message.as_str() && message.get("id").is_none();
        if is_change && !is_answer {
            table.listening.clone()
        } else {
            table.waiting.values().cloned().collect()
        }
    }
}

/// Hands every message to whoever waits for it, and answers questions.
async fn read(mut reader: Box<dyn Incoming>, writer: Arc<dyn Writer>, routes: Arc<Routes>, answers: Answers) {
    while let Ok(Some(message)) = reader.next().await {
        let answer = answers.to_message(&message);
        for receiver in routes.of(&message) {
            // Nobody is there any more, if it fails.
            let _ = receiver.send(message.clone()).await;
        }
        if let Some(answer) = answer
            && writer.write(&answer).await.is_err()
        {
            break;
        }
    }
    *routes.lock() = Table { ended: true, ..Table::default() };
}

struct Route {
    receiver: Receiver<Value>,
    id: String,
    routes: Arc<Routes>,
}

impl Incoming for Route {
    fn next(&mut self) -> Later<'_, Result<Option<Value>>> {
        Box::pin(async { Ok(self.receiver.recv().await) })
    }
}

impl Drop for Route {
    fn drop(&mut self) {
        self.routes.lock().waiting.remove(&self.id);
    }
}
