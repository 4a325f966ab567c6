//! What runs while somebody is subscribed to a resource: `#[resource("note://1", watch = path)]`.

mod running;

use std::any::TypeId;
use std::future::Future;
use std::sync::Arc;

pub(crate) use running::{Watches, Watching};

use super::template::Variables;
use crate::error::{Error, ErrorCode, Result};
use crate::server::BoxFuture;
use crate::server::complete::ViaFuture;
use crate::server::context::StateMap;
use crate::server::mount::Home;
use crate::server::notifier::{Change, Hearers, Notifier};
use crate::server::output::Failure;
use crate::server::param::Need;
use crate::server::state::State;

/// The resource that somebody is subscribed to, as a watcher takes it.
#[derive(Clone, Debug)]
pub struct Watched {
    uri: String,
    variables: Variables,
    state: Arc<StateMap>,
    notifier: Notifier,
}

impl Watched {
    pub(super) fn new(uri: &str, variables: Variables, state: Arc<StateMap>, notifier: Notifier) -> Self {
        Self { uri: uri.to_owned(), variables, state, notifier }
    }

    /// Its URI.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The variables of its URI.
    #[must_use]
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    /// It reads differently now: all who are subscribed are told.
    pub fn updated(&self) {
        // It is called here as it is outside, even in a server that is mounted.
        self.notifier.tell(&Change::Resource(self.uri.clone()), &Hearers::Everyone);
    }

    /// The same inside of a mounted server.
    fn at_home(self, home: &Home) -> Self {
        let notifier = home.notifier(&self.notifier).clone();
        Self { state: Arc::clone(&home.state), notifier, ..self }
    }
}

/// What a watcher may take: [`Watched`], [`Notifier`], [`State`].
#[diagnostic::on_unimplemented(
    message = "a watcher cannot take `{Self}`",
    label = "not known while a resource is watched",
    note = "take `Watched` (the resource), `Notifier` or `State<T>`; it belongs to no call"
)]
pub trait FromWatched: Sized {
    #[doc(hidden)]
    fn from_watched(watched: &Watched) -> Result<Self>;

    #[doc(hidden)]
    #[must_use]
    fn needs() -> Vec<Need> {
        Vec::new()
    }
}

impl FromWatched for Watched {
    fn from_watched(watched: &Watched) -> Result<Self> {
        Ok(watched.clone())
    }
}

impl FromWatched for Notifier {
    fn from_watched(watched: &Watched) -> Result<Self> {
        Ok(watched.notifier.clone())
    }
}

impl<T: Send + Sync + 'static> FromWatched for State<T> {
    fn from_watched(watched: &Watched) -> Result<Self> {
        let value = watched.state.get(&TypeId::of::<T>()).cloned();
        let value = value.and_then(|value| value.downcast::<T>().ok());
        value.map(Self::from).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Error::protocol(ErrorCode::INTERNAL_ERROR, format!("the server has no State<{name}>"))
        })
    }

    fn needs() -> Vec<Need> {
        vec![Need::of::<T>()]
    }
}

/// What a watcher may end with: nothing, or a `Result` of nothing.
#[diagnostic::on_unimplemented(
    message = "a watcher cannot return `{Self}`",
    label = "nobody reads what a watcher returns",
    note = "return `()`, or a `Result` of it, whose error is logged"
)]
pub trait IntoWatched {
    #[doc(hidden)]
    fn into_watched(self) -> Result<()>;
}

impl IntoWatched for () {
    fn into_watched(self) -> Result<()> {
        Ok(())
    }
}

impl<E: Failure> IntoWatched for Result<(), E> {
    fn into_watched(self) -> Result<()> {
        self.map_err(Failure::into_error)
    }
}

/// What watches a resource: an async function. It is begun when the first client subscribes to a URI and
/// dropped when the last one goes, so it looks for changes for as long as it likes. One that ends by
/// itself is begun again with the next first client.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::server::resource::Watched;
/// use tokio::sync::Notify;
///
/// async fn changes(counter: Watched, counted: State<Notify>) {
///     loop {
///         counted.notified().await;
///         counter.updated();
///     }
/// }
///
/// /// How often it was counted.
/// #[resource("counter://now", watch = changes)]
/// fn counter() -> &'static str {
///     "many times"
/// }
///
/// # fn main() { Server::new("demo", "1.0.0").state(Notify::new()).with(resources![counter]).build().unwrap(); }
/// ```
#[diagnostic::on_unimplemented(
    message = "this cannot watch a resource",
    label = "not an async function of what is watched",
    note = "write `async fn name(resource: Watched)`; it may take `Notifier` and `State<T>` besides"
)]
pub trait Watcher<Via>: Send + Sync + 'static {
    #[doc(hidden)]
    fn watch(&self, watched: Watched) -> BoxFuture<'static, Result<()>>;
    #[doc(hidden)]
    fn needs(&self) -> Vec<Need>;
}

macro_rules! functions {
    ($($($part:ident)+;)+) => {
        $(
            impl<F, R, $($part),+> Watcher<ViaFuture<($($part,)+)>> for F
            where
                F: Fn($($part),+) -> R + Send + Sync + 'static,
                R: Future<Output: IntoWatched> + Send + 'static,
                $($part: FromWatched,)+
            {
                fn watch(&self, watched: Watched) -> BoxFuture<'static, Result<()>> {
                    let run = || Ok(self($($part::from_watched(&watched)?),+));
                    match run() {
                        Ok(watching) => Box::pin(async move { watching.await.into_watched() }),
                        Err(error) => Box::pin(std::future::ready(Err(error))),
                    }
                }

                fn needs(&self) -> Vec<Need> {
                    [$($part::needs()),+].into_iter().flatten().collect()
                }
            }
        )+
    };
}

functions! {
    A;
    A B;
    A B C;
    A B C D;
}

/// A watcher whose type does not matter.
pub(super) type Watch = Arc<dyn Fn(Watched) -> BoxFuture<'static, ()> + Send + Sync>;

pub(super) fn erased<Via>(watcher: impl Watcher<Via>) -> Watch {
    let watcher = Arc::new(watcher);
    Arc::new(move |watched| {
        let (uri, watcher) = (watched.uri.clone(), Arc::clone(&watcher));
        // Nothing of the user's runs before the future is polled: locks are held here.
        Box::pin(async move {
            if let Err(error) = watcher.watch(watched).await {
                tracing::warn!(uri, %error, "a resource is not watched any more");
            }
        })
    })
}

/// The same in a mounted server.
pub(super) fn mounted(watcher: Watch, home: &Arc<Home>) -> Watch {
    let home = Arc::clone(home);
    Arc::new(move |watched| watcher(watched.at_home(&home)))
}
