//! Lints that what callers send may make fire, and that nobody could heed.

use syn::{Attribute, FnArg, Signature, Type, parse_quote};

use crate::place::ours;
use crate::signature::{is_primitive, last_segment};

/// So many arguments a function may have before clippy minds.
const MOST_ARGUMENTS: usize = 7;
/// So many of them may be a `bool`.
const MOST_FLAGS: usize = 3;

/// Allows the function to be as its callers need it: owned arguments, and as many as there are.
pub(crate) fn allowed(signature: &Signature) -> Option<Attribute> {
    let types: Vec<&Type> = signature.inputs.iter().filter_map(argument).collect();
    let flags = types.iter().filter(|ty| last_segment(ty).is_some_and(|last| last == "bool")).count();
    let mut lints = Vec::new();
    if !types.iter().all(|ty| last_segment(ty).is_some_and(is_primitive)) {
        lints.push(ours!(clippy::needless_pass_by_value));
    }
    if signature.inputs.len() > MOST_ARGUMENTS {
        lints.push(ours!(clippy::too_many_arguments));
    }
    if flags > MOST_FLAGS {
        lints.push(ours!(clippy::fn_params_excessive_bools));
    }
    (!lints.is_empty()).then(|| parse_quote!(#[allow(#(#lints),*)]))
}

fn argument(input: &FnArg) -> Option<&Type> {
    match input {
        FnArg::Typed(input) => Some(&input.ty),
        FnArg::Receiver(_) => None,
    }
}
