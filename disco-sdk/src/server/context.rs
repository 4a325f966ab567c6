//! The call that is being answered, as a handler sees it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Values given to the server by type, shared by every call.
pub(crate) type StateMap = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// The call that is being answered. Cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<CallState>);

struct CallState {
    state: Arc<StateMap>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

impl Context {
    /// A call that nobody made.
    #[cfg(test)]
    pub(crate) fn for_test(state: StateMap) -> Self {
        Self(Arc::new(CallState { state: Arc::new(state) }))
    }

    /// The value of type `T` that was given to `Server::state`.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let value = self.0.state.get(&TypeId::of::<T>())?;
        Arc::clone(value).downcast().ok()
    }
}
