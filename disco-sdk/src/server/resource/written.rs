//! How the values of a handler's parameters are written in a URI.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::template::{Template, Value};
use super::variable::{ViaItems, ViaPairs};
use crate::server::text::{ViaOption, ViaText};

/// Says that a value is a path.
#[derive(Debug)]
pub struct ViaPath;

/// What can be written at a variable of a URI: what can be read there, if it can be printed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written in a URI",
    label = "cannot be printed",
    note = "implement `std::fmt::Display` for it, the reverse of its `FromStr`"
)]
pub trait Written<Via> {
    /// The value; `None` leaves the variable out.
    #[doc(hidden)]
    fn written(&self) -> Option<Value>;
}

impl<T: Display> Written<ViaText> for T {
    fn written(&self) -> Option<Value> {
        Some(Value::Text(self.to_string()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> Written<ViaOption> for Option<T> {
    fn written(&self) -> Option<Value> {
        self.as_ref().map(|value| Value::Text(value.to_string()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> Written<ViaItems> for Vec<T> {
    fn written(&self) -> Option<Value> {
        Some(Value::List(self.iter().map(T::to_string).collect()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display, S> Written<ViaPairs> for HashMap<String, T, S> {
    fn written(&self) -> Option<Value> {
        let mut pairs: Vec<(String, String)> =
            self.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        // One URI for equal maps.
        pairs.sort();
        Some(Value::Map(pairs))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> Written<ViaPairs> for BTreeMap<String, T> {
    fn written(&self) -> Option<Value> {
        Some(Value::Map(self.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()))
    }
}

#[diagnostic::do_not_recommend]
impl Written<ViaPath> for PathBuf {
    fn written(&self) -> Option<Value> {
        Some(Value::Text(path(self)))
    }
}

#[diagnostic::do_not_recommend]
impl Written<ViaPath> for Option<PathBuf> {
    fn written(&self) -> Option<Value> {
        self.as_deref().map(|one| Value::Text(path(one)))
    }
}

#[diagnostic::do_not_recommend]
impl Written<ViaPath> for Vec<PathBuf> {
    fn written(&self) -> Option<Value> {
        Some(Value::List(self.iter().map(|one| path(one)).collect()))
    }
}

/// A path as it stands in a URI, whatever parts it here.
fn path(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The URI of a resource.
///
/// # Panics
/// When `template` is none. The macro has looked before.
#[must_use]
pub(crate) fn uri(template: &str, values: Vec<(&'static str, Option<Value>)>) -> String {
    let template = Template::parse(template).expect("the macro refuses what is no URI template");
    let given: Vec<(&str, Value)> =
        values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    template.uri(&given)
}
