//! Any bytes as a stream of events: what is read does not depend on how they are cut.

#[path = "../../tests/e2e/support/sse.rs"]
mod sse;

use sse::{Decoder, Event};

/// The first byte says how the others are cut.
pub fn run(data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else {
        return;
    };
    let whole = events([bytes]);
    let cut = events(bytes.chunks(usize::from(*cut).max(1)));
    assert_eq!(whole, cut);
    for event in &whole {
        assert!(event.data.len() <= 3 * bytes.len() && event.name.len() <= 3 * bytes.len());
    }
    written(bytes);
}

fn events<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
    let mut decoder = Decoder::default();
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        events.extend(std::iter::from_fn(|| decoder.next_event()));
    }
    events
}

/// A message that is written as an event is read as it was.
fn written(bytes: &[u8]) {
    let text = serde_json::Value::from(String::from_utf8_lossy(bytes)).to_string();
    let read = events([format!("event: message\ndata: {text}\n\n").as_bytes()]);
    assert_eq!(read, [Event { name: "message".to_owned(), data: text, id: None }]);
}
