//! The rules for resources.

use super::Resource;
use crate::diag::Errors;

pub(super) fn resource(resource: &Resource, errors: &mut Errors) {
    resource.handler.check(errors);
    variables(resource, errors);
    mime_type(resource, errors);
}

/// Every variable of the template is a parameter, and the other way round.
fn variables(resource: &Resource, errors: &mut Errors) {
    let (Some(template), Some(uri)) = (&resource.template, &resource.uri) else {
        return;
    };
    let parameters = &resource.handler.signature.parameters;
    for variable in &template.variables {
        if !parameters.iter().any(|parameter| parameter.name == *variable) {
            errors.push(
                uri,
                format!("the template names `{{{variable}}}` but no parameter does"),
                format!("add a parameter `{variable}`, or take `{{{variable}}}` out"),
            );
        }
    }
    for parameter in parameters.iter().filter(|parameter| !parameter.looks_injected()) {
        let name = &parameter.name;
        if !template.variables.contains(name) {
            errors.push(
                &parameter.ident,
                format!("parameter `{name}` is not in the template"),
                format!("write `{{{name}}}` in it, take the parameter out, or mark a value of the call with `#[arg(inject)]`"),
            );
        }
    }
}

fn mime_type(resource: &Resource, errors: &mut Errors) {
    let Some(mime_type) = &resource.mime_type else {
        return;
    };
    let text = mime_type.value();
    let is_right =
        text.split_once('/').is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty());
    if !is_right {
        errors.push(mime_type, format!("{text:?} is not a media type"), "write one like `text/markdown`");
    }
}
