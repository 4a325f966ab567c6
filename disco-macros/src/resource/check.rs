//! The rules for resources.

use super::Resource;
use crate::diag::Errors;

pub(super) fn resource(resource: &Resource, errors: &mut Errors) {
    resource.handler.check(errors);
    variables(resource, errors);
    mime_type(resource, errors);
    list(resource, errors);
    size(resource, errors);
}

/// Every variable of the template is a parameter, and the other way round.
fn variables(resource: &Resource, errors: &mut Errors) {
    let (Some(template), Some(uri)) = (&resource.template, &resource.uri) else {
        return;
    };
    let parameters = &resource.handler.signature.parameters;
    for variable in template.variables.iter().map(|variable| &variable.name) {
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
        if template.variable(name).is_none() {
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

/// Only a family has members to be listed.
fn list(resource: &Resource, errors: &mut Errors) {
    if let (Some(list), true) = (&resource.list, resource.is_one()) {
        errors.push(
            list,
            "this is one resource, and `list` names the members of a family",
            "one resource is listed by itself: take `list` away, or give the URI a variable",
        );
    }
}

/// Only one resource has a size.
fn size(resource: &Resource, errors: &mut Errors) {
    let is_family = resource.template.as_ref().is_some_and(|template| !template.variables.is_empty());
    if let (Some(size), true) = (&resource.size, is_family) {
        errors.push(
            size,
            "a family of resources has no size",
            "say it of each, by `ResourceLink::with_size` in what `list` names",
        );
    }
}
