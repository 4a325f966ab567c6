//! Where a mounted handler is at home: in its own server, with the state that was given there.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::value::RawValue;

use super::uris::{Outward, Uris};
use crate::error::Result;
use crate::protocol::prompt::GetPromptResult;
use crate::protocol::resource::ReadResourceResult;
use crate::server::BoxFuture;
use crate::server::catalog::Catalog;
use crate::server::context::{Context, StateMap};
use crate::server::notifier::Notifier;
use crate::server::output::ToolOutput;
use crate::server::prompt::PromptHandler;
use crate::server::resource::{ResourceHandler, Variables};
use crate::server::tool::ToolHandler;

/// A server that is mounted in another.
pub(crate) struct Home {
    pub(crate) state: Arc<StateMap>,
    pub(crate) uris: Arc<Uris>,
    /// That of the server around it, which tells of its resources as they are called there.
    notifier: OnceLock<Notifier>,
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Home").field("uris", &self.uris).finish_non_exhaustive()
    }
}

impl Home {
    pub(super) fn new(prefix: &str, state: StateMap, catalog: &Catalog) -> Self {
        let uris = Arc::new(Uris::new(prefix, &catalog.resources));
        Self { state: Arc::new(state), uris, notifier: OnceLock::new() }
    }

    /// What its handlers tell of changes by; `outer` is that of the server around it.
    pub(crate) fn notifier(&self, outer: &Notifier) -> &Notifier {
        self.notifier
            .get_or_init(|| outer.through(|then| Arc::new(Outward { uris: Arc::clone(&self.uris), then })))
    }
}

/// A handler of a mounted server.
pub(crate) struct Mounted<H: ?Sized> {
    inner: Arc<H>,
    home: Arc<Home>,
    /// The URIs that are called otherwise outside.
    uris: Option<Arc<Uris>>,
}

impl<H: ?Sized> Mounted<H> {
    /// `rewrites`: whether it says itself how its resources are called outside.
    pub(crate) fn new(inner: Arc<H>, home: &Arc<Home>, rewrites: bool) -> Self {
        let uris = (rewrites && !home.uris.is_empty()).then(|| Arc::clone(&home.uris));
        Self { inner, home: Arc::clone(home), uris }
    }
}

impl ToolHandler for Mounted<dyn ToolHandler> {
    fn call(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<ToolOutput>> {
        let future = self.inner.call(&cx.at_home(&self.home), arguments);
        let Some(uris) = self.uris.clone() else {
            return future;
        };
        Box::pin(async move {
            let mut output = future.await?;
            uris.turn_content(&mut output.content);
            Ok(output)
        })
    }
}

impl ResourceHandler for Mounted<dyn ResourceHandler> {
    fn read(
        &self,
        cx: &Context,
        uri: &str,
        variables: Variables,
    ) -> BoxFuture<'static, Result<ReadResourceResult>> {
        let future = self.inner.read(&cx.at_home(&self.home), uri, variables);
        let Some(uris) = self.uris.clone() else {
            return future;
        };
        let asked = uri.to_owned();
        Box::pin(async move {
            let mut result = future.await?;
            uris.turn_contents(&asked, &mut result);
            Ok(result)
        })
    }
}

impl PromptHandler for Mounted<dyn PromptHandler> {
    fn get(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<GetPromptResult>> {
        let future = self.inner.get(&cx.at_home(&self.home), arguments);
        let Some(uris) = self.uris.clone() else {
            return future;
        };
        Box::pin(async move {
            let mut result = future.await?;
            uris.turn_prompt(&mut result);
            Ok(result)
        })
    }
}
