//! States on their way out: through the client, or into the store where they are too large for that.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::core::Core;
use super::super::key::random_bytes;
use super::journal::Journal;
use crate::error::{Error, ErrorCode, Result};

/// A state that is to be in the store before the client may come back.
#[derive(Debug)]
pub(crate) struct Unsaved {
    name: String,
    sealed: Vec<u8>,
    ttl: Duration,
}

impl Unsaved {
    /// Puts it there.
    pub(crate) async fn save(self, core: &Arc<Core>) -> Result<()> {
        match &core.request_states {
            Some(store) => store.put(&self.name, self.sealed, self.ttl).await,
            None => Ok(()),
        }
    }
}

/// What the client is to carry, and what the store has to keep for it.
///
/// # Errors
/// When it is too large for both.
pub(super) fn carried(core: &Core, journal: &Journal) -> Result<(String, Option<Box<Unsaved>>)> {
    let (state, limits) = (&journal.state, &core.limits);
    let token = core.states.seal(state)?;
    let most = limits.request_state;
    if token.len() <= most {
        return Ok((token, None));
    }
    if core.request_states.is_none() {
        let way = "give the server a store (`Server::request_states`), or raise `Limits::request_state`";
        return Err(too_large(journal, token.len(), most, way));
    }
    let name = URL_SAFE_NO_PAD.encode(&random_bytes()?[..18]);
    let sealed = core.states.seal_as(&name, state)?;
    if sealed.len() > limits.kept_state {
        return Err(too_large(journal, sealed.len(), limits.kept_state, "raise `Limits::kept_state`"));
    }
    let token = core.states.seal(&state.kept_as(name.clone()))?;
    if token.len() > most {
        return Err(too_large(journal, token.len(), most, "raise `Limits::request_state`"));
    }
    let ttl = state.time_left();
    Ok((token, Some(Box::new(Unsaved { name, sealed, ttl }))))
}

fn too_large(journal: &Journal, size: usize, most: usize, way: &str) -> Error {
    let largest = journal.largest().map_or_else(String::new, |(label, size)| {
        format!("; the largest of what it has to remember is {label:?} with {size} bytes")
    });
    let words =
        format!("the state of this call would have {size} bytes, and {most} is the most{largest}; {way}");
    Error::protocol(ErrorCode::INTERNAL_ERROR, words)
}
