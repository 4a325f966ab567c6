//! HTTP+SSE of 2024-11-05: messages go to the URI that the stream names first.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method as Verb, Request, Uri};
use http_body_util::Full;
use serde_json::Value;

use super::events::Events;
use super::pipe::{Pipe, Writer};
use super::request::{messages, send};
use super::{Later, Link};
use crate::client::Answers;
use crate::error::{Error, Result};

/// Opens the stream at `url`.
pub(in crate::client) async fn first_revision(url: &str, answers: Answers) -> Result<Arc<dyn Link>> {
    let url: Uri = url.parse()?;
    let request = Request::builder().uri(url.clone()).header(ACCEPT, "text/event-stream");
    let response = send(request.body(Full::default())?).await?;
    if !response.status().is_success() {
        return Err(Error::new(format!("HTTP {}", response.status())));
    }
    let mut events = Events::new(response.into_body());
    let first = events.next_event().await?.filter(|event| event.name == "endpoint");
    let first = first.ok_or_else(|| Error::new("the stream does not begin with the event `endpoint`"))?;
    let mut parts = url.into_parts();
    parts.path_and_query = Some(first.data.parse()?);
    let messages = Messages { url: Uri::from_parts(parts)? };
    Ok(Arc::new(Pipe::new(Box::new(events), Arc::new(messages), answers)))
}

struct Messages {
    url: Uri,
}

impl Writer for Messages {
    fn write<'a>(&'a self, message: &'a Value) -> Later<'a, Result<()>> {
        Box::pin(async move {
            let body: Bytes = serde_json::to_vec(message)?.into();
            let request = Request::builder().method(Verb::POST).uri(self.url.clone());
            let request = request.header(CONTENT_TYPE, "application/json").body(Full::new(body))?;
            // What is said comes on the stream; here there are only refusals.
            match messages(send(request).await?).await?.next().await? {
                None => Ok(()),
                Some(refusal) => Err(Error::new(format!("the message was refused: {refusal}"))),
            }
        })
    }
}
