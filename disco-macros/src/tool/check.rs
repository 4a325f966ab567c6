//! The rules for tools.

use crate::diag::Errors;

use super::Tool;

pub(super) fn tool(tool: &Tool, errors: &mut Errors) {
    tool.handler.check(errors);
    tool.handler.check_name(errors);
    promises(tool, errors);
    completions(tool, errors);
}

fn promises(tool: &Tool, errors: &mut Errors) {
    if let (Some(_), Some(destructive)) = (&tool.read_only, &tool.destructive) {
        errors.push(
            destructive,
            "a tool cannot be both `read_only` and `destructive`",
            "`read_only` already promises that nothing is changed",
        );
    }
}

fn completions(tool: &Tool, errors: &mut Errors) {
    for parameter in &tool.handler.signature.parameters {
        if let Some(complete) = &parameter.argument.complete {
            errors.push(
                complete,
                "the arguments of a tool are not completed",
                "the protocol completes prompts and resources only: take `complete` away",
            );
        }
    }
}
