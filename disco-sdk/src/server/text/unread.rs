//! The types that cannot be read from text: what the compiler says of them.

use crate::server::param::Source;

/// What a prompt's parameter may be, if it is neither read from text nor a value of the call: nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a prompt's text",
    label = "neither readable from text nor part of the call",
    note = "implement `std::str::FromStr` for it (of an `Option`, for the type in it), or for an enum `#[derive(serde::Deserialize, disco_sdk::JsonSchema)]`"
)]
pub trait PromptParam<Via>: Sized {
    #[doc(hidden)]
    fn not_read() -> Source<Self>;
}

/// What a variable of a URI template may be, if it is not read from text: nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a URI",
    label = "not readable from text",
    note = "implement `std::str::FromStr` for it (of an `Option`, for the type in it), or for an enum `#[derive(serde::Deserialize, disco_sdk::JsonSchema)]`; a value of the call needs `#[arg(inject)]` unless it is `Context` or `State`"
)]
pub trait Variable<Via>: Sized {
    #[doc(hidden)]
    fn not_read() -> Source<Self>;
}

/// Nobody is so. A second way keeps the compiler from looking into the first and telling of all that it
/// does not find there.
#[derive(Debug)]
pub struct ViaNothing;

/// Nor so.
#[derive(Debug)]
pub struct ViaNothingElse;

trait Nobody {
    fn source() -> Source<Self>
    where
        Self: Sized;
}

impl<T: Nobody> PromptParam<ViaNothing> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}

impl<T: Nobody> PromptParam<ViaNothingElse> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}

impl<T: Nobody> Variable<ViaNothing> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}

impl<T: Nobody> Variable<ViaNothingElse> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}
