//! What a retry has to find in the store before its handler begins.

use std::future::ready;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::BoxFuture;
use super::super::context::Context;
use super::super::core::Core;
use super::journal::Journal;
use super::single_use::{Claimed, Hold, Ticket};
use super::state::{State, not_ours, refused};
use crate::error::{Error, Result};
use crate::transport::Reply;

/// What a retry has to find in the store before its handler begins.
#[derive(Debug)]
pub(super) struct Before {
    /// What it is to claim, if its state is good for one retry.
    pub(super) ticket: Option<Ticket>,
    /// Under which name the store has its state, and what the client has answered to that.
    pub(super) kept: Option<(String, Map<String, Value>)>,
}

/// What there was.
pub(crate) enum Begun {
    /// The handler may begin. What this holds, nobody else runs.
    Yes(Option<Hold>),
    /// The state was used: this is what it came to.
    Told(Reply),
}

/// What comes of going there.
pub(crate) type Beginning = BoxFuture<'static, Result<Begun>>;

/// Goes to the store for what the handler of this call needs; `None`: it needs nothing.
pub(crate) fn needed(core: &Arc<Core>, context: &Context) -> Option<Beginning> {
    let before = context.rounds()?.before()?;
    Some(match &core.request_states {
        Some(store) => (store.begin)(Arc::clone(core), context.clone()),
        None => Box::pin(ready(Err(before.without_store()))),
    })
}

/// Goes to the store.
pub(super) fn begin(core: Arc<Core>, context: Context) -> Beginning {
    Box::pin(async move {
        let Some((rounds, before)) = context.rounds().and_then(|rounds| Some((rounds, rounds.before()?)))
        else {
            return Ok(Begun::Yes(None));
        };
        let hold = match &before.ticket {
            Some(ticket) => match ticket.claim(&core, context.request_id()).await? {
                Claimed::Free(hold) => Some(hold),
                Claimed::Used(reply) => return Ok(Begun::Told(reply)),
            },
            None => None,
        };
        if let Some((name, answers)) = &before.kept {
            let state = taken_back(&core, name).await?;
            rounds.go_on_with(Journal::resumed(state, answers));
            context.record_replay();
        }
        Ok(Begun::Yes(hold))
    })
}

impl Before {
    /// Why nothing is found: there is no store.
    fn without_store(&self) -> Error {
        if self.ticket.is_some() {
            return Error::new("a `single_use` tool needs a store of request states");
        }
        refused("version", "it is in a store that this server was not given")
    }
}

async fn taken_back(core: &Core, name: &str) -> Result<State> {
    let sealed = match &core.request_states {
        Some(store) => store.get(name).await?,
        None => None,
    };
    let sealed = sealed.ok_or_else(|| refused("expired", "the store does not have it any more"))?;
    core.states.open_as(name, sealed).ok_or_else(not_ours)
}
