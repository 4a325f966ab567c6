//! The cells of the matrix.

use std::fmt;

use crate::protocol::version::Version;

/// A transport that a test body runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// One process, no bytes in between.
    Memory,
    /// The transport of standard input and output, over a pipe in this process.
    Stdio,
    /// Streamable HTTP, over a real connection.
    Http,
    /// HTTP+SSE of 2024-11-05, over real connections; for the revisions that begin with `initialize`.
    Sse,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Memory, Self::Stdio, Self::Http, Self::Sse];

    /// Its name in the names of tests.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Stdio => "stdio",
            Self::Http => "http",
            Self::Sse => "sse",
        }
    }

    /// Whether `version` can be spoken over it.
    #[must_use]
    pub fn carries(self, version: Version) -> bool {
        !matches!(self, Self::Sse) || version.is_legacy()
    }
}

/// One cell of the matrix.
///
/// ```
/// use disco_sdk::testing::{Place, Transport};
/// assert_eq!(Place::all().filter(|place| place.transport == Transport::Sse).count(), 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// How the messages travel.
    pub transport: Transport,
    /// Which revision they speak.
    pub version: Version,
}

impl Place {
    /// The cell of this transport and this revision.
    #[must_use]
    pub const fn new(transport: Transport, version: Version) -> Self {
        Self { transport, version }
    }

    /// Every cell there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |transport| Version::ALL.into_iter().map(move |version| Self { transport, version });
        Transport::ALL.into_iter().flat_map(of).filter(|place| place.transport.carries(place.version))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.transport.as_str(), self.version)
    }
}
