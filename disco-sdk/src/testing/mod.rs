//! What tests of a server need: the matrix, which runs one body over every transport and every revision
//! ([`#[disco_sdk::test]`](macro@crate::test)), the [`contract()`], and what the tools cost in tokens.

mod cell;
mod contract;
mod place;
mod run;
#[cfg(feature = "tokens")]
mod tokens;

#[doc(hidden)]
pub use cell::given;
pub use cell::{Cell, FromCell};
pub use contract::{Contract, Drift, contract};
pub use place::{Place, Transport};
#[doc(hidden)]
pub use run::judge;
pub use run::{Setup, Verdict, run};
#[cfg(feature = "tokens")]
pub use tokens::{token_budget, token_costs};
