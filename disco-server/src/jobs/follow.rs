//! What a job writes, as a stream of events that ends with the job.

use std::collections::VecDeque;
use std::time::Duration;

use axum::http::HeaderMap;
use disco_sdk::State;
use futures_util::stream;
use schemars::JsonSchema;
use serde::Deserialize;

use super::routes::Job;
use super::{Jobs, Piece, tools};
use crate::app::App;
use crate::error::Result;
use crate::page;
use crate::rest::{Event, Events, Path, Query};

pub(super) const SUMMARY: &str = "Follows what a job writes to its end: events `log` with `seq`, `step`, `stream` and `text`, then `done` with how \
the job stands. A client that was cut off goes on where it was by `Last-Event-ID`.";

/// How long one look for news waits.
const LOOK: Duration = Duration::from_mins(1);

/// Where to begin.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct From {
    /// Begin behind the piece of this number; at the beginning if left out.
    after: Option<u64>,
}

pub(super) async fn stream(
    app: State<App>,
    Path(Job { id }): Path<Job>,
    Query(From { after }): Query<From>,
    headers: HeaderMap,
) -> Result<Events> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let jobs = app.jobs.clone();
    // A job that is not there is an error, not a stream.
    jobs.get(&id).await?;
    let follower = Follower { jobs, id, after: last.or(after).unwrap_or(0), read: VecDeque::new() };
    Ok(Events::new(stream::unfold(Some(follower), |follower| async { follower?.next().await })))
}

struct Follower {
    jobs: Jobs,
    id: String,
    after: u64,
    read: VecDeque<Piece>,
}

impl Follower {
    /// The next event, and who tells those behind it.
    async fn next(mut self) -> Option<(Result<Event>, Option<Self>)> {
        loop {
            if let Some(piece) = self.read.pop_front() {
                self.after = piece.seq;
                let event = Event::new("log", &piece).map(|event| event.at(piece.seq));
                return Some((event, Some(self)));
            }
            match self.jobs.follow(&self.id, self.after, page::BYTES, LOOK).await {
                Ok((pieces, run)) if pieces.is_empty() && run.status.is_final() => {
                    return Some((Event::new("done", &tools::status(run)), None));
                }
                Ok((pieces, _)) => self.read.extend(pieces),
                Err(error) => return Some((Err(error), None)),
            }
        }
    }
}
