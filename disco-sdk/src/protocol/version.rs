//! The revisions of the specification, and what each of them has. The only file that compares them.

use std::fmt;
use std::str::FromStr;

/// A revision of the Model Context Protocol, in order of time.
///
/// ```
/// use disco_sdk::protocol::Version;
/// let version: Version = "2025-06-18".parse().unwrap();
/// assert!(version < Version::LATEST && version.is_legacy());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// 2024-11-05: the first one; HTTP+SSE.
    V2024_11_05,
    /// 2025-03-26: Streamable HTTP, tool annotations, audio, batches.
    V2025_03_26,
    /// 2025-06-18: structured results, titles, elicitation, resource links.
    V2025_06_18,
    /// 2025-11-25: icons, URL elicitation, tasks in the core.
    V2025_11_25,
    /// 2026-07-28: no handshake, no sessions; every request says all it needs.
    V2026_07_28,
}

/// Something that a revision may or may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature {
    /// `annotations` on tools.
    ToolAnnotations,
    /// Audio content.
    Audio,
    /// The `completions` capability.
    CompletionsCapability,
    /// `message` in progress notifications.
    ProgressMessage,
    /// Several messages in one JSON array.
    Batches,
    /// `title` beside `name`.
    Titles,
    /// `outputSchema` and `structuredContent`.
    StructuredContent,
    /// Output schemas and structured content that are not objects.
    BareStructuredContent,
    /// Resource links in results.
    ResourceLinks,
    /// `_meta` on tools, resources, prompts and contents.
    ItemMeta,
    /// `lastModified` in annotations.
    LastModified,
    /// Elicitation by form.
    Elicitation,
    /// Elicitation by URL, `mode` in elicitation, defaults, titled and multi-select enums.
    ElicitationModes,
    /// Elicitation by URL has an id that a notification names.
    ElicitationId,
    /// Tools in sampling, and several blocks in one message.
    SamplingTools,
    /// Icons, and `description` and `websiteUrl` of an implementation.
    Icons,
    /// `resultType`, cache hints, and `serverInfo` in results.
    ResultType,
    /// `-32602` rather than `-32002` for a missing resource.
    MissingResourceIsInvalidParams,
    /// Log messages only for requests that ask for them.
    LogLevelPerRequest,
    /// The server asks in a result, and the client sends its request again with the answers.
    MultiRoundTrip,
    /// A client that goes away cancels its request over HTTP.
    DisconnectCancels,
    /// Tasks that a client asks for, in the core of the protocol.
    CoreTasks,
    /// Tasks that the server makes of calls, as an extension.
    TasksExtension,
    /// A client comes back for the rest of a stream with `Last-Event-ID`.
    Resumption,
    /// A stream begins with an event that only has an id, and the server may end the connection.
    Polling,
    /// The `MCP-Protocol-Version` header.
    VersionHeader,
    /// An error to a message without a readable id has the id `null`, as in JSON-RPC, and not none.
    NullId,
}

impl Version {
    /// Every revision that this crate speaks, oldest first.
    pub const ALL: [Self; 5] =
        [Self::V2024_11_05, Self::V2025_03_26, Self::V2025_06_18, Self::V2025_11_25, Self::V2026_07_28];
    /// The newest revision.
    pub const LATEST: Self = Self::V2026_07_28;
    /// The newest revision that begins with `initialize`.
    pub const LATEST_LEGACY: Self = Self::V2025_11_25;
    /// What an HTTP request without an `MCP-Protocol-Version` header speaks (2025-06-18, basic/transports).
    pub const ASSUMED_OVER_HTTP: Self = Self::V2025_03_26;

    /// The date that names it on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// Its place in [`Version::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether it begins with `initialize` and keeps a session.
    #[must_use]
    pub const fn is_legacy(self) -> bool {
        (self as usize) < (Self::V2026_07_28 as usize)
    }

    /// Whether it lies between `since` and `until`, both included.
    #[must_use]
    pub fn is_within(self, since: Self, until: Self) -> bool {
        since <= self && self <= until
    }

    /// Whether this revision has `feature`.
    #[must_use]
    pub fn has(self, feature: Feature) -> bool {
        match feature {
            Feature::ElicitationId | Feature::CoreTasks | Feature::Polling => self == Self::V2025_11_25,
            Feature::Resumption => self >= Self::V2025_03_26 && self.is_legacy(),
            Feature::Batches => self == Self::V2025_03_26,
            Feature::NullId => self < Self::V2025_11_25,
            Feature::ToolAnnotations
            | Feature::Audio
            | Feature::CompletionsCapability
            | Feature::ProgressMessage => self >= Self::V2025_03_26,
            Feature::Titles
            | Feature::StructuredContent
            | Feature::ResourceLinks
            | Feature::ItemMeta
            | Feature::LastModified
            | Feature::VersionHeader
            | Feature::Elicitation => self >= Self::V2025_06_18,
            Feature::Icons | Feature::ElicitationModes | Feature::SamplingTools => self >= Self::V2025_11_25,
            Feature::BareStructuredContent
            | Feature::ResultType
            | Feature::MissingResourceIsInvalidParams
            | Feature::LogLevelPerRequest
            | Feature::MultiRoundTrip
            | Feature::DisconnectCancels
            | Feature::TasksExtension => self >= Self::V2026_07_28,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no revision that this crate speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownVersion;

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a protocol revision that this server speaks")
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        Self::ALL.into_iter().find(|version| version.as_str() == text).ok_or(UnknownVersion)
    }
}
