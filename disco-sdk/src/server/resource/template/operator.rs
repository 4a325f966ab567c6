//! The operators of expressions. Specification: RFC 6570, 2.2 and the table of appendix A.

/// What stands first in an expression, and says how its variables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `{var}`
    Simple,
    /// `{+var}`
    Reserved,
    /// `{#var}`
    Fragment,
    /// `{.var}`
    Label,
    /// `{/var}`
    Path,
    /// `{;var}`
    Parameter,
    /// `{?var}`
    Query,
    /// `{&var}`
    Continuation,
}

/// Which characters the text of an expression may have, when a URI is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// All but `/`, `?` and `#`.
    Segment,
    /// All but `?` and `#`.
    Segments,
    /// All but `#`.
    Query,
    Anything,
}

impl Room {
    pub(super) fn has(self, byte: u8) -> bool {
        match self {
            Self::Segment => !matches!(byte, b'/' | b'?' | b'#'),
            Self::Segments => !matches!(byte, b'?' | b'#'),
            Self::Query => byte != b'#',
            Self::Anything => true,
        }
    }
}

impl Operator {
    /// The operator that is written so.
    pub(super) fn of(character: char) -> Option<Self> {
        Some(match character {
            '+' => Self::Reserved,
            '#' => Self::Fragment,
            '.' => Self::Label,
            '/' => Self::Path,
            ';' => Self::Parameter,
            '?' => Self::Query,
            '&' => Self::Continuation,
            _ => return None,
        })
    }

    /// What the text of the expression begins with, if there is any.
    pub(super) fn first(self) -> Option<char> {
        Some(match self {
            Self::Simple | Self::Reserved => return None,
            Self::Fragment => '#',
            Self::Label => '.',
            Self::Path => '/',
            Self::Parameter => ';',
            Self::Query => '?',
            Self::Continuation => '&',
        })
    }

    /// What stands between two variables.
    pub(super) fn separator(self) -> char {
        match self {
            Self::Simple | Self::Reserved | Self::Fragment => ',',
            Self::Label => '.',
            Self::Path => '/',
            Self::Parameter => ';',
            Self::Query | Self::Continuation => '&',
        }
    }

    /// Whether variables stand there with their names.
    pub(super) fn is_named(self) -> bool {
        matches!(self, Self::Parameter | Self::Query | Self::Continuation)
    }

    /// Whether `name=` is written even if there is no value.
    pub(super) fn writes_equals(self) -> bool {
        matches!(self, Self::Query | Self::Continuation)
    }

    /// Whether reserved characters are written as they are.
    pub(super) fn keeps_reserved(self) -> bool {
        matches!(self, Self::Reserved | Self::Fragment)
    }

    /// Which characters its text may have when `several` segments are meant.
    pub(super) fn room(self, several: bool) -> Room {
        match self {
            Self::Path if several => Room::Segments,
            Self::Simple | Self::Label | Self::Path | Self::Parameter => Room::Segment,
            Self::Reserved => Room::Segments,
            Self::Query | Self::Continuation => Room::Query,
            Self::Fragment => Room::Anything,
        }
    }
}
