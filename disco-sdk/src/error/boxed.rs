//! Our errors where the rest of the world has boxes: `Error` is no `std::error::Error`, but can hide in one.

use std::error::Error as StdError;
use std::fmt;

use super::Error;

/// The box that tower and many others pass errors in.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// One of ours, on its way through somebody else's hands.
struct Boxed(Error);

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Boxed {}

impl From<Error> for BoxError {
    fn from(error: Error) -> Self {
        Box::new(Boxed(error))
    }
}

/// What is in there, if it is one of ours.
pub(super) fn unboxed(error: &(dyn StdError + 'static)) -> Option<Error> {
    error.downcast_ref::<Boxed>().map(|ours| ours.0.clone())
}
