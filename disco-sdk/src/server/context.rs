//! The call that is being answered, as a handler sees it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use crate::error::{Error, Result};

/// Values given to the server by type, shared by every call.
pub(crate) type StateMap = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// The call that is being answered. Cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<CallState>);

struct CallState {
    state: Arc<StateMap>,
}

impl Context {
    /// The value of type `T` that was given to `Server::state`.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let value = self.0.state.get(&TypeId::of::<T>())?;
        Arc::clone(value).downcast().ok()
    }
}
