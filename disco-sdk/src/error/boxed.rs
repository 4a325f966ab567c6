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

impl Error {
    /// What is in a box: one of ours comes out as it was, any other in its own words.
    ///
    /// ```
    /// use disco_sdk::Error;
    /// let boxed: Box<dyn std::error::Error + Send + Sync> = Error::new("locked").with_code("LOCKED").into();
    /// assert_eq!(Error::from_boxed(boxed).name(), Some("LOCKED"));
    /// ```
    #[must_use]
    pub fn from_boxed(error: Box<dyn StdError + Send + Sync>) -> Self {
        match error.downcast::<Boxed>() {
            Ok(ours) => ours.0,
            Err(other) => Self::new(other.to_string()),
        }
    }
}
