//! The store that a server was given, with what is done in it: a program without one does not have the code of it.

use std::ops::Deref;
use std::sync::Arc;

use super::super::begin::{self, Beginning};
use super::super::single_use::Hold;
use super::RequestStates;
use crate::server::BoxFuture;
use crate::server::aside::{self, Ended};
use crate::server::context::Context;
use crate::server::core::Core;
use crate::transport::Reply;

/// The store that a server was given.
pub(crate) struct Kept {
    store: Arc<dyn RequestStates>,
    /// What a call does in it before its handler begins.
    pub(crate) begin: fn(Arc<Core>, Context) -> Beginning,
    /// What a call does in it after its handler has ended.
    pub(crate) end: fn(Arc<Core>, Context, Option<Hold>, Ended) -> BoxFuture<'static, Reply>,
}

impl Kept {
    pub(crate) fn new(store: impl RequestStates) -> Self {
        Self { store: Arc::new(store), begin: begin::begin, end: aside::keep }
    }
}

impl Deref for Kept {
    type Target = dyn RequestStates;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}
