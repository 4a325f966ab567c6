//! The layers around a handler, and how they are put there.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use serde_json::value::RawValue;
use tower_layer::Layer;
use tower_service::Service;

use super::call::{Call, Target};
use super::inner::Inner;
use super::outcome::Outcome;
use crate::error::{BoxError, Error, Result};
use crate::protocol::prompt::GetPromptResult;
use crate::protocol::resource::ReadResourceResult;
use crate::server::BoxFuture;
use crate::server::catalog::{Catalog, Provide};
use crate::server::context::Context;
use crate::server::failure;
use crate::server::output::ToolOutput;
use crate::server::prompt::PromptHandler;
use crate::server::resource::{ResourceHandler, Variables};
use crate::server::tool::ToolHandler;

/// A tower layer that can stand around calls: its service takes a [`Call`], gives an [`Outcome`], and can be
/// cloned for each call. Implemented for every such layer, and for nothing else.
///
/// A layer that keeps something for all its calls, such as a semaphore, is asked for its service once where it
/// is put: around a server it is one for the whole server. What cannot be cloned goes behind `tower::buffer`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer for calls",
    label = "no `tower::Layer` whose service takes a `Call`, gives an `Outcome`, and can be cloned",
    note = "write `layer::from_fn(async |call, next| next.run(call).await)`, or see the docs of `disco_sdk::layer`"
)]
pub trait CallLayer: Sized {
    #[doc(hidden)]
    fn wrapped(self) -> Wrapped;
}

#[diagnostic::do_not_recommend]
impl<L> CallLayer for L
where
    L: Layer<Inner>,
    L::Service: Service<Call, Response = Outcome, Error: Into<BoxError>, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static,
{
    fn wrapped(self) -> Wrapped {
        Wrapped::new(Of(self.layer(Inner)))
    }
}

/// A layer whose type does not matter any more.
#[doc(hidden)]
#[derive(Clone)]
pub struct Wrapped(Arc<dyn Around>);

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrapped")
    }
}

impl Wrapped {
    pub(super) fn new(around: impl Around + 'static) -> Self {
        Self(Arc::new(around))
    }

    pub(super) fn call(&self, call: Call) -> BoxFuture<'static, Result<Outcome>> {
        self.0.call(call)
    }

    /// Puts it around all that a catalog has.
    pub(crate) fn surround(&self, catalog: &mut Catalog) {
        let outer = Chain::of(self.clone());
        for particulars in catalog.particulars_mut() {
            particulars.layers.surround(&outer);
        }
    }
}

/// What stands around calls.
pub(super) trait Around: Send + Sync {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Outcome>>;
}

struct Of<S>(S);

impl<S> Around for Of<S>
where
    S: Service<Call, Response = Outcome, Error: Into<BoxError>, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static,
{
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Outcome>> {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(ours)?;
            service.call(call).await.map_err(ours)
        })
    }
}

/// An error of some layer, as one of ours.
pub(super) fn ours(error: impl Into<BoxError>) -> Error {
    Error::of(error)
}

/// The layers around a handler, the outermost first. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain(Arc<[Wrapped]>);

impl Chain {
    pub(super) fn of(layer: Wrapped) -> Self {
        Self(Arc::new([layer]))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One more, inside of those that are there.
    pub(crate) fn push(&mut self, layer: Wrapped) {
        self.0 = self.0.iter().cloned().chain([layer]).collect();
    }

    /// Puts others around all that are there.
    pub(crate) fn surround(&mut self, outer: &Self) {
        if !outer.is_empty() {
            self.0 = outer.0.iter().chain(self.0.iter()).cloned().collect();
        }
    }

    pub(super) fn at(&self, place: usize) -> Option<&Wrapped> {
        self.0.get(place)
    }

    /// Calls a tool behind them.
    pub(crate) fn call_tool(
        &self,
        cx: &Context,
        (name, has_output_schema): (&str, bool),
        arguments: Option<&RawValue>,
        handler: &Arc<dyn ToolHandler>,
    ) -> BoxFuture<'static, Result<ToolOutput>> {
        let target = Target::Tool { handler: Arc::clone(handler), has_output_schema };
        let future = Call::new(cx, name, arguments, target, self).go_on();
        Box::pin(async { future.await.and_then(Outcome::into_tool).or_else(failure::outcome) })
    }

    /// Reads a resource behind them.
    pub(crate) fn read(
        &self,
        cx: &Context,
        name: &str,
        (uri, variables): (&str, Variables),
        handler: &Arc<dyn ResourceHandler>,
    ) -> BoxFuture<'static, Result<ReadResourceResult>> {
        let target = Target::Resource { handler: Arc::clone(handler), uri: uri.into(), variables };
        let future = Call::new(cx, name, None, target, self).go_on();
        Box::pin(async { future.await.and_then(Outcome::into_resource) })
    }

    /// Fills a prompt in behind them.
    pub(crate) fn get(
        &self,
        cx: &Context,
        name: &str,
        arguments: Option<&RawValue>,
        handler: &Arc<dyn PromptHandler>,
    ) -> BoxFuture<'static, Result<GetPromptResult>> {
        let target = Target::Prompt { handler: Arc::clone(handler) };
        let future = Call::new(cx, name, arguments, target, self).go_on();
        Box::pin(async { future.await.and_then(Outcome::into_prompt) })
    }
}

/// Something that a server can offer, behind a layer: [`around`].
#[derive(Debug)]
#[must_use = "it is offered when a server is given it"]
pub struct Layered<L, P> {
    layer: L,
    provider: P,
}

/// Puts one layer around all that `provider` offers: one semaphore, one allowance for all of it.
///
/// ```
/// use disco_sdk::layer::{self, Concurrency};
/// use disco_sdk::prelude::*;
///
/// /// Turns a picture.
/// #[tool]
/// async fn turn(degrees: i32) -> String {
///     format!("turned by {degrees}")
/// }
///
/// let server = Server::new("pictures", "1.0.0").with(layer::around(Concurrency::new(2), tools![turn]));
/// ```
pub fn around<L: CallLayer, P: Provide>(layer: L, provider: P) -> Layered<L, P> {
    Layered { layer, provider }
}

#[diagnostic::do_not_recommend]
impl<L: CallLayer, P: Provide> Provide for Layered<L, P> {
    fn provide(self, catalog: &mut Catalog) {
        let mut inside = Catalog::default();
        self.provider.provide(&mut inside);
        self.layer.wrapped().surround(&mut inside);
        catalog.append(inside);
    }
}
