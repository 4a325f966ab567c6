//! State that writes, and why a `read_only` tool takes none.
//!
//! An expansion asks each parameter of a `read_only` tool to be `.read_only_parameter()`. For state that [`Writes`]
//! that is an inherent method which nobody may call; it wins over that of a trait, which all others have.

use std::marker::PhantomData;

use super::extension::Extension;
use super::param::Parameter;
use super::state::State;

/// Says that whoever holds a value of this type can change something with it: a tool that is `read_only` and
/// takes it as a [`State`], as an [`Extension`], itself as a value of the call, or as `self` of a
/// block with `#[handlers]`, does not compile.
///
/// It is looked at in signatures, as far as types are known there: not what a body asks of the
/// [`Context`](crate::Context), and not `State<D>` in an `impl<D>`, where `D` may or may not write.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use disco_sdk::prelude::*;
/// use disco_sdk::Writes;
///
/// /// Reads the notes.
/// #[derive(Clone, Default)]
/// struct Notes(Arc<Mutex<Vec<String>>>);
///
/// /// Writes them.
/// struct Pen(Notes);
///
/// impl Writes for Pen {}
///
/// /// How many notes there are.
/// #[tool(read_only)]
/// fn count(notes: State<Notes>) -> usize {
///     notes.0.lock().map_or(0, |notes| notes.len())
/// }
///
/// /// Writes a note. With `read_only` it would not compile.
/// #[tool]
/// fn note(text: String, pen: State<Pen>) -> Result<()> {
///     let mut notes = pen.0.0.lock().map_err(|_| Error::new("a writer has failed"))?;
///     notes.push(text);
///     Ok(())
/// }
///
/// let notes = Notes::default();
/// let server = Server::new("notes", "1.0.0").state(notes.clone()).state(Pen(notes)).with(tools![count, note]);
/// assert!(server.build().is_ok());
/// ```
pub trait Writes {}

/// What nothing that [`Writes`] is.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this tool is `read_only`, and `{Self}` writes",
    label = "`{Self}` is marked with `Writes`",
    note = "take something that only reads, or take `read_only` away"
)]
pub trait OnlyReads {}

impl<T: Writes> Parameter<State<T>> {
    /// Refused.
    #[doc(hidden)]
    #[must_use]
    pub fn read_only_parameter(self) -> Self
    where
        T: OnlyReads,
    {
        self
    }
}

impl<T: Writes> Parameter<Extension<T>> {
    /// Refused.
    #[doc(hidden)]
    #[must_use]
    pub fn read_only_parameter(self) -> Self
    where
        T: OnlyReads,
    {
        self
    }
}

impl<T: Writes> Parameter<T> {
    /// Refused.
    #[doc(hidden)]
    #[must_use]
    pub fn read_only_parameter(self) -> Self
    where
        T: OnlyReads,
    {
        self
    }
}

/// What every parameter can be but those.
#[doc(hidden)]
pub trait ReadOnly: Sized {
    /// The same.
    #[must_use]
    fn read_only_parameter(self) -> Self {
        self
    }
}

impl<T> ReadOnly for Parameter<T> {}

/// The value that a method belongs to, of which the same is asked.
#[doc(hidden)]
#[derive(Debug)]
pub struct Receiver<T>(PhantomData<T>);

impl<T> Receiver<T> {
    /// By one of its methods.
    #[must_use]
    pub fn taken() -> Self {
        Self(PhantomData)
    }
}

impl<T: Writes> Receiver<T> {
    /// Refused.
    #[doc(hidden)]
    #[must_use]
    pub fn read_only_parameter(self) -> Self
    where
        T: OnlyReads,
    {
        self
    }
}

impl<T> ReadOnly for Receiver<T> {}
