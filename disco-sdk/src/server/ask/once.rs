//! Effects that happen once, however often the handler runs.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::context::Context;
use super::journal::Outcome;
use super::key::name_of_call;
use super::visit::Visit;
use crate::error::{AskError, Error, ErrorCode, Result};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether the body of a `once` is being polled on this thread.
pub(super) fn is_inside() -> bool {
    INSIDE.get()
}

/// Polls as the body of a `once`.
fn inside<T>(poll: impl FnOnce() -> T) -> T {
    struct Back(bool);
    impl Drop for Back {
        fn drop(&mut self) {
            INSIDE.set(self.0);
        }
    }
    let _back = Back(INSIDE.replace(true));
    poll()
}

/// A `once` inside a `once`.
fn nested(key: &str) -> Error {
    let reason = format!("`once` {key:?} stands inside another: put them one after the other");
    AskError::Misused { reason }.into()
}

/// What an effect gave in a round before.
fn told<T: DeserializeOwned>(key: &str, outcome: Outcome) -> Result<T> {
    let unreadable = |words: String| {
        let words = format!("what `once` {key:?} gave in a round before cannot be read any more: {words}");
        Error::protocol(ErrorCode::INTERNAL_ERROR, words)
    };
    match outcome {
        Outcome::Done(value) => serde_json::from_value(value).map_err(|error| unreadable(error.to_string())),
        Outcome::Failed(saved) => {
            Err(Error::from_saved(saved).unwrap_or_else(|| unreadable("a failure".to_owned())))
        }
        _ => Err(unreadable("it was a question".to_owned())),
    }
}

impl Context {
    /// Does something once, though the code before a question may run again: since 2026-07-28 a
    /// handler begins anew when the answers are there. What `body` gives, a failure too, is kept, and
    /// given again instead of running `body` again.
    ///
    /// `body` gets an idempotency key, the same in every run: hand it to the service that is called. It
    /// is what protects an effect whose result was lost on the way, because the client went away.
    /// `key` names the effect among those of this handler; there are no questions inside.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// # async fn charge(cents: u64, idempotency_key: String) -> Result<u64> { Ok(cents) }
    /// /// Buys something.
    /// #[tool]
    /// async fn buy(ctx: Context, cents: u64) -> Result<String> {
    ///     let receipt = ctx.once("charge", |key| charge(cents, key)).await?;
    ///     let address: String = ctx.ask("Where shall it go?").await?;
    ///     Ok(format!("paid {receipt}, sent to {address}"))
    /// }
    /// ```
    ///
    /// # Errors
    /// That of `body`.
    pub fn once<T, E, F, B>(&self, key: &str, body: B) -> impl Future<Output = Result<T>> + use<T, E, F, B>
    where
        T: Serialize + DeserializeOwned,
        E: Into<Error>,
        F: Future<Output = Result<T, E>>,
        B: FnOnce(String) -> F,
    {
        let context = self.clone();
        let name = key.to_owned();
        let key = self.key_in_scope(key);
        async move {
            if is_inside() {
                return Err(nested(&key));
            }
            let mut visit = match context.rounds() {
                Some(_) => Some(Visit::once(&context, &name)?),
                None => None,
            };
            if let Some(visit) = &mut visit {
                let told_before = poll_fn(|cx| visit.poll_once(cx)).await?;
                if let Some(outcome) = told_before {
                    return told(&key, outcome);
                }
            }
            let idempotency_key = name_of_call(&context.call_secret()?, "once", &key);
            let mut body = pin!(inside(|| body(idempotency_key)));
            let result = poll_fn(|cx| inside(|| body.as_mut().poll(cx))).await.map_err(Into::into);
            if let Some(visit) = &visit {
                visit.tell(match &result {
                    Ok(value) => Outcome::Done(serde_json::to_value(value)?),
                    Err(error) => Outcome::Failed(error.to_saved()),
                });
            }
            result
        }
    }

    pub(super) fn key_in_scope(&self, key: &str) -> String {
        self.scope_name().map_or_else(|| key.to_owned(), |scope| format!("{scope}/{key}"))
    }
}
