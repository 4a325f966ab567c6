//! Server-sent events: bytes in, messages out.

use std::collections::VecDeque;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming as Body;
use serde_json::Value;

use super::{Incoming, Later};
use crate::error::{Error, Result};

/// The longest event that is read, in bytes.
const LONGEST: usize = 64 << 20;

/// One event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) data: String,
}

/// Takes bytes as they come, however they are cut.
#[derive(Default)]
struct Decoder {
    line: Vec<u8>,
    /// The event whose end has not come yet.
    event: Event,
    whole: VecDeque<Event>,
}

impl Decoder {
    fn push(&mut self, bytes: &[u8]) -> Result<()> {
        for &byte in bytes {
            if byte != b'\n' {
                self.line.push(byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            self.end_line(&String::from_utf8_lossy(&line));
        }
        if self.line.len() + self.event.data.len() > LONGEST {
            return Err(Error::new(format!("the server sends an event of more than {LONGEST} bytes")));
        }
        Ok(())
    }

    fn end_line(&mut self, line: &str) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            if !event.data.is_empty() {
                self.whole.push_back(event);
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if !self.event.data.is_empty() {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // Comments, and what a test has no use for.
            _ => {}
        }
    }
}

/// The events of a response.
pub(super) struct Events {
    body: Body,
    decoder: Decoder,
}

impl Events {
    pub(super) fn new(body: Body) -> Self {
        Self { body, decoder: Decoder::default() }
    }

    /// The next event; `None` at the end.
    pub(super) async fn next_event(&mut self) -> Result<Option<Event>> {
        loop {
            if let Some(event) = self.decoder.whole.pop_front() {
                return Ok(Some(event));
            }
            // A connection that breaks off is the end as well.
            let Some(Ok(frame)) = self.body.frame().await else {
                return Ok(None);
            };
            let data: Bytes = frame.into_data().unwrap_or_default();
            self.decoder.push(&data)?;
        }
    }
}

impl Incoming for Events {
    fn next(&mut self) -> Later<'_, Result<Option<Value>>> {
        Box::pin(async {
            let event = self.next_event().await?;
            Ok(event.map(|event| serde_json::from_str(&event.data)).transpose()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_however_their_bytes_are_cut() {
        let bytes = b": hello\n\nevent: message\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\nid: 7\n\ndata:x\n\n";
        for cut in 1..bytes.len() {
            let mut decoder = Decoder::default();
            for chunk in bytes.chunks(cut) {
                decoder.push(chunk).unwrap();
            }
            let first = Event { name: "message".into(), data: "{\"a\":\n1}".into() };
            let second = Event { data: "x".into(), ..Event::default() };
            assert_eq!(decoder.whole, [first, second], "{cut}");
        }
    }
}
