//! Errors of a server's own that know what a caller should be told.

use std::any::{Any, TypeId};

use super::Error;

#[doc = include_str!("../docs/tool_error.md")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tool error",
    label = "says neither code nor suggestion",
    note = "put `#[derive(ToolError)]` on it"
)]
pub trait ToolError: std::error::Error + Send + Sync + 'static {
    /// The stable name for programs, such as `NOT_FOUND`.
    fn code(&self) -> &'static str;

    /// What the reader can do about it.
    fn suggestion(&self) -> Option<String> {
        None
    }

    /// Whether the same call may succeed later.
    fn is_retryable(&self) -> bool {
        false
    }
}

impl Error {
    /// What a caller is told of `error`: its words, code and suggestion, and nothing of its causes.
    ///
    /// `?` does the same for types with `#[derive(ToolError)]`.
    pub fn of_tool(error: &impl ToolError) -> Self {
        let mut told = Self::new(error.to_string()).with_causes(error).with_code(error.code());
        if let Some(suggestion) = error.suggestion() {
            told = told.with_suggestion(suggestion);
        }
        if error.is_retryable() { told.with_data("retryable", true) } else { told }
    }
}

/// A type that was derived, by which `?` knows it again.
#[doc(hidden)]
#[derive(Debug)]
pub struct KnownError {
    type_id: fn() -> TypeId,
    tell: fn(&dyn Any) -> Option<Error>,
    tell_of: fn(&(dyn std::error::Error + 'static)) -> Option<Error>,
}

impl KnownError {
    /// Of `E`.
    #[must_use]
    pub const fn of<E: ToolError>() -> Self {
        Self {
            type_id: TypeId::of::<E>,
            tell: |error| error.downcast_ref::<E>().map(Error::of_tool),
            tell_of: |error| error.downcast_ref::<E>().map(Error::of_tool),
        }
    }
}

inventory::collect!(KnownError);

/// What is told of `error`, if its type was derived.
pub(super) fn told(error: &dyn Any) -> Option<Error> {
    let known = inventory::iter::<KnownError>().find(|known| (known.type_id)() == error.type_id())?;
    (known.tell)(error)
}

/// The same of an error whose type is forgotten.
pub(super) fn told_of(error: &(dyn std::error::Error + 'static)) -> Option<Error> {
    inventory::iter::<KnownError>().find_map(|known| (known.tell_of)(error))
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests {
    use std::fmt;

    use disco_sdk::{Result, ToolError};

    /// What another derive, or a person, prints.
    #[derive(Debug, ToolError)]
    enum Printed {
        #[tool_error(suggestion = "wait {seconds} s", retryable)]
        TooEarly { seconds: u8 },
    }

    impl fmt::Display for Printed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("too early")
        }
    }

    impl std::error::Error for Printed {}

    #[derive(Debug, ToolError)]
    #[tool_error(message = "the cause is not told")]
    struct Caused(#[from] Printed);

    #[test]
    fn a_question_mark_keeps_what_the_type_knows() {
        let fail = || -> Result<()> { Err(Printed::TooEarly { seconds: 3 })? };
        let error = fail().unwrap_err();
        assert_eq!((error.message(), error.name()), ("too early", Some("TOO_EARLY")));
        assert_eq!(error.suggestion(), Some("wait 3 s"));
        assert_eq!(error.data()["retryable"], true);
    }

    #[test]
    fn a_cause_is_kept_and_not_told() {
        let fail = || -> Result<(), Caused> { Err(Printed::TooEarly { seconds: 3 })? };
        let caused = fail().unwrap_err();
        assert!(std::error::Error::source(&caused).is_some_and(|source| source.to_string() == "too early"));
        let told = disco_sdk::Error::from(caused);
        assert_eq!((told.message(), told.name()), ("the cause is not told", Some("CAUSED")));
        assert!(told.data().is_empty() && told.suggestion().is_none());
    }
}
