//! State of the server, as a handler takes it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::context::Context;
use super::param::{FromCall, Need};
use crate::error::{Error, ErrorCode, Result};

/// The value of type `T` that was given to `Server::state`, shared by all calls.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// struct Greeting(String);
///
/// /// Greets somebody.
/// #[tool]
/// fn greet(name: String, greeting: State<Greeting>) -> String {
///     format!("{}, {name}!", greeting.0)
/// }
///
/// assert_eq!(greet("Ada".to_owned(), State::new(Greeting("Hello".to_owned()))), "Hello, Ada!");
/// ```
pub struct State<T>(Arc<T>);

impl<T> State<T> {
    /// A state of its own, to call a handler in a test.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The shared value, to be kept.
    #[must_use]
    pub fn into_arc(self) -> Arc<T> {
        self.0
    }
}

impl<T> From<Arc<T>> for State<T> {
    fn from(value: Arc<T>) -> Self {
        Self(value)
    }
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> FromCall for State<T> {
    fn from_call(cx: &Context) -> Result<Self> {
        cx.state().map(Self).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Error::protocol(ErrorCode::INTERNAL_ERROR, format!("the server has no State<{name}>"))
        })
    }

    fn needs() -> Vec<Need> {
        vec![Need::of::<T>()]
    }
}
