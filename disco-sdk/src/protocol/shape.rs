//! What a value has to look like, where it is checked and not kept: nothing here is copied.

use super::meta::SUBSCRIPTION_ID;

/// What is wrong with what is no string and no whole number.
pub(super) const NO_TOKEN: &str = "expected a string or a whole number";

/// Whether this is a string or a whole number.
pub(super) fn is_token(json: &str) -> bool {
    json.starts_with('"') || is_whole(json)
}

/// Whether this is a JSON number without a fraction; `1.0` has none.
fn is_whole(number: &str) -> bool {
    let is_number = number.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    is_number && number.parse::<f64>().is_ok_and(|number| number.fract() == 0.0)
}

/// What a value has to look like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A string.
    Text,
    /// A string or a whole number, by which something is called.
    Token,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// An object.
    Any,
    /// An object with these members, and any others.
    Object(&'static [Member]),
    /// An object each of whose members looks like this.
    MapOf(&'static Shape),
    /// A list of what looks like this.
    List(&'static Shape),
}

/// A member of an object. One that is not required may be `null`.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
}

const fn required(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, is_required: true }
}

const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, is_required: false }
}

/// A program that speaks the protocol.
pub(crate) const IMPLEMENTATION: Shape = Shape::Object(&[
    required("name", Shape::Text),
    required("version", Shape::Text),
    optional("title", Shape::Text),
    optional("description", Shape::Text),
    optional("websiteUrl", Shape::Text),
    optional("icons", Shape::List(&ICON)),
]);

/// A picture.
const ICON: Shape = Shape::Object(&[
    required("src", Shape::Text),
    optional("mimeType", Shape::Text),
    optional("sizes", Shape::List(&Shape::Text)),
    optional("theme", Shape::Word(&["light", "dark"])),
]);

/// What a client can do. Each revision has some of it; a member means the same in all that have it.
pub(crate) const CAPABILITIES: Shape = Shape::Object(&[
    optional("experimental", Shape::MapOf(&Shape::Any)),
    optional("extensions", Shape::MapOf(&Shape::Any)),
    optional("roots", Shape::Object(&[optional("listChanged", Shape::Bool)])),
    optional("sampling", Shape::Object(&[optional("context", Shape::Any), optional("tools", Shape::Any)])),
    optional("elicitation", Shape::Object(&[optional("form", Shape::Any), optional("url", Shape::Any)])),
    // Keeps tasks, and for what (2025-11-25).
    optional(
        "tasks",
        Shape::Object(&[
            optional("cancel", Shape::Any),
            optional("list", Shape::Any),
            optional(
                "requests",
                Shape::Object(&[
                    optional("elicitation", Shape::Object(&[optional("create", Shape::Any)])),
                    optional("sampling", Shape::Object(&[optional("createMessage", Shape::Any)])),
                ]),
            ),
        ]),
    ),
]);

/// What a notification says beside its parameters.
pub(super) const NOTICE_META: Shape = Shape::Object(&[optional(SUBSCRIPTION_ID, Shape::Token)]);

/// The parameters of `initialize`.
pub(crate) const INITIALIZE: Shape = Shape::Object(&[
    required("protocolVersion", Shape::Text),
    required("capabilities", CAPABILITIES),
    required("clientInfo", IMPLEMENTATION),
]);
