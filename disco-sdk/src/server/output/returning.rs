//! What a handler takes, together with what becomes of what it returns.

/// Parameters, and how a result becomes an answer: all of a handler but its call.
#[derive(Debug)]
#[must_use = "it is no handler yet"]
pub struct Returning<I, O> {
    pub(crate) inputs: I,
    pub(crate) output: O,
}
