//! Which types the variables of a URI may have, and how they are read.

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::BuildHasher;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::template::{Found, Variables};
use super::{Resource, ResourceOutput};
use crate::error::Result;
use crate::protocol::resource::ReadResourceResult;
use crate::schema::JsonSchema;
use crate::server::BoxFuture;
use crate::server::complete::Choices;
use crate::server::context::Context;
use crate::server::output::Returning;
use crate::server::param::Source;
use crate::server::text::{
    OfTemplate, Readable, Reading, TextArgument, TextInputs, Texts, ViaAnything, ViaOption, ViaText, parse,
    read,
};

/// Says that a variable is a list.
#[derive(Debug)]
pub struct ViaItems;

/// Says that a variable is a map.
#[derive(Debug)]
pub struct ViaPairs;

/// How one of the texts of a variable is read.
type ReadItem<T> = fn(&str) -> Result<T, String>;

/// What the several texts of a variable become: a list or a map.
pub trait Gathered: Sized {
    /// What each of them becomes.
    type Item;
    /// Which of the two it is.
    type Via;
    /// What stands at the variable of this name, each text read by `read`.
    #[doc(hidden)]
    fn gathered(found: &Found, name: &str, read: ReadItem<Self::Item>) -> Result<Self, String>;
    /// What it is where the variable is left out.
    #[doc(hidden)]
    fn empty() -> Self;
}

impl<T> Gathered for Vec<T> {
    type Item = T;
    type Via = ViaItems;

    fn gathered(found: &Found, name: &str, read: ReadItem<T>) -> Result<Self, String> {
        found.list(name)?.iter().map(|text| read(text)).collect()
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T, S: BuildHasher + Default> Gathered for HashMap<String, T, S> {
    type Item = T;
    type Via = ViaPairs;

    fn gathered(found: &Found, _: &str, read: ReadItem<T>) -> Result<Self, String> {
        pairs(found, read)
    }

    fn empty() -> Self {
        Self::default()
    }
}

impl<T> Gathered for BTreeMap<String, T> {
    type Item = T;
    type Via = ViaPairs;

    fn gathered(found: &Found, _: &str, read: ReadItem<T>) -> Result<Self, String> {
        pairs(found, read)
    }

    fn empty() -> Self {
        Self::new()
    }
}

/// The members of a map, each name once.
fn pairs<T, M: FromIterator<(String, T)>>(found: &Found, read: ReadItem<T>) -> Result<M, String> {
    let pairs = found.map()?;
    for (index, (name, _)) in pairs.iter().enumerate() {
        if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
            return Err(format!("`{name}` stands in it twice"));
        }
    }
    let read = |(name, text): (String, String)| read(&text).map(|value| (name, value));
    pairs.into_iter().map(read).collect()
}

/// Is a list or a map whose items are read by `FromStr`.
pub trait ReadMany {
    /// What is read.
    type Read: Gathered;
    #[doc(hidden)]
    fn source(&self) -> Readable<Self::Read, <Self::Read as Gathered>::Via>;
}

impl<M> ReadMany for &&&Reading<M, OfTemplate>
where
    M: Gathered<Item: FromStr<Err: Display> + 'static>,
{
    type Read = M;

    fn source(&self) -> Readable<M, M::Via> {
        Source::Texts {
            read: |found, name| M::gathered(found, name, item::<M::Item>),
            absent: || Some(M::empty()),
        }
        .into()
    }
}

/// Is a list or a map whose items are read by serde.
pub trait ReadManyBySerde {
    /// What is read.
    type Read: Gathered;
    #[doc(hidden)]
    fn source(&self) -> Readable<Self::Read, <Self::Read as Gathered>::Via>;
}

impl<M> ReadManyBySerde for &Reading<M, OfTemplate>
where
    M: Gathered<Item: DeserializeOwned + JsonSchema>,
{
    type Read = M;

    fn source(&self) -> Readable<M, M::Via> {
        Source::Texts {
            read: |found, name| M::gathered(found, name, read::<M::Item>),
            absent: || Some(M::empty()),
        }
        .into()
    }
}

/// Which types go where a variable is always there: all that are not optional.
#[diagnostic::on_unimplemented(
    message = "this variable stands in every URI, so it is never `None`",
    label = "never `None`",
    note = "take the type inside the `Option`, or let the URI leave the variable out: write `{{?name}}` or `{{/name}}`"
)]
pub trait AlwaysThere {}

/// Which types have items, for `{var*}`.
#[diagnostic::on_unimplemented(
    message = "`*` gives as many items as there are, and this type has one",
    label = "neither a list nor a map",
    note = "take a `Vec<T>`, a `HashMap<String, T>` or a `BTreeMap<String, T>`, or take the `*` away"
)]
pub trait Exploded {}

/// Which types can be cut, for `{var:3}`.
#[diagnostic::on_unimplemented(
    message = "the beginning of a text is asked for, and this is a list or a map",
    label = "not one text",
    note = "RFC 6570 has no prefix of these: take the `:` away"
)]
pub trait Prefixed {}

#[diagnostic::do_not_recommend]
impl AlwaysThere for ViaText {}
#[diagnostic::do_not_recommend]
impl AlwaysThere for ViaItems {}
#[diagnostic::do_not_recommend]
impl AlwaysThere for ViaPairs {}
#[diagnostic::do_not_recommend]
impl Exploded for ViaItems {}
#[diagnostic::do_not_recommend]
impl Exploded for ViaPairs {}
#[diagnostic::do_not_recommend]
impl Prefixed for ViaText {}
#[diagnostic::do_not_recommend]
impl Prefixed for ViaOption {}
#[diagnostic::do_not_recommend]
impl AlwaysThere for ViaAnything {}
#[diagnostic::do_not_recommend]
impl Exploded for ViaAnything {}
#[diagnostic::do_not_recommend]
impl Prefixed for ViaAnything {}

fn item<T: FromStr<Err: Display> + 'static>(text: &str) -> Result<T, String> {
    check_path::<T>(text)?;
    parse(text)
}

/// A path comes from far away and is joined to a folder here: it must not lead out of it, on any
/// platform, nor if whoever opens it undoes escapes once more.
pub(crate) fn check_path<T: 'static>(text: &str) -> Result<(), String> {
    const MOST_ESCAPES: usize = 4;
    if TypeId::of::<T>() != TypeId::of::<PathBuf>() {
        return Ok(());
    }
    let mut text = text.to_owned();
    for _ in 0..MOST_ESCAPES {
        let wrong = if text.contains('\0') {
            "it contains a NUL"
        } else if text.contains('\\') {
            "it contains a backslash, which parts or begins paths elsewhere"
        } else if text.starts_with('/') {
            "it is absolute"
        } else if matches!(text.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic()) {
            "it names a drive"
        } else if text.split('/').any(|component| component == "..") {
            "it leads upwards by `..`"
        } else {
            let undone = super::template::unescaped(&text);
            if undone == text {
                return Ok(());
            }
            text = undone;
            continue;
        };
        return Err(format!("expected a relative path without `..`: {wrong}"));
    }
    Err("expected a relative path without `..`: it is escaped over and over".to_owned())
}

impl<R: 'static, T: 'static, const N: usize> Returning<TextInputs<N>, ResourceOutput<R, T>> {
    /// A resource that takes them. `read` gets the variables in their slots.
    ///
    /// # Panics
    /// When `uri` is no URI and no template. The macro has looked before.
    pub fn resource<F>(self, uri: &'static str, name: &'static str, read: F) -> Resource
    where
        F: for<'a> Fn(ResourceOutput<R, T>, Texts<'a, N>) -> BoxFuture<'static, Result<ReadResourceResult>>
            + Send
            + Sync
            + 'static,
    {
        let Self { inputs: TextInputs { names, arguments, particulars }, output } = self;
        let handler = move |cx: &Context, uri: &str, variables: Variables| {
            read(output, Texts::of_uri(cx, uri, &variables, &names))
        };
        Resource::of(uri.to_owned(), name.to_owned(), Arc::new(handler), particulars)
            .expect("the macro refuses what is no URI template")
            .with_contents_type(output.mime_type())
            .completed_by(arguments)
    }
}

impl Resource {
    /// The same with the variables completed of which is known what they can be.
    fn completed_by(self, variables: Vec<TextArgument>) -> Self {
        let listed = variables.into_iter().filter(|variable| !variable.choices.is_empty());
        listed.fold(self, |resource, variable| {
            resource.with_completer(variable.name, Choices(variable.choices))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_beneath_its_folder_however_it_is_spelled() {
        for right in ["", "a", "a/b.rs", "a/./b", "..a/b..", "a/...", "100%", "50%2", "a%20b", "x/C:/y"] {
            assert_eq!(item::<PathBuf>(right), Ok(PathBuf::from(right)), "{right}");
        }
        let wrong = [
            "..",
            "../a",
            "a/../b",
            "a/..",
            "/",
            "/etc/passwd",
            "//host/share",
            "a\0b",
            "\\a",
            "a\\..\\b",
            "C:",
            "c:/a",
            "%2e%2e/a",
            "%2E%2e",
            ".%2e/a",
            "a/%2e./b",
            "a%2f..%2fb",
            "%2fetc",
            "a%00",
            "%5ca",
            "C%3a/a",
            "%252e%252e",
            &format!("%{}2e.", "25".repeat(1000)),
        ];
        for wrong in wrong {
            assert!(item::<PathBuf>(wrong).is_err(), "{wrong}");
            // A text is a text.
            assert_eq!(item::<String>(wrong).as_deref(), Ok(wrong));
        }
    }
}
