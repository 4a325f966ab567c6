//! What each client takes: from its documentation, and from what its users report as refused.
//!
//! Keywords that begin with `x-` are for the client of the protocol (`x-mcp-header`), never for a model,
//! and pass everywhere.

use super::rewrite::{Members, open, strict};

/// What one client takes in the schema of a tool's arguments.
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub(super) struct Rules {
    pub(super) keywords: Keywords,
    /// The formats of texts that it knows; `None`: any.
    pub(super) formats: Option<&'static [&'static str]>,
    /// Whether `type` may be a list of a type and `null`.
    pub(super) has_null: bool,
    /// Whether every schema but a choice has to say one `type`.
    pub(super) is_typed: bool,
    /// Whether nothing may stand beside `anyOf`.
    pub(super) has_lone_choices: bool,
    /// Whether an `enum` is of texts.
    pub(super) has_text_enums: bool,
    /// How maps and values of any kind are said; `None`: as they are.
    pub(super) described: Option<Settle>,
    /// How objects are closed, and all their members required; `None`: they need not be.
    pub(super) closed: Option<Settle>,
    /// Whether the names of members are limited to what Anthropic takes.
    pub(super) has_plain_members: bool,
    pub(super) names: Names,
    pub(super) most_tools: Option<usize>,
    /// The most levels, members, and values of enums.
    pub(super) size: Option<Size>,
}

/// Says a schema otherwise; whether what follows it has to be read back. Behind a pointer, so that a server has the
/// code of what its dialects need alone.
pub(super) type Settle = fn(&Rules, &mut Members) -> bool;

/// Which keywords there are.
pub(super) enum Keywords {
    AllBut(&'static [&'static str]),
    Only(&'static [&'static str]),
}

/// What tools may be called.
pub(super) struct Names {
    /// Whether a name may have dots and colons, and has to begin with a letter or `_`.
    pub(super) has_dots: bool,
    /// The longest, with what stands before it.
    pub(super) most: usize,
    /// What stands before it: the server's name, if anything, and this many characters more.
    pub(super) prefix: Option<usize>,
}

pub(super) struct Size {
    pub(super) levels: usize,
    pub(super) members: usize,
    pub(super) values: usize,
}

impl Rules {
    pub(super) fn knows(&self, keyword: &str) -> bool {
        keyword.starts_with("x-")
            || match &self.keywords {
                Keywords::AllBut(unknown) => !unknown.contains(&keyword),
                Keywords::Only(known) => known.contains(&keyword),
            }
    }

    /// Whether there can be maps, and values of any kind.
    pub(super) fn is_open(&self) -> bool {
        self.described.is_none()
    }

    /// Whether objects have to be closed, and all their members required.
    pub(super) fn is_strict(&self) -> bool {
        self.closed.is_some()
    }

    pub(super) fn knows_format(&self, format: &str) -> bool {
        self.formats.is_none_or(|formats| formats.contains(&format))
    }
}

/// Where references and everything around them is not known.
const REFERENCES: Keywords =
    Keywords::AllBut(&["$ref", "$dynamicRef", "$recursiveRef", "$defs", "definitions"]);

/// Anthropic, Messages API, "tool use": the name fits `^[a-zA-Z0-9_-]{1,64}$`, and so does
/// `mcp__server__tool`, which Claude Code makes of it (sparfenyuk/mcp-proxy#45). "`input_schema` does not
/// support oneOf, allOf, or anyOf at the top level" (anthropics/claude-code#40075). Property keys have
/// letters, digits, `_`, `.` and `-`; `$ref` is refused anywhere in a custom tool
/// (diegosouzapw/OmniRoute#13552, which quotes the documentation).
pub(super) const CLAUDE: Rules = Rules {
    keywords: REFERENCES,
    formats: None,
    has_null: true,
    is_typed: false,
    has_lone_choices: false,
    has_text_enums: false,
    described: None,
    closed: None,
    has_plain_members: true,
    names: Names { has_dots: false, most: 64, prefix: Some("mcp____".len()) },
    most_tools: None,
    size: None,
};

/// OpenAI, "Structured model outputs", "Supported schemas" and "Some type-specific keywords are not yet
/// supported"; strict function calling keeps to the same. What is not in its lists is left out:
/// `minLength` and `uniqueItems` are refused (mastra-ai/mastra#23321), nothing may stand beside `$ref`
/// (camel-ai/camel#3001), and each object says `"additionalProperties": false` (spring-ai#6865). API
/// reference, `tools`: 128 are the most.
pub(super) const OPENAI: Rules = Rules {
    keywords: Keywords::Only(&[
        "$defs",
        "$ref",
        "additionalProperties",
        "anyOf",
        "const",
        "description",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "items",
        "maxItems",
        "maximum",
        "minItems",
        "minimum",
        "multipleOf",
        "pattern",
        "properties",
        "required",
        "type",
    ]),
    formats: Some(&["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"]),
    has_null: true,
    is_typed: true,
    has_lone_choices: false,
    has_text_enums: false,
    described: Some(open::settle),
    closed: Some(strict::settle),
    has_plain_members: false,
    names: Names { has_dots: false, most: 64, prefix: None },
    most_tools: Some(128),
    size: Some(Size { levels: 10, members: 5_000, values: 1_000 }),
};

/// Gemini, "Function calling", and Vertex AI, reference of `Schema`: a part of `OpenAPI` 3.0. One `type`
/// (google-gemini/gemini-cli#21094, mcp-server-excel#674), no `$ref` and `$defs` (python-genai#1122,
/// gemini-cli#13326), no `const` (`google_workspace_mcp#1099`), no `exclusiveMinimum`
/// (weave-os/router#65), enums of texts only (diegosouzapw/OmniRoute#760) and with their type
/// (9router#359), "only 'enum' and 'date-time' are supported for STRING type" (gemini-cli#3178), "when
/// using `any_of`, it must be the only field set" (opencode#15795), "properties: should be non-empty for
/// OBJECT type" (mcp-obsidian#21), "items: missing field" (opencode#48073). That an object is closed stands
/// in Vertex's reference and is let through; it is not written, as Gemini's own API did not know the
/// keyword (5ire#42).
pub(super) const GEMINI: Rules = Rules {
    keywords: Keywords::Only(&[
        "anyOf",
        "additionalProperties",
        "default",
        "description",
        "enum",
        "example",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "nullable",
        "pattern",
        "properties",
        "propertyOrdering",
        "required",
        "title",
        "type",
    ]),
    formats: Some(&["date-time", "enum"]),
    has_null: false,
    is_typed: true,
    has_lone_choices: true,
    has_text_enums: true,
    described: Some(open::settle),
    closed: None,
    has_plain_members: false,
    names: Names { has_dots: true, most: 64, prefix: None },
    most_tools: Some(512),
    size: None,
};

/// Cursor shows tools to models of all makers, so that it refuses what any of them would ("The argument
/// schema for tool .. is incompatible with gemini-2.5-pro": Anubis-MCP#40). It leaves out tools whose name
/// with the server's has 60 characters or more (ComposioHQ/composio#2788, PostHog/posthog#51483), and
/// warns of more than 80 tools (Snowflake-Labs/mcp#77).
pub(super) const CURSOR: Rules =
    Rules { names: Names { has_dots: false, most: 59, prefix: Some(0) }, most_tools: Some(80), ..COMMON };

/// What all of them take, apart from OpenAI's strict mode: with maps and values of any kind, which have no
/// other shape that reads as well.
pub(super) const COMMON: Rules = Rules {
    keywords: Keywords::Only(&[
        "additionalProperties",
        "anyOf",
        "default",
        "description",
        "enum",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "pattern",
        "properties",
        "required",
        "type",
    ]),
    formats: Some(&["date-time"]),
    has_null: false,
    is_typed: true,
    has_lone_choices: true,
    has_text_enums: true,
    described: None,
    closed: None,
    has_plain_members: true,
    names: Names { has_dots: false, most: 59, prefix: Some(0) },
    most_tools: None,
    size: None,
};
