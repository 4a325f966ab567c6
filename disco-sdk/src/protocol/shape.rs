//! What a value has to look like, where it is checked and not kept: nothing here is copied.
//!
//! `serde` reads a struct also from an array, member by member, and an enum also from an object. The
//! schemas of MCP know neither: [`Object`] and [`word`] refuse them.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::jsonrpc::Text;

/// An object that reads as a `T`, and nothing else that would.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// For a member that is an object.
pub(super) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Object::deserialize(from).map(|Object(value)| value)
}

/// For a member that is an object, `null` or not there.
pub(super) fn optional_object<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let object: Option<Object<T>> = Option::deserialize(from)?;
    Ok(object.map(|Object(value)| value))
}

/// For a member that is one of some words.
pub(super) fn word<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    let word = Text::deserialize(from)?;
    T::deserialize(word.as_str().into_deserializer())
}

/// For what names a request's progress: a string or a whole number, kept as it is written.
pub(super) fn token<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<&'a RawValue>, D::Error> {
    let raw: Option<&RawValue> = Option::deserialize(from)?;
    match raw.map(RawValue::get) {
        Some(text) if !is_token(text) => Err(D::Error::custom("expected a string or a whole number")),
        _ => Ok(raw),
    }
}

/// Whether this is a string or a whole number.
pub(super) fn is_token(json: &str) -> bool {
    json.starts_with('"') || is_whole(json)
}

/// Whether this is a JSON number without a fraction; `1.0` has none.
fn is_whole(number: &str) -> bool {
    let is_number = number.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    is_number && number.parse::<f64>().is_ok_and(|number| number.fract() == 0.0)
}

/// A string or a whole number.
#[derive(Debug)]
struct Token;

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        token(deserializer)?
            .map(|_| Self)
            .ok_or_else(|| D::Error::custom("expected a string or a whole number"))
    }
}

/// What a notification says beside its parameters.
#[derive(Debug, Deserialize)]
pub(crate) struct NoticeMetaShape {
    #[serde(rename = "io.modelcontextprotocol/subscriptionId")]
    _subscription: Option<Token>,
}

/// What a value has to look like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A string.
    Text,
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

/// The parameters of `initialize`.
pub(crate) const INITIALIZE: Shape = Shape::Object(&[
    required("protocolVersion", Shape::Text),
    required("capabilities", CAPABILITIES),
    required("clientInfo", IMPLEMENTATION),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    enum Theme {
        #[serde(rename = "dark")]
        Dark,
    }

    #[derive(Debug, Deserialize)]
    struct Pair {
        #[serde(rename = "name")]
        _name: String,
        #[serde(rename = "theme", deserialize_with = "word")]
        _theme: Theme,
    }

    #[derive(Debug, Deserialize)]
    struct Progress<'a> {
        #[serde(borrow, default, deserialize_with = "token")]
        token: Option<&'a RawValue>,
    }

    #[test]
    fn an_array_is_no_object_and_an_object_no_word() {
        assert!(serde_json::from_str::<Pair>(r#"["a", "dark"]"#).is_ok());
        let by_place = serde_json::from_str::<Object<Pair>>(r#"["a", "dark"]"#);
        assert!(by_place.err().unwrap().to_string().contains("expected an object"));
        assert!(serde_json::from_str::<Theme>(r#"{"dark": null}"#).is_ok());
        assert!(serde_json::from_str::<Object<Pair>>(r#"{"name": "a", "theme": {"dark": null}}"#).is_err());
        assert!(serde_json::from_str::<Object<Pair>>(r#"{"name": "a", "theme": "dark"}"#).is_ok());
    }

    #[test]
    fn progress_is_called_by_a_string_or_a_whole_number() {
        let read = |json: &'static str| serde_json::from_str::<Progress<'_>>(json);
        for good in [r#"{"token":"a"}"#, r#"{"token":-1}"#, r#"{"token":1.0}"#, r#"{"token":null}"#, "{}"] {
            assert!(read(good).is_ok(), "{good}");
        }
        assert_eq!(read(r#"{"token":"a"}"#).unwrap().token.unwrap().get(), "\"a\"");
        for bad in [r#"{"token":1.5}"#, r#"{"token":true}"#, r#"{"token":[]}"#, r#"{"token":{}}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
