//! Completion of a prompt's arguments and a template's variables: `#[arg(complete = path)]`.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use super::BoxFuture;
use super::context::Context;
use super::mount::Home;
use super::output::Failure;
use super::param::FromCall;
use super::state::State;
use crate::error::Result;

/// What is being typed, and what else is known.
#[derive(Clone, Debug)]
pub struct Typed {
    context: Context,
    text: String,
    others: HashMap<String, String>,
}

/// The other arguments, as far as they are filled in.
#[derive(Clone, Debug, Default)]
pub struct Others(HashMap<String, String>);

impl Deref for Others {
    type Target = HashMap<String, String>;

    fn deref(&self) -> &HashMap<String, String> {
        &self.0
    }
}

/// What a completer may take: the text so far as `String`, [`Others`], [`Context`], [`State`].
#[diagnostic::on_unimplemented(
    message = "a completer cannot take `{Self}`",
    label = "not known while an argument is typed",
    note = "take `String` (the text so far), `Others`, `Context` or `State<T>`"
)]
pub trait FromTyped: Sized {
    #[doc(hidden)]
    fn from_typed(typed: &Typed) -> Result<Self>;
}

impl FromTyped for String {
    fn from_typed(typed: &Typed) -> Result<Self> {
        Ok(typed.text.clone())
    }
}

impl FromTyped for Others {
    fn from_typed(typed: &Typed) -> Result<Self> {
        Ok(Self(typed.others.clone()))
    }
}

impl FromTyped for Context {
    fn from_typed(typed: &Typed) -> Result<Self> {
        Ok(typed.context.clone())
    }
}

impl<T: Send + Sync + 'static> FromTyped for State<T> {
    fn from_typed(typed: &Typed) -> Result<Self> {
        Self::from_call(&typed.context)
    }
}

/// What a completer may give back: texts, or a `Result` of them.
#[diagnostic::on_unimplemented(
    message = "a completer cannot return `{Self}`",
    label = "no list of texts",
    note = "return `Vec<String>` or `Vec<&'static str>`, or a `Result` of one"
)]
pub trait IntoValues {
    #[doc(hidden)]
    fn into_values(self) -> Result<Vec<String>>;
}

impl<S: Into<String>> IntoValues for Vec<S> {
    fn into_values(self) -> Result<Vec<String>> {
        Ok(self.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, E: Failure> IntoValues for Result<Vec<S>, E> {
    fn into_values(self) -> Result<Vec<String>> {
        self.map_err(Failure::into_error)?.into_values()
    }
}

/// What completes an argument: a function, async or not, or a constant list of texts.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// const LANGUAGES: &[&str] = &["go", "python", "rust"];
///
/// async fn files(typed: String) -> Vec<String> {
///     vec![format!("{typed}.rs")]
/// }
///
/// /// Asks for a review.
/// #[prompt]
/// fn review(
///     #[arg(complete = LANGUAGES)] language: String,
///     #[arg(complete = files)] file: String,
/// ) -> String {
///     format!("Review {file}, which is {language}.")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this cannot complete an argument",
    label = "neither a completer nor a list of texts",
    note = "write `async fn name(typed: String) -> Vec<String>`; it may take `Others`, `Context` and `State<T>` besides"
)]
pub trait Completer<Via>: Send + Sync + 'static {
    #[doc(hidden)]
    fn complete(&self, typed: Typed) -> BoxFuture<'static, Result<Vec<String>>>;
}

/// Says that a completer is async.
#[derive(Debug)]
pub struct ViaFuture<A>(A);

/// Says that a completer is not async.
#[derive(Debug)]
pub struct ViaCallable<A>(A);

/// Says that a completer is a list.
#[derive(Debug)]
pub struct ViaList;

macro_rules! functions {
    ($($($part:ident)+;)+) => {
        $(
            impl<F, R, $($part),+> Completer<ViaFuture<($($part,)+)>> for F
            where
                F: Fn($($part),+) -> R + Send + Sync + 'static,
                R: Future<Output: IntoValues> + Send + 'static,
                $($part: FromTyped,)+
            {
                fn complete(&self, typed: Typed) -> BoxFuture<'static, Result<Vec<String>>> {
                    let run = || Ok(self($($part::from_typed(&typed)?),+));
                    match run() {
                        Ok(values) => Box::pin(async move { values.await.into_values() }),
                        Err(error) => Box::pin(std::future::ready(Err(error))),
                    }
                }
            }

            impl<F, R, $($part),+> Completer<ViaCallable<($($part,)+)>> for F
            where
                F: Fn($($part),+) -> R + Send + Sync + 'static,
                R: IntoValues,
                $($part: FromTyped,)+
            {
                fn complete(&self, typed: Typed) -> BoxFuture<'static, Result<Vec<String>>> {
                    let run = || self($($part::from_typed(&typed)?),+).into_values();
                    Box::pin(std::future::ready(run()))
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

#[diagnostic::do_not_recommend]
impl Completer<ViaList> for &'static [&'static str] {
    fn complete(&self, typed: Typed) -> BoxFuture<'static, Result<Vec<String>>> {
        fitting(self, &typed)
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Completer<ViaList> for [&'static str; N] {
    fn complete(&self, typed: Typed) -> BoxFuture<'static, Result<Vec<String>>> {
        fitting(self, &typed)
    }
}

/// All that an argument can be, as its type says.
pub(crate) struct Choices(pub(crate) Vec<String>);

impl Completer<ViaList> for Choices {
    fn complete(&self, typed: Typed) -> BoxFuture<'static, Result<Vec<String>>> {
        fitting(&self.0, &typed)
    }
}

/// Those that begin with what is typed, in large letters or small ones.
fn fitting(texts: &[impl AsRef<str>], typed: &Typed) -> BoxFuture<'static, Result<Vec<String>>> {
    let small = |text: &'_ str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    let typed = small(&typed.text);
    let texts = texts.iter().map(AsRef::as_ref).filter(|text| small(text).starts_with(&typed));
    Box::pin(std::future::ready(Ok(texts.map(str::to_owned).collect())))
}

type Complete = dyn Fn(Typed) -> BoxFuture<'static, Result<Vec<String>>> + Send + Sync;

/// The completers of one handler, by the names of its arguments.
#[derive(Clone, Default)]
pub(crate) struct Completers(Vec<(String, Arc<Complete>)>);

impl fmt::Debug for Completers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Completers {
    /// The last one of a name is asked.
    pub(crate) fn push<C: Completer<Via>, Via>(&mut self, name: impl Into<String>, completer: C) {
        let complete = move |typed| completer.complete(typed);
        self.0.push((name.into(), Arc::new(complete)));
    }

    /// They complete at home, in a mounted server.
    pub(crate) fn move_in(&mut self, home: &Arc<Home>) {
        for (_, completer) in &mut self.0 {
            let (inner, home) = (Arc::clone(completer), Arc::clone(home));
            *completer = Arc::new(move |mut typed: Typed| {
                typed.context = typed.context.at_home(&home);
                inner(typed)
            });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn complete(
        &self,
        context: &Context,
        name: &str,
        text: &str,
        others: HashMap<String, String>,
    ) -> Option<BoxFuture<'static, Result<Vec<String>>>> {
        let (_, complete) = self.0.iter().rfind(|(known, _)| known == name)?;
        Some(complete(Typed { context: context.clone(), text: text.to_owned(), others }))
    }
}
