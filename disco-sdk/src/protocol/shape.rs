//! What a value has to look like, where it is checked and not kept: nothing here is copied.
//!
//! `serde` reads a struct also from an array, member by member, and an enum also from an object. The
//! schemas of MCP know neither: [`Object`] and [`word`] refuse them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, de};
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

/// Any string.
#[derive(Debug)]
struct Str;

impl<'de> Deserialize<'de> for Str {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Str;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: de::Error>(self, _: &str) -> Result<Str, E> {
                Ok(Str)
            }
        }
        deserializer.deserialize_str(Any)
    }
}

/// An object each of whose members is a `T`.
#[derive(Debug)]
struct MapOf<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for MapOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = MapOf<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<MapOf<T>, A::Error> {
                while members.next_key::<Text<'_>>()?.is_some() {
                    members.next_value::<T>()?;
                }
                Ok(MapOf(PhantomData))
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

type Any = MapOf<IgnoredAny>;

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

#[derive(Debug, Deserialize)]
enum Theme {
    #[serde(rename = "light")]
    Light,
    #[serde(rename = "dark")]
    Dark,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "what is checked is not kept")]
struct ThemeWord(#[serde(deserialize_with = "word")] Theme);

/// Members that are there to be looked at by `serde` alone.
macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($member:ident $(= $wire:literal)?: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "what is checked is not kept")]
        pub(crate) struct $name { $($(#[serde(rename = $wire)])? $member: $type,)* }
    )*};
}

shapes! {
    /// A program that speaks the protocol.
    ImplementationShape {
        name: Str,
        version: Str,
        title: Option<Str>,
        description: Option<Str>,
        website_url = "websiteUrl": Option<Str>,
        icons: Option<Vec<Object<IconShape>>>,
    }

    /// A picture.
    IconShape {
        src: Str,
        mime_type = "mimeType": Option<Str>,
        sizes: Option<Vec<Str>>,
        theme: Option<ThemeWord>,
    }

    /// What a client can do. Each revision has some of it; a member means the same in all that have it.
    CapabilitiesShape {
        experimental: Option<MapOf<Any>>,
        extensions: Option<MapOf<Any>>,
        roots: Option<Object<RootsShape>>,
        sampling: Option<Object<SamplingShape>>,
        elicitation: Option<Object<ElicitationShape>>,
        tasks: Option<Object<TasksShape>>,
    }

    /// Lists its roots.
    RootsShape { list_changed = "listChanged": Option<bool>, }

    /// Asks its model.
    SamplingShape { context: Option<Any>, tools: Option<Any>, }

    /// Asks its user.
    ElicitationShape { form: Option<Any>, url: Option<Any>, }

    /// Keeps tasks (2025-11-25).
    TasksShape { cancel: Option<Any>, list: Option<Any>, requests: Option<Object<TaskRequestsShape>>, }

    /// What it keeps tasks for (2025-11-25).
    TaskRequestsShape {
        elicitation: Option<Object<TaskElicitationShape>>,
        sampling: Option<Object<TaskSamplingShape>>,
    }

    /// Asks its user in a task (2025-11-25).
    TaskElicitationShape { create: Option<Any>, }

    /// Asks its model in a task (2025-11-25).
    TaskSamplingShape { create_message = "createMessage": Option<Any>, }

    /// What a notification says beside its parameters.
    NoticeMetaShape { subscription = "io.modelcontextprotocol/subscriptionId": Option<Token>, }

    /// The parameters of `initialize`.
    InitializeShape {
        protocol_version = "protocolVersion": Str,
        capabilities: Object<CapabilitiesShape>,
        client_info = "clientInfo": Object<ImplementationShape>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Progress<'a> {
        #[serde(borrow, default, deserialize_with = "token")]
        token: Option<&'a RawValue>,
    }

    #[test]
    fn an_array_is_no_object_and_an_object_no_word() {
        assert!(serde_json::from_str::<ImplementationShape>(r#"["a", "1", null, null, null, null]"#).is_ok());
        let by_place = serde_json::from_str::<Object<ImplementationShape>>(r#"["a", "1"]"#);
        assert!(by_place.err().unwrap().to_string().contains("expected an object"));
        assert!(serde_json::from_str::<Theme>(r#"{"dark": null}"#).is_ok());
        assert!(serde_json::from_str::<ThemeWord>(r#"{"dark": null}"#).is_err());
        assert!(serde_json::from_str::<ThemeWord>(r#""dark""#).is_ok());
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
