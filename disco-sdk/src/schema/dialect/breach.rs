//! What a dialect does not have, and where it stands.

use std::fmt;

/// One thing in a tool that a dialect does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach {
    /// The tool; `None` where a schema alone is looked at, or where all tools together are too many.
    pub tool: Option<String>,
    /// Where in its input schema: a JSON pointer, empty for the whole of it and for its name.
    pub pointer: String,
    /// The rule that is broken.
    pub rule: Rule,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(tool) = &self.tool {
            write!(f, "tool `{tool}`: ")?;
        }
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        self.rule.fmt(f)
    }
}

/// A rule of a dialect that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// A keyword that it does not know.
    Keyword(String),
    /// A format that it does not know.
    Format(String),
    /// The whole is no object, or a choice of objects.
    Root,
    /// `true` or `false` instead of a schema.
    Boolean,
    /// No `type`.
    Untyped,
    /// More than one `type`.
    Types,
    /// Something beside `anyOf` or `$ref`, which have to stand alone.
    Beside(String),
    /// An `enum` of other things than texts.
    EnumOfOthers,
    /// A value of any kind, or an object whose members are not listed.
    Open,
    /// An object without `"additionalProperties": false`.
    NotClosed,
    /// A member that is not required.
    Optional,
    /// The name of a member.
    MemberName,
    /// The name of the tool has other characters than this.
    ToolName(&'static str),
    /// The name of the tool, with what a client puts before it, is longer than this.
    LongName(usize),
    /// More tools than this.
    ManyTools(usize),
    /// More levels of objects and arrays than this.
    Deep(usize),
    /// More members than this, or more values in its enums.
    Large(usize),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword(keyword) => write!(f, "`{keyword}` is not known"),
            Self::Format(format) => write!(f, "the format `{format}` is not known"),
            Self::Root => f.write_str("the whole has to be one object, and no choice"),
            Self::Boolean => f.write_str("a schema has to be an object"),
            Self::Untyped => f.write_str("`type` is missing"),
            Self::Types => f.write_str("there can be one `type` only"),
            Self::Beside(keyword) => write!(f, "nothing may stand beside `{keyword}`"),
            Self::EnumOfOthers => f.write_str("an `enum` can have texts only"),
            Self::Open => f.write_str("the members, or the kind of value, have to be listed"),
            Self::NotClosed => f.write_str("`\"additionalProperties\": false` is missing"),
            Self::Optional => f.write_str("every member has to be required"),
            Self::MemberName => f.write_str("the name can have 1 to 64 of `A-Z a-z 0-9 _ - .`"),
            Self::ToolName(characters) => write!(f, "the name can have {characters} only"),
            Self::LongName(most) => {
                write!(f, "the name, with the server's before it, has more than {most} characters")
            }
            Self::ManyTools(most) => write!(f, "there are more than {most} tools"),
            Self::Deep(most) => write!(f, "there are more than {most} levels"),
            Self::Large(most) => write!(f, "there are more than {most} members or values"),
        }
    }
}
