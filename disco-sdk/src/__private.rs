//! What expansions name, and nothing else does. Not part of the API.

use std::future::Future;

pub use inventory::submit;
pub use schemars;
pub use serde_json::Value;
pub use std::borrow::ToOwned;
pub use std::boxed::Box;
pub use std::convert::{From, Into};
pub use std::error::Error as StdError;
pub use std::fmt::{Display, Formatter, Result as FmtResult};
pub use std::module_path;
pub use std::option::Option::{self, None, Some};
pub use std::primitive::{bool, str};
pub use std::process::ExitCode;
pub use std::result::Result::{self as StdResult, Err, Ok};
pub use std::string::String;
pub use std::sync::Arc;
pub use std::vec::Vec;
pub use std::{concat, format, vec, write};

pub use crate::client::Client;
use crate::error::Result;
pub use crate::error::{KnownError, ToolError};
use crate::server::BoxFuture;
pub use crate::server::args::Arguments;
pub use crate::server::catalog::{Catalog, Handlers, Origin, Provide};
pub use crate::server::context::Context;
pub use crate::server::form::{Choice, Field, FieldSchema, Form, FormSchema, Options};
pub use crate::server::inputs::Inputs;
#[cfg(feature = "layers")]
use crate::server::layer::{CallLayer, Wrapped};
pub use crate::server::output::{Output, Returned, ToolOutput};
use crate::server::param::{FromCall, Param, Source};
pub use crate::server::param::{Parameter, Written};
pub use crate::server::patterns::Patterns;
pub use crate::server::prompt::{Prompt, PromptOutput};
pub use crate::server::registered::{self, Entry};
use crate::server::resource::{AlwaysThere, Exploded, Prefixed, Value as UriValue};
pub use crate::server::resource::{Resource, ResourceOutput, Written as WrittenInUri};
pub use crate::server::run::program;
pub use crate::server::task::TaskStart;
use crate::server::text::Readable;
pub use crate::server::text::{OfPrompt, OfTemplate, Reading, TextInputs, Texts};
pub use crate::server::tool::Tool;
pub use crate::server::writes::Receiver;
pub use crate::stub::{Argument, FromToolResult, Stubs, TextArgument, call, get};
pub use crate::{
    __get_stub as get_stub, __place as place, __stub as stub, __stubs as stubs, __take as take, patterns,
};
#[cfg(feature = "testing")]
pub use crate::{
    protocol::Version,
    testing::{Place, Setup, Transport, given, judge, run},
};

/// The traits by which an expansion asks what a type can do: the first that it has answers.
pub mod questions {
    pub use crate::server::output::{Caused as _, Held as _, Infallible as _, TypedOutput as _};
    pub use crate::server::param::NotWritten as _;
    pub use crate::server::resource::{ReadMany as _, ReadManyBySerde as _};
    pub use crate::server::text::{
        PromptReading as _, ReadBySerde as _, ReadFromCall as _, ReadOptional as _, ReadOptionalBySerde as _,
        ReadText as _, TemplateReading as _,
    };
    pub use crate::server::writes::ReadOnly as _;
}

/// What a person has filled in.
pub type JsonMap = serde_json::Map<String, Value>;

/// A parameter of a tool.
#[must_use]
pub fn parameter<T: Param<Via>, Via>(name: &'static str, description: &'static str) -> Parameter<T> {
    Parameter::new(name, description, T::source())
}

/// A parameter that is read from text: of a prompt, or of a URI template.
#[must_use]
pub fn text_parameter<T, Via>(
    name: &'static str,
    description: &'static str,
    readable: Readable<T, Via>,
) -> Parameter<T> {
    Parameter::new(name, description, readable.source)
}

/// A variable that stands in every URI of its template.
#[must_use]
pub fn variable_always_there<T, Via: AlwaysThere>(
    name: &'static str,
    description: &'static str,
    readable: Readable<T, Via>,
) -> Parameter<T> {
    Parameter::new(name, description, readable.source)
}

/// A variable with `*`.
#[must_use]
pub fn variable_exploded<T, Via: Exploded>(
    name: &'static str,
    description: &'static str,
    readable: Readable<T, Via>,
) -> Parameter<T> {
    Parameter::new(name, description, readable.source)
}

/// A variable with `:3`.
#[must_use]
pub fn variable_prefixed<T, Via: Prefixed>(
    name: &'static str,
    description: &'static str,
    readable: Readable<T, Via>,
) -> Parameter<T> {
    Parameter::new(name, description, readable.source)
}

/// A parameter that the macro knows to be a value of the call, such as `&Context`.
#[must_use]
pub fn from_call<T: FromCall>(name: &'static str) -> Parameter<T> {
    Parameter::new(name, "", Source::from_call())
}

/// A function with `#[tool]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tool",
    label = "not a function with `#[tool]`",
    note = "resources go in `resources![..]`, prompts in `prompts![..]`"
)]
pub trait ToolFunction {
    /// Its name on the wire.
    const NAME: &'static str;

    /// The tool.
    fn tool() -> Tool;
}

/// A function with `#[resource]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "not a function with `#[resource]`",
    note = "tools go in `tools![..]`, prompts in `prompts![..]`"
)]
pub trait ResourceFunction {
    /// Its URI or template.
    const URI: &'static str;

    /// The resource.
    fn resource() -> Resource;
}

/// A function with `#[prompt]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a prompt",
    label = "not a function with `#[prompt]`",
    note = "tools go in `tools![..]`, resources in `resources![..]`"
)]
pub trait PromptFunction {
    /// Its name on the wire.
    const NAME: &'static str;

    /// The prompt.
    fn prompt() -> Prompt;
}

/// The value whose methods are handlers, for one more of them, or for one more call.
#[must_use]
pub fn share<T>(value: &Arc<T>) -> Arc<T> {
    Arc::clone(value)
}

/// The future of a handler, on the heap.
pub fn boxed<T>(future: impl Future<Output = Result<T>> + Send + 'static) -> BoxFuture<'static, Result<T>> {
    Box::pin(future)
}

/// What calls on several threads can share at the same time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shared by the calls of a server",
    label = "not `Send + Sync + 'static`",
    note = "calls run on several threads: use `Arc` instead of `Rc`, `Mutex` instead of `RefCell`"
)]
pub trait Shared: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> Shared for T {}

/// What stands around calls, as a handler keeps it.
#[cfg(feature = "layers")]
pub fn layer<L: CallLayer>(layer: L) -> Wrapped {
    layer.wrapped()
}

/// Puts one layer around all of `inside`, and that into `catalog`.
#[cfg(feature = "layers")]
pub fn surround(catalog: &mut Catalog, inside: &mut Catalog, layer: &Wrapped) {
    layer.surround(inside);
    catalog.append(std::mem::take(inside));
}

/// Fails to compile when two of `names` are equal.
#[track_caller]
pub const fn assert_distinct(names: &[&str], words: &str) {
    let mut later = 0;
    while later < names.len() {
        let mut earlier = 0;
        while earlier < later {
            assert!(!equal(names[earlier].as_bytes(), names[later].as_bytes()), "{}", words);
            earlier += 1;
        }
        later += 1;
    }
}

const fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A list of handlers.
pub fn list<T, const N: usize>(handlers: [T; N]) -> Vec<T> {
    handlers.into()
}

/// Stands where a handler was refused by the macro; such a program does not compile.
pub fn refused() -> ! {
    unreachable!("a handler that was refused is never made")
}

/// The URI of a resource, with the values of its variables by name.
#[must_use]
pub fn uri(template: &str, values: Vec<(&'static str, Option<UriValue>)>) -> String {
    crate::server::resource::uri(template, values)
}

/// What was read from a field of a form, or what does not fit, with the field's name.
///
/// # Errors
/// The same.
pub fn filled_in<T>(name: &str, read: std::result::Result<T, String>) -> std::result::Result<T, String> {
    read.map_err(|words| format!("{name}: {words}"))
}

/// The default of a type, for `#[arg(default)]`.
#[must_use]
pub fn default<T: Default>() -> T {
    T::default()
}

/// A text as the type of a parameter, for `#[arg(default = "..")]`.
#[must_use]
pub fn from_text<T: OfText<Via>, Via>(text: &'static str) -> T {
    T::of_text(text)
}

/// What can be written as a text where a default, an example or a listed value stands.
#[diagnostic::on_unimplemented(
    message = "a text is no `{Self}`",
    label = "expected `{Self}`",
    note = "write a value of the type of the parameter"
)]
pub trait OfText<Via> {
    /// The same.
    fn of_text(text: &'static str) -> Self;
}

/// Says that it is made of a text.
#[derive(Debug)]
pub struct ViaFrom;

/// Says that it is there, and made of a text.
#[derive(Debug)]
pub struct ViaSome;

/// Nobody is made so: it keeps the compiler from telling what else can be made of what.
#[derive(Debug)]
pub struct ViaNothing;

trait Nobody: From<&'static str> {}

impl<T: From<&'static str>> OfText<ViaFrom> for T {
    fn of_text(text: &'static str) -> Self {
        Self::from(text)
    }
}

// A type that is made of no text is not told to be optional instead.
#[diagnostic::do_not_recommend]
impl<T: From<&'static str>> OfText<ViaSome> for Option<T> {
    fn of_text(text: &'static str) -> Self {
        Some(T::from(text))
    }
}

impl<T: Nobody> OfText<ViaNothing> for T {
    fn of_text(text: &'static str) -> Self {
        Self::from(text)
    }
}

/// Takes the parameters of a call out of their slots, or ends the closure that it stands in with what is wrong.
#[doc(hidden)]
#[macro_export]
macro_rules! __take {
    ($slots:ident $call:ident $($index:literal $parameter:ident)*) => {
        $(let $parameter = $crate::__private::$slots::take(&mut $call, $index, &$parameter);)*
        let (true, $($crate::__private::Some($parameter),)*) =
            ($crate::__private::$slots::is_right(&$call), $($parameter,)*)
        else {
            return $call.refuse();
        };
    };
}

/// The place of an expansion.
#[doc(hidden)]
#[macro_export]
macro_rules! __origin {
    () => {
        $crate::__private::Origin { module: ::core::module_path!(), line: ::core::line!() }
    };
}

pub use crate::__origin as origin;
