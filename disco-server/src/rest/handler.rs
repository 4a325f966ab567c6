//! The functions that answer: anything that takes [`Part`]s and gives an [`Answer`].

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::request::Parts as Head;
use axum::response::Response;
use serde_json::Value;

use super::openapi::Operation;
use super::{Answer, Part, Rest};
use crate::error::Result;

/// One request: its head, and its body as it was read.
#[derive(Debug)]
pub struct Call {
    pub(super) rest: Arc<Rest>,
    pub(super) head: Head,
    pub(super) body: Bytes,
    pub(super) wanted: Arc<Value>,
}

/// What comes of it.
pub(super) type Reply = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// A function that answers requests.
pub trait Handler<Parts>: Send + Sync + 'static {
    /// Tells what it takes and gives.
    fn describe(operation: &mut Operation<'_>);

    /// Answers.
    fn call(&self, call: Call) -> Reply;
}

macro_rules! handler {
    ($($part:ident),*) => {
        impl<F, Fut, A, $($part),*> Handler<($($part,)*)> for F
        where
            F: Fn($($part),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<A>> + Send,
            A: Answer,
            $($part: Part,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($part::describe(operation);)*
                A::describe(operation);
            }

            fn call(&self, mut call: Call) -> Reply {
                let answer = self.clone();
                Box::pin(async move {
                    $(
                        #[expect(non_snake_case, reason = "a part is called as its type is")]
                        let $part = $part::take(&mut call).await?;
                    )*
                    answer($($part),*).await?.respond(&call.rest)
                })
            }
        }
    };
}

handler!(One);
handler!(One, Two);
handler!(One, Two, Three);
handler!(One, Two, Three, Four);
