//! Typed calls: what stands behind `add::call(&client, 1, 2)` and the client of a `#[handlers]` block.
//!
//! A function with `#[tool]` or `#[prompt]` can be called over a [`Client`] as it is called in the program:
//! its arguments in their order, its values of the call left out, its result as the type that it returns.
//!
//! ```
//! use disco_sdk::CallError;
//! use disco_sdk::prelude::*;
//!
//! /// Divides.
//! #[tool(read_only)]
//! fn divide(a: i64, b: i64) -> Result<i64> {
//!     a.checked_div(b).ok_or_else(|| Error::new("nothing can be divided by 0").with_code("BY_ZERO"))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
//! let client = Server::new("demo", "1.0.0").with(tools![divide]).client().await?;
//! assert_eq!(divide::call(&client, 6, 2).await?, 3);
//!
//! let failed = divide::call(&client, 6, 0).await.unwrap_err();
//! assert_eq!(failed.failure().and_then(Error::name), Some("BY_ZERO"));
//! # Ok(()) }
//! ```
//!
//! What the macro knows for a value of the call is left out: a reference, a type called `Caller`, `Context`,
//! `Extension`, `Registry` or `State`, and what has `#[arg(inject)]`. An argument that has a default can be `None`:
//! it is left out, and the server knows what it then is. [`Argument`] and [`TextArgument`] say what may be given in
//! place of an argument, [`FromToolResult`] what comes back. A tool whose types cannot do that is a tool all the
//! same; only the typed call does not compile.

mod argument;
mod method;
mod result;

pub use argument::{Argument, AsGiven, AsOption, AsTyped, TextArgument};
pub use result::{AsContent, AsValue, FromToolResult};

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use serde_json::{Map, Value};

use crate::BoxFuture;
use crate::client::Client;
use crate::error::{CallError, Error, Result};
use crate::protocol::prompt::GetPromptResult;
use crate::protocol::tool::CallToolResult;
use crate::server::failure;

/// An argument as JSON, with its name, unless its members stand among the arguments.
type Given = (Option<&'static str>, serde_json::Result<Value>);

/// Calls a tool; an argument that is `null` is left out.
#[doc(hidden)]
pub fn call<'client, T: FromToolResult<Via>, Via, const N: usize>(
    client: &'client Client,
    tool: &'static str,
    arguments: [Given; N],
) -> BoxFuture<'client, Result<T, CallError>> {
    let arguments = sent(arguments.into());
    Box::pin(async move {
        let result = answered(client, tool, arguments).await?;
        T::from_tool_result(result, client.version()).map_err(|error| CallError::Unreadable {
            tool: tool.to_owned(),
            expected: type_name::<T>(),
            reason: error.message().to_owned(),
        })
    })
}

/// The arguments as one object.
fn sent(arguments: Vec<Given>) -> Result<Value, CallError> {
    let mut object = Map::new();
    for (name, argument) in arguments {
        match (name, argument) {
            (_, Ok(Value::Null)) => {}
            (Some(name), Ok(argument)) => {
                object.insert(name.to_owned(), argument);
            }
            (None, Ok(Value::Object(members))) => object.extend(members),
            (name, argument) => return Err(unwritten(name, argument.err())),
        }
    }
    Ok(object.into())
}

#[cold]
fn unwritten(name: Option<&str>, error: Option<serde_json::Error>) -> CallError {
    let what = name.map_or_else(|| "a flattened argument".to_owned(), |name| format!("argument `{name}`"));
    let words = match error {
        Some(error) => format!("{what} cannot be written as JSON: {error}"),
        None => format!("{what} is not written as an object"),
    };
    CallError::Protocol(Error::invalid_params(words))
}

/// What a tool that has not failed has answered.
async fn answered(
    client: &Client,
    tool: &str,
    arguments: Result<Value, CallError>,
) -> Result<CallToolResult, CallError> {
    let result = client.call(tool, arguments?).await.map_err(CallError::Protocol)?;
    if result.is_error { Err(CallError::Failed(failure::read(&result))) } else { Ok(result) }
}

/// Fills in a prompt; an argument that is `None` is left out.
#[doc(hidden)]
#[must_use]
pub fn get<'client, const N: usize>(
    client: &'client Client,
    prompt: &'static str,
    arguments: [(&'static str, Option<String>); N],
) -> BoxFuture<'client, Result<GetPromptResult>> {
    let given = arguments.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into())));
    let arguments: Map<_, _> = given.collect();
    Box::pin(async move { client.prompt(prompt, arguments.into()).await })
}

/// What the client of a `#[handlers]` block holds; `T` is the type whose methods it calls.
#[doc(hidden)]
pub struct Stubs<'client, T> {
    /// Over which it calls them.
    pub client: &'client Client,
    handlers: PhantomData<fn() -> T>,
}

impl<'client, T> Stubs<'client, T> {
    /// Calls over `client`.
    #[must_use]
    pub fn new(client: &'client Client) -> Self {
        Self { client, handlers: PhantomData }
    }
}

impl<T> fmt::Debug for Stubs<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stubs").field(&type_name::<T>()).field(self.client).finish()
    }
}
