//! The matrix: one test body over every transport and every revision, by
//! [`#[disco_sdk::test]`](macro@crate::test).

mod cell;
mod place;
mod run;

#[doc(hidden)]
pub use cell::given;
pub use cell::{Cell, FromCell};
pub use place::{Place, Transport};
#[doc(hidden)]
pub use run::judge;
pub use run::{Setup, Verdict, run};
