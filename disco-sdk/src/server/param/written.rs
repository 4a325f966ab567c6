//! A value as JSON, where its type can be written.

use serde::Serialize;
use serde_json::Value;

/// The default of a parameter as JSON, if its type can be written.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "nobody ever holds one")]
pub struct Written<'a, T>(pub &'a T);

impl<T: Serialize> Written<'_, T> {
    /// The JSON.
    #[must_use]
    pub fn written_as_json(self) -> Option<Value> {
        serde_json::to_value(self.0).ok()
    }
}

/// The same for a type that cannot be written.
#[doc(hidden)]
pub trait NotWritten: Sized {
    fn written_as_json(self) -> Option<Value> {
        None
    }
}

impl<T> NotWritten for Written<'_, T> {}
