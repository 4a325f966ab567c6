//! The rules for prompts.

use super::Prompt;
use crate::diag::Errors;

pub(super) fn prompt(prompt: &Prompt, errors: &mut Errors) {
    prompt.handler.check(errors);
    prompt.handler.check_name(errors);
}
