//! A server in the same process, without any bytes in between.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use serde_json::Value;

use super::{Incoming, Later, Link, Single};
use crate::error::Result;
use crate::transport::{Accepted, Conversation, Event, Running};

pub(in crate::client) struct Memory(pub(in crate::client) Arc<dyn Conversation>);

impl Link for Memory {
    fn send<'a>(&'a self, message: &'a Value) -> Later<'a, Result<Box<dyn Incoming>>> {
        Box::pin(async move {
            let message = serde_json::to_vec(message)?;
            let accepted = poll_fn(|cx| Poll::Ready(self.0.accept(&message, cx))).await;
            Ok(match accepted {
                Accepted::Nothing => Box::new(Single(None)) as Box<dyn Incoming>,
                Accepted::Answer(reply) => Box::new(Single(Some(read(&reply.body)?))),
                Accepted::Running(running) => Box::new(Call(Some(running))),
            })
        })
    }

    fn listen(&self) -> Later<'_, Result<Box<dyn Incoming>>> {
        let running = self.0.listen();
        Box::pin(async { Ok(Box::new(Call(Some(running))) as Box<dyn Incoming>) })
    }
}

fn read(message: &[u8]) -> Result<Value> {
    Ok(serde_json::from_str(&String::from_utf8_lossy(message))?)
}

/// A call under way; to drop it cancels it.
struct Call(Option<Running>);

impl Incoming for Call {
    fn next(&mut self) -> Later<'_, Result<Option<Value>>> {
        Box::pin(async move {
            let Some(running) = &mut self.0 else {
                return Ok(None);
            };
            let event = loop {
                match running.next().await {
                    // There is no connection here that could end.
                    Event::Pause(_) => {}
                    event => break event,
                }
            };
            let message = match event {
                Event::Speak(message) => message,
                Event::Answer(reply) => {
                    self.0 = None;
                    reply.body
                }
                Event::Pause(_) | Event::Gone => {
                    self.0 = None;
                    return Ok(None);
                }
            };
            Ok(Some(read(&message)?))
        })
    }
}
