//! What a tool, a resource and a prompt have in common.

use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, Ident, LitStr, Visibility};

use crate::attr::Keys;
use crate::diag::Errors;
use crate::docs;
use crate::place::ours;
use crate::signature::{Signature, is_primitive};
use crate::tags::Tags;

/// The three kinds of handlers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Tool,
    Resource,
    Prompt,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Prompt => "prompt",
        }
    }

    pub(crate) fn why_names(self) -> &'static str {
        match self {
            Self::Tool => "the name becomes the JSON field that callers send; take it apart in the body",
            Self::Resource => "the name becomes a variable of the URI; take it apart in the body",
            Self::Prompt => "the name becomes the argument that people fill in; take it apart in the body",
        }
    }

    pub(crate) fn why_concrete(self) -> &'static str {
        match self {
            Self::Tool => {
                "its JSON schema is written once, when the server lists its tools: use concrete types"
            }
            Self::Resource => "its variables are read from the URI, which names no types: use concrete types",
            Self::Prompt => "its arguments are text, which names no types: use concrete types",
        }
    }

    pub(crate) fn possible_results(self) -> &'static str {
        match self {
            Self::Tool => "return `String`, a number, `Json<T>`, `Content`, or a `Result` of one of these",
            Self::Resource => {
                "return `String`, `Json<T>`, `Vec<u8>`, `ResourceContents`, or a `Result` of one of these"
            }
            Self::Prompt => {
                "return `String`, `PromptMessage`, `Vec<PromptMessage>`, or a `Result` of one of these"
            }
        }
    }

    fn why_described(self) -> &'static str {
        match self {
            Self::Tool => "the model chooses tools by their description: write a `///` comment above it",
            Self::Resource => "clients choose resources by their description: write a `///` comment above it",
            Self::Prompt => "people choose prompts by their description: write a `///` comment above it",
        }
    }

    /// The attribute, as it is written.
    pub(crate) fn attribute(self) -> String {
        format!("#[{}]", self.word())
    }
}

/// What is said of a handler by its attribute, its docs and its signature.
pub(crate) struct Handler {
    pub(crate) kind: Kind,
    /// `::disco_sdk`, or where the user says that it is.
    pub(crate) sdk: TokenStream,
    pub(crate) name: Name,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<TokenStream>,
    /// Who sees it, if not everybody.
    pub(crate) audience: Option<Expr>,
    pub(crate) icon: Option<Expr>,
    /// What stands around its calls.
    pub(crate) layer: Option<Expr>,
    pub(crate) tags: Tags,
    /// The name among the types.
    pub(crate) type_name: Ident,
    pub(crate) has_own_type_name: bool,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
}

/// The name on the wire, and the token to blame for it.
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
    pub(crate) is_given: bool,
}

impl Name {
    /// 2025-11-25, server/tools: tool names. `what` it is goes into the words.
    pub(crate) fn check(&self, what: &str, errors: &mut Errors) {
        let Self { text, span, .. } = self;
        let is_allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let help = if self.is_given {
            "use 1 to 128 of `A-Z a-z 0-9 _ - .`"
        } else {
            "use 1 to 128 of `A-Z a-z 0-9 _ - .`, with `name = \"...\"`"
        };
        if let Some(wrong) = text.chars().find(|c| !is_allowed(c)) {
            errors.push_at(*span, format!("{what} {text:?} contains {wrong:?}"), help);
        } else if text.is_empty() {
            errors.push_at(*span, format!("{what} is empty"), help);
        } else if text.len() > 128 {
            let length = text.len();
            errors.push_at(*span, format!("{what} has {length} characters"), help);
        }
    }
}

/// A function or method, as a macro gets it.
pub(crate) struct Function<'a> {
    pub(crate) attributes: &'a [Attribute],
    pub(crate) visibility: &'a Visibility,
    pub(crate) signature: &'a mut syn::Signature,
    /// Where expansions find the SDK, unless the attribute says it.
    pub(crate) sdk: &'a TokenStream,
}

/// Where expansions find the SDK.
pub(crate) fn default_sdk() -> TokenStream {
    ours!(::disco_sdk)
}

/// Where expansions find the SDK when `crate = path` may say it.
pub(crate) fn sdk(keys: &Keys, default: &TokenStream) -> TokenStream {
    keys.path("crate").map_or_else(|| default.clone(), ToTokens::into_token_stream)
}

impl Handler {
    /// Reads what all three kinds have.
    pub(crate) fn parse(kind: Kind, keys: &Keys, function: Function<'_>, errors: &mut Errors) -> Self {
        let Function { attributes, visibility, signature, sdk } = function;
        let ident = &signature.ident;
        let name = match keys.text("name") {
            Some(name) => Name { text: name.value(), span: name.span(), is_given: true },
            None => Name { text: ident.unraw().to_string(), span: ident.span(), is_given: false },
        };
        let description = match keys.text("description") {
            Some(text) => Some(text.to_token_stream()),
            None if keys.is_wrong("description") => Some(ours!("")),
            None => docs::description(attributes),
        };
        let type_name = keys.name("type");
        Self {
            kind,
            name,
            title: keys.text("title"),
            description,
            audience: keys.expression("audience"),
            icon: keys.expression("icon"),
            layer: keys.layer(errors),
            tags: Tags::parse(keys, errors),
            has_own_type_name: type_name.is_some(),
            type_name: type_name.unwrap_or_else(|| ident.clone()),
            visibility: visibility.clone(),
            signature: Signature::parse(kind, signature, errors),
            sdk: self::sdk(keys, sdk),
        }
    }

    /// The rules for all three kinds.
    pub(crate) fn check(&self, errors: &mut Errors) {
        self.check_description(errors);
        self.check_arguments(errors);
        self.tags.check(errors);
    }

    fn check_description(&self, errors: &mut Errors) {
        if self.description.is_none() {
            let (kind, ident) = (self.kind, &self.signature.ident);
            errors.push(ident, format!("{kind} `{ident}` has no description"), kind.why_described());
        }
    }

    pub(crate) fn check_name(&self, errors: &mut Errors) {
        self.name.check(&format!("{} name", self.kind), errors);
    }

    /// For functions, whose names become names of types.
    pub(crate) fn check_type_name(&self, errors: &mut Errors) {
        let ident = &self.signature.ident;
        if !self.has_own_type_name && is_primitive(ident) {
            errors.push(
                ident,
                format!("a {} cannot be named like the type `{ident}`", self.kind),
                format!(
                    "the name would hide the type in this module: write `type = SomeName` in `{}`",
                    self.kind.attribute()
                ),
            );
        }
    }

    fn check_arguments(&self, errors: &mut Errors) {
        let parameters = &self.signature.parameters;
        for (index, parameter) in parameters.iter().enumerate() {
            if let (true, Some(key)) = (parameter.is_reference, parameter.argument.of_arguments.first()) {
                errors.push(
                    key,
                    format!("a value of the call has no `{key}`"),
                    "what is taken by reference is not sent by the caller",
                );
            }
            if let (Kind::Resource | Kind::Prompt, Some(header)) = (self.kind, &parameter.argument.header) {
                errors.push(
                    header,
                    format!("the arguments of a {} stand in no header", self.kind),
                    "the protocol mirrors those of tools only: take `header` away",
                );
            }
            if let (Kind::Resource | Kind::Prompt, Some(flatten)) = (self.kind, &parameter.argument.flatten) {
                errors.push(
                    flatten,
                    format!("the arguments of a {} cannot be flattened", self.kind),
                    "each is a text of its own: take `flatten` away",
                );
            }
            let twin = parameters.iter().take(index).find(|earlier| earlier.name == parameter.name);
            if let (Some(_), Some(rename)) = (twin, &parameter.argument.rename) {
                errors.push(
                    rename,
                    format!("two parameters are called `{}`", parameter.name),
                    "give each its own name",
                );
            }
        }
    }
}
