//! What the schema forbids and the server takes all the same: each with the reason.

use super::mutant::{Change, Mutant};
use super::schema::Role;

/// Why a message is served that the schema forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exception {
    /// Clients that write every member of a class send `null` for what they do not have (Pydantic and
    /// Jackson do unless told otherwise). No member of the protocol means something by `null`.
    NullIsAbsent,
    /// 2026-07-28, basic/patterns/mrtr: of `inputResponses` the server ignores what it does not need, and
    /// asks again for what it cannot read.
    AnswerAskedForAgain,
    /// 2025-11-25, basic/utilities/tasks: whoever has not declared tasks processes the request normally and
    /// ignores `task`.
    NoTasksDeclared,
}

impl Exception {
    pub(super) const ALL: [Self; 3] = [Self::NullIsAbsent, Self::AnswerAskedForAgain, Self::NoTasksDeclared];

    pub(super) fn of(mutant: &Mutant) -> Option<Self> {
        let pointer = mutant.place.pointer.as_str();
        let is_null = mutant.change == Change::Null && mutant.place.role == Role::Optional;
        // Without its arguments, a prompt that wants some is refused.
        let is_wanted = pointer == "/params/arguments" && mutant.message["method"] == "prompts/get";
        if is_null && !is_wanted && pointer != "/params/inputResponses" {
            return Some(Self::NullIsAbsent);
        }
        if pointer.starts_with("/params/inputResponses/") || is_map_of_answers(mutant) {
            return Some(Self::AnswerAskedForAgain);
        }
        let is_task = pointer == "/params/task" || pointer.starts_with("/params/task/");
        is_task.then_some(Self::NoTasksDeclared)
    }
}

fn is_map_of_answers(mutant: &Mutant) -> bool {
    let is_object = matches!(&mutant.change, Change::OtherType(value) if value.is_object());
    mutant.place.pointer == "/params/inputResponses" && is_object
}
