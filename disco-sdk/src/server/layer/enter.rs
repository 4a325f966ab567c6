//! The border of a mounted server, where some of its handlers have layers.

use std::sync::Arc;

use super::call::Call;
use super::chain::{Around, Chain, Wrapped};
use super::outcome::Outcome;
use crate::error::Result;
use crate::server::BoxFuture;
use crate::server::mount::Home;

/// From here on the call is at home in a mounted server.
struct Enter(Arc<Home>);

impl Around for Enter {
    fn call(&self, mut call: Call) -> BoxFuture<'static, Result<Outcome>> {
        call.enter(&self.0);
        let (uris, asked) = (Arc::clone(&self.0.uris), call.uri().map(str::to_owned));
        let future = call.go_on();
        Box::pin(async move {
            let mut outcome = future.await?;
            match &mut outcome {
                Outcome::Tool(output) => uris.turn_content(&mut output.content),
                Outcome::Resource(result) => uris.turn_contents(&asked.unwrap_or_default(), result),
                Outcome::Prompt(result) => uris.turn_prompt(result),
            }
            Ok(outcome)
        })
    }
}

impl Chain {
    /// Puts the border of a mounted server around those that are there, if there are any; whether it did.
    pub(crate) fn begin_at(&mut self, home: &Arc<Home>) -> bool {
        let has_some = !self.is_empty();
        if has_some {
            self.surround(&Self::of(Wrapped::new(Enter(Arc::clone(home)))));
        }
        has_some
    }
}
