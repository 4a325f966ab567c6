//! How large the answer of a tool is: what it tells fits into `result_bytes`, whatever it is about.
//!
//! A model reads either the text of an answer or its structured content, which carry the same facts, so the bound
//! holds for each of the two; pictures have a bound of their own. Of a longer answer the heads and the tails of its
//! long parts are shown, and the whole is kept for a while as the resource `disco://outputs/{id}`.
//!
//! Tools that know better how to shorten their answers do so themselves: they page, or keep their output here. The
//! layer is the net beneath all of them.

mod ends;
mod kept;
mod layer;
mod resources;
mod shrink;
mod told;

pub(crate) use ends::{ends, written};
pub use kept::{Kept, Kind, Outputs};
pub use layer::layer;
pub(crate) use told::{Told, told};

use disco_sdk::Caller;
use serde::{Deserialize, Serialize};

/// How much answers hold, and what is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// Bytes of one answer of a tool: of its text, and of its structured content.
    pub result_bytes: usize,
    /// The largest picture that is shown in an answer, in KiB.
    pub image_kb: u64,
    /// Answers that were too long and are kept whole, together, in MiB; the oldest go first.
    pub outputs_mb: u64,
    /// How many files are deleted without asking the user.
    pub ask_above: u64,
}

impl Default for Answers {
    fn default() -> Self {
        Self { result_bytes: 25_000, image_kb: 1024, outputs_mb: 64, ask_above: 10 }
    }
}

/// Whom an output belongs to: nobody else can read it.
pub(crate) fn owner(caller: &Caller) -> String {
    [caller.issuer(), caller.subject()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
