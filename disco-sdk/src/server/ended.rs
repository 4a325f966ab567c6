//! The end of an old-era session, here and in the store that replicas share.

use std::future::ready;
use std::sync::Arc;

use super::answer;
use super::core::Core;
use super::exchange;
use crate::error::{Error, ErrorCode};
use crate::protocol::version::Version;
use crate::transport::{Head, Later, Reply, Status};

/// Asks the store whether the session was ended on another replica. `None`: there is no store, or no
/// session to ask for.
pub(crate) fn admit(core: &Arc<Core>, head: &Head<'_>) -> Option<Later<Result<(), Reply>>> {
    let store = Arc::clone(core.revoked.as_ref()?);
    let place = core.sessions.resume(head.session?, head.caller)?.place?;
    let core = Arc::clone(core);
    Some(Box::pin(async move {
        match store.is_revoked(&place.name()).await {
            Ok(false) => Ok(()),
            Ok(true) => {
                // From here on it is known here too.
                core.sessions.end(&place);
                Err(exchange::no_session())
            }
            Err(error) => Err(unknown(&error, "nobody can tell whether the session was ended")),
        }
    }))
}

/// Ends the session that the request names.
pub(crate) fn end(core: &Arc<Core>, head: &Head<'_>) -> Later<Result<(), Reply>> {
    let place = match exchange::resumed(core, head) {
        Ok(session) => session.and_then(|session| session.place),
        Err(reply) => return Box::pin(ready(Err(reply))),
    };
    let Some(place) = place else {
        return Box::pin(ready(Ok(())));
    };
    core.sessions.end(&place);
    let Some(store) = core.revoked.clone() else {
        return Box::pin(ready(Ok(())));
    };
    Box::pin(async move {
        let revoked = store.revoke(&place.name(), place.expires()).await;
        revoked.map_err(|error| unknown(&error, "the session was ended on this replica only"))
    })
}

/// The store has failed. Its own words are for the log.
fn unknown(error: &Error, words: &str) -> Reply {
    tracing::error!(%error, "the store of ended sessions has failed");
    let error = Error::protocol(ErrorCode::BUSY, words).with_suggestion("try again in a moment");
    Reply { status: Status::Busy, ..answer::error(None, Version::LATEST_LEGACY, &error) }
}
