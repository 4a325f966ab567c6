//! Which members of a family there are: `#[resource("note://{id}", list = path)]`.

use std::future::Future;
use std::sync::Arc;

use crate::error::Result;
use crate::protocol::content::ResourceLink;
use crate::server::BoxFuture;
use crate::server::complete::{ViaCallable, ViaFuture};
use crate::server::context::Context;
use crate::server::mount::Home;
use crate::server::output::Failure;
use crate::server::param::{FromCall, Need};

/// What a lister may give back: links, or a `Result` of them.
#[diagnostic::on_unimplemented(
    message = "a list of resources cannot return `{Self}`",
    label = "no list of links",
    note = "return `Vec<ResourceLink>`, or a `Result` of it"
)]
pub trait IntoLinks {
    #[doc(hidden)]
    fn into_links(self) -> Result<Vec<ResourceLink>>;
}

impl IntoLinks for Vec<ResourceLink> {
    fn into_links(self) -> Result<Vec<ResourceLink>> {
        Ok(self)
    }
}

impl<E: Failure> IntoLinks for Result<Vec<ResourceLink>, E> {
    fn into_links(self) -> Result<Vec<ResourceLink>> {
        self.map_err(Failure::into_error)
    }
}

/// What names the members of a family: a function, async or not, of values of the call.
///
/// It must name them in the same order every time, because clients read page by page.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// struct Notes(Vec<&'static str>);
///
/// async fn notes(notes: State<Notes>) -> Vec<ResourceLink> {
///     (0..).zip(&notes.0).map(|(id, title)| ResourceLink::new(note::uri(id), *title)).collect()
/// }
///
/// /// A note.
/// #[resource("note://{id}", list = notes)]
/// fn note(id: usize, notes: State<Notes>) -> Option<&'static str> {
///     notes.0.get(id).copied()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let server = Server::new("notes", "1.0.0").state(Notes(vec!["milk", "bread"])).with(resources![note]);
/// let listed = server.client().await?.resources().await?;
/// assert_eq!((listed[1].uri.as_str(), listed[1].name.as_str()), ("note://1", "bread"));
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "this cannot list resources",
    label = "not a function that gives links",
    note = "write `async fn name(state: State<T>) -> Vec<ResourceLink>`; it may take `Context`, `Caller` and other values of the call"
)]
pub trait Lister<Via>: Send + Sync + 'static {
    #[doc(hidden)]
    fn list(&self, cx: &Context) -> BoxFuture<'static, Result<Vec<ResourceLink>>>;
    #[doc(hidden)]
    fn needs(&self) -> Vec<Need>;
}

macro_rules! functions {
    ($([$($part:ident)*])+) => {
        $(
            impl<F, R, $($part),*> Lister<ViaFuture<($($part,)*)>> for F
            where
                F: Fn($($part),*) -> R + Send + Sync + 'static,
                R: Future<Output: IntoLinks> + Send + 'static,
                $($part: FromCall,)*
            {
                #[expect(clippy::allow_attributes, reason = "one of these functions takes nothing")]
                #[allow(unused_variables, reason = "one of these functions takes nothing")]
                fn list(&self, cx: &Context) -> BoxFuture<'static, Result<Vec<ResourceLink>>> {
                    let run = || Ok(self($($part::from_call(cx)?),*));
                    match run() {
                        Ok(links) => Box::pin(async move { links.await.into_links() }),
                        Err(error) => Box::pin(std::future::ready(Err(error))),
                    }
                }

                fn needs(&self) -> Vec<Need> {
                    let needs: [Vec<Need>; _] = [$($part::needs()),*];
                    needs.into_iter().flatten().collect()
                }
            }

            impl<F, R, $($part),*> Lister<ViaCallable<($($part,)*)>> for F
            where
                F: Fn($($part),*) -> R + Send + Sync + 'static,
                R: IntoLinks,
                $($part: FromCall,)*
            {
                #[expect(clippy::allow_attributes, reason = "one of these functions takes nothing")]
                #[allow(unused_variables, reason = "one of these functions takes nothing")]
                fn list(&self, cx: &Context) -> BoxFuture<'static, Result<Vec<ResourceLink>>> {
                    let run = || self($($part::from_call(cx)?),*).into_links();
                    Box::pin(std::future::ready(run()))
                }

                fn needs(&self) -> Vec<Need> {
                    let needs: [Vec<Need>; _] = [$($part::needs()),*];
                    needs.into_iter().flatten().collect()
                }
            }
        )+
    };
}

functions! {
    []
    [A]
    [A B]
    [A B C]
    [A B C D]
}

/// A lister whose type does not matter.
pub(super) type List = Arc<dyn Fn(&Context) -> BoxFuture<'static, Result<Vec<ResourceLink>>> + Send + Sync>;

pub(super) fn erased<Via>(lister: impl Lister<Via>) -> List {
    Arc::new(move |cx| lister.list(cx))
}

/// The same in a mounted server, whose resources are called otherwise outside.
pub(super) fn mounted(lister: List, home: &Arc<Home>) -> List {
    let home = Arc::clone(home);
    Arc::new(move |cx| {
        let (links, uris) = (lister(&cx.at_home(&home)), Arc::clone(&home.uris));
        Box::pin(async move {
            let mut links = links.await?;
            uris.turn_links(&mut links);
            Ok(links)
        })
    })
}
