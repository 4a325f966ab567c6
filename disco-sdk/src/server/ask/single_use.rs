//! States that are good for one retry: the first runs the handler, and every other gets what that came to.
//!
//! Who runs is settled by a claim in the store, which has to be renewed: a process that dies loses it.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::super::core::Core;
use super::key::name_of_call;
use super::state::{State, not_ours, refused};
use super::store::Kept;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::jsonrpc::{Id, answer_again, behind_id};
use crate::transport::{Reply, Status};

/// After how long somebody who waits for a result looks for the first time, and for how long at the most
/// between two looks.
const LOOKS: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));

/// What a state was used for.
#[derive(Debug, Serialize, Deserialize)]
enum Use {
    /// A call is under way.
    #[serde(rename = "u")]
    UnderWay,
    /// What it came to: what its answer says behind the id.
    #[serde(rename = "d")]
    Done(Status, String),
    /// It came to something that could not be kept.
    #[serde(rename = "l")]
    Lost,
}

/// What becomes of a retry.
pub(super) enum Claimed {
    /// It is the one that runs.
    Free(Hold),
    /// Another has run, and this is what it came to.
    Used(Reply),
}

/// The right to run. Where it is dropped before there was an answer, the next one may.
#[derive(Debug)]
pub(crate) struct Hold {
    answer: oneshot::Sender<Use>,
    kept: JoinHandle<()>,
    id: Id,
}

/// What a retry is to claim.
#[derive(Debug)]
pub(super) struct Ticket {
    name: String,
    time_left: Duration,
}

impl Ticket {
    /// That of a state. What leads to the same state is the same.
    pub(super) fn of(state: &State) -> Result<Self> {
        let secret = state
            .secret()
            .ok_or_else(|| refused("version", "another version of this server has sealed it"))?;
        let name = name_of_call(&secret, "single use", &state.round.to_string());
        Ok(Self { name, time_left: state.time_left() })
    }

    /// Waits until the state was used, or nobody else uses it.
    ///
    /// # Errors
    /// When the store cannot say, and when what came of it could not be kept.
    pub(super) async fn claim(&self, core: &Arc<Core>, id: &Id) -> Result<Claimed> {
        let Some(store) = &core.request_states else {
            return Err(lost());
        };
        let name = &self.name;
        let (mut pause, longest) = LOOKS;
        loop {
            let claim = core.states.seal_as(name, &Use::UnderWay)?;
            if store.claim(name, claim, core.limits.single_use).await? {
                return Ok(Claimed::Free(Hold::new(core, name.clone(), self.time_left, id)));
            }
            let sealed = store.get(name).await?;
            match sealed.map(|sealed| core.states.open_as(name, sealed)) {
                // It was given up just now, or is worked on.
                None | Some(Some(Use::UnderWay)) => {}
                Some(Some(Use::Done(status, said))) => {
                    let body = answer_again(id, said.as_bytes());
                    return Ok(Claimed::Used(Reply { body, status, session: None }));
                }
                Some(Some(Use::Lost)) => return Err(lost()),
                Some(None) => return Err(not_ours()),
            }
            sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }
}

fn lost() -> Error {
    let words = "this requestState was used already, and what the call came to could not be kept";
    Error::protocol(ErrorCode::INTERNAL_ERROR, words).with_suggestion("call again without requestState")
}

impl Hold {
    fn new(core: &Arc<Core>, name: String, time_left: Duration, id: &Id) -> Self {
        let (answer, given) = oneshot::channel();
        let kept = tokio::spawn(keep(Arc::clone(core), name, time_left, given));
        Self { answer, kept, id: id.clone() }
    }

    /// Has everybody else who sends the same state get this answer.
    pub(crate) async fn answer(self, reply: &Reply) {
        let said = behind_id(&reply.body, &self.id).and_then(|said| String::from_utf8(said.to_vec()).ok());
        let used = said.map_or(Use::Lost, |said| Use::Done(reply.status, said));
        // From here on it is kept, also when the client goes away.
        if self.answer.send(used).is_ok() {
            let _ = self.kept.await;
        }
    }
}

/// Renews a claim until there is an answer, and keeps that; gives it up where there will be none.
async fn keep(core: Arc<Core>, name: String, time_left: Duration, mut given: oneshot::Receiver<Use>) {
    let (Some(store), limits) = (&core.request_states, &core.limits) else {
        return;
    };
    let used = loop {
        tokio::select! {
            biased;
            used = &mut given => break used,
            () = sleep(limits.single_use / 3) => {
                let renewed = put(&core, store, &name, &Use::UnderWay, limits.single_use).await;
                renewed.unwrap_or_else(|error| tracing::warn!(%error, "a claim could not be renewed"));
            }
        }
    };
    let outcome = match used {
        Err(_) => store.remove(&name).await,
        Ok(used) => match put(&core, store, &name, &used, time_left).await {
            Ok(()) => Ok(()),
            // Better an error than to run again.
            Err(error) => put(&core, store, &name, &Use::Lost, time_left).await.and(Err(error)),
        },
    };
    if let Err(error) = outcome {
        tracing::error!(%error, "what a `single_use` call came to could not be kept");
    }
}

async fn put(core: &Core, store: &Kept, name: &str, used: &Use, ttl: Duration) -> Result<()> {
    let sealed = core.states.seal_as(name, used)?;
    let (size, most) = (sealed.len(), core.limits.kept_state);
    if size > most && matches!(used, Use::Done(..)) {
        return Err(Error::new(format!(
            "it would have {size} bytes, and {most} is the most (`Limits::kept_state`)"
        )));
    }
    store.put(name, sealed, ttl).await
}
