//! What becomes of a call whose client goes away.

#[cfg(feature = "http")]
use crate::protocol::version::{Feature, Version};

/// What becomes of a call over HTTP whose client goes away before it has the answer.
///
/// ```
/// use disco_sdk::{OnDisconnect, Server};
/// let server = Server::new("demo", "1.0.0").on_disconnect(OnDisconnect::Cancel);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDisconnect {
    /// As the revision says: on 2026-07-28 the handler is cancelled at once (basic/transports
    /// "cancellation"). Before, it goes on, its messages wait for the client to come back with
    /// `Last-Event-ID`, and if nobody comes within [`Limits::replay`](crate::Limits::replay), it is
    /// cancelled.
    #[default]
    ByRevision,
    /// The handler is cancelled at once, in every revision.
    Cancel,
    /// The handler goes on for as long as [`Limits::replay`](crate::Limits::replay), in every revision.
    /// On 2026-07-28 nobody can have its answer; what it does is done, though.
    GoOn,
}

#[cfg(feature = "http")]
impl OnDisconnect {
    /// Whether a call in this revision goes on.
    pub(crate) fn goes_on(self, version: Version) -> bool {
        match self {
            Self::ByRevision => !version.has(Feature::DisconnectCancels),
            Self::Cancel => false,
            Self::GoOn => true,
        }
    }
}
