//! The rules for tools.

use crate::diag::{Errors, suggestion};
use crate::handler::Name;

use super::{Task, Tool};

pub(super) fn tool(tool: &Tool, errors: &mut Errors) {
    tool.handler.check(errors);
    tool.handler.check_name(errors);
    promises(tool, errors);
    former(tool, errors);
    completions(tool, errors);
    task(tool, errors);
    single_use(tool, errors);
}

fn former(tool: &Tool, errors: &mut Errors) {
    if let Some(alias) = &tool.alias {
        let name = Name { text: alias.value(), span: alias.span(), is_given: true };
        name.check("tool alias", errors);
        if name.text == tool.handler.name.text {
            errors.push(
                alias,
                format!("`{}` is the name of this tool", name.text),
                "an alias is the name that it had before: take `alias` away",
            );
        }
    }
    if let Some(instead) = tool.deprecated.as_ref().filter(|instead| instead.value().trim().is_empty()) {
        errors.push(
            instead,
            "`deprecated` says nothing",
            "say what to use instead, the model reads it: `deprecated = \"use ...\"`",
        );
    }
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

fn task(tool: &Tool, errors: &mut Errors) {
    let Some(task) = &tool.task else {
        return;
    };
    match (task.start(), &task.when) {
        (None, Some(when)) => errors.push(
            when,
            format!("a tool cannot become a task {:?}", when.value()),
            format!("{}; `task` alone means at once", suggestion(&when.value(), &Task::WORDS.map(|(word, _)| word))),
        ),
        (Some("Later"), _) if !tool.handler.signature.is_async => errors.push(
            &task.key,
            "a task that begins later begins in an `async fn`",
            "it begins where the function comes to `ctx.begin_task().await`: write `async fn`, or `task` alone",
        ),
        _ => {}
    }
}

fn single_use(tool: &Tool, errors: &mut Errors) {
    if let Some(single_use) = &tool.single_use
        && !tool.handler.signature.is_async
    {
        errors.push(
            single_use,
            "only an `async fn` asks, and `single_use` is about answers to questions",
            "write `async fn`, or take `single_use` away",
        );
    }
}
