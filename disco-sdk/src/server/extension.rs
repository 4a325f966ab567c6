//! Values that belong to one call: what a layer has found out, and the handler wants to know.

use std::any::{Any, TypeId};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use super::context::Context;
use super::param::FromCall;
use crate::error::{Error, ErrorCode, Result};

/// A value that a layer has put into the call by [`Context::set_extension`], as a handler takes it. Where it
/// need not be there, take `Context` and ask [`Context::extension`].
///
/// ```
/// use disco_sdk::{Extension, prelude::*};
///
/// struct Tenant(String);
///
/// /// Tells whose data this is.
/// #[tool(read_only)]
/// fn whose(tenant: Extension<Tenant>) -> String {
///     tenant.0.clone()
/// }
///
/// assert_eq!(whose(Extension::new(Tenant("acme".to_owned()))), "acme");
/// ```
pub struct Extension<T>(Arc<T>);

impl<T> Extension<T> {
    /// One of its own, to call a handler in a test.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Deref for Extension<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for Extension<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for Extension<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> FromCall for Extension<T> {
    fn from_call(cx: &Context) -> Result<Self> {
        cx.extension().map(Self).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            let words = format!("no layer has put an Extension<{name}> into the call");
            Error::protocol(ErrorCode::INTERNAL_ERROR, words)
        })
    }
}

/// The values of one call, by type. There are few, and mostly none.
#[derive(Default)]
pub(crate) struct Extensions(Mutex<Vec<(TypeId, Arc<dyn Any + Send + Sync>)>>);

impl Extensions {
    pub(crate) fn set<T: Send + Sync + 'static>(&self, value: T) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|(id, _)| *id != TypeId::of::<T>());
        values.push((TypeId::of::<T>(), Arc::new(value)));
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, value) = values.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
        Arc::clone(value).downcast().ok()
    }
}
