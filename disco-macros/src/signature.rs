//! The parameters and the result of a function, and what no handler may be.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, Ident, Pat, PatType, PathArguments, ReturnType, Safety,
    Type, TypeReference, parse_quote,
};

use crate::argument::{Argument, is_arg};
use crate::diag::Errors;
use crate::docs;
use crate::handler::Kind;
use crate::place::{at, ours};

/// One parameter, without the receiver.
pub(crate) struct Parameter {
    /// Its name in the function, the token to blame.
    pub(crate) ident: Ident,
    /// Its name on the wire.
    pub(crate) name: String,
    /// Its type; what it refers to, when it is taken by reference.
    pub(crate) ty: Type,
    pub(crate) is_reference: bool,
    pub(crate) description: Option<TokenStream>,
    pub(crate) argument: Argument,
}

impl Parameter {
    /// Whether the macro takes it for a value of the call: by what is said, or by the last word of its
    /// type. Only where the types cannot decide.
    pub(crate) fn looks_injected(&self) -> bool {
        const VALUES: [&str; 5] = ["Caller", "Context", "Extension", "Registry", "State"];
        self.is_reference
            || self.argument.inject.is_some()
            || last_segment(&self.ty).is_some_and(|last| VALUES.iter().any(|value| last == *value))
    }
}

/// The function as the macro sees it.
pub(crate) struct Signature {
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    /// Whether its types can be named elsewhere; if not, that is reported.
    pub(crate) is_concrete: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: ReturnType,
}

impl Signature {
    /// Reads the signature, and takes from its parameters what rustc would not let stand there.
    pub(crate) fn parse(kind: Kind, signature: &mut syn::Signature, errors: &mut Errors) -> Self {
        let is_concrete =
            check_function(kind, signature, errors) & check_output(kind, &signature.output, errors);
        let mut parameters = Vec::new();
        for input in &mut signature.inputs {
            let FnArg::Typed(input) = input else {
                continue;
            };
            parameters.extend(parameter(kind, input, errors));
            strip(&mut input.attrs);
        }
        Self {
            ident: signature.ident.clone(),
            is_async: signature.asyncness.is_some(),
            is_concrete,
            parameters,
            output: signature.output.clone(),
        }
    }

    /// What a caller gets when it does not fail, owned.
    pub(crate) fn answer(&self) -> TokenStream {
        let ReturnType::Type(_, ty) = &self.output else {
            return quote!(());
        };
        match parts_of_result(ty).first().copied().unwrap_or(ty) {
            Type::Reference(reference) if last_segment(&reference.elem).is_some_and(|last| last == "str") => {
                at(reference.span(), ours!(__private::String))
            }
            value => value.to_token_stream(),
        }
    }

    /// What it returns.
    pub(crate) fn returned(&self) -> Returned {
        let ReturnType::Type(_, ty) = &self.output else {
            let span = self.ident.span();
            return Returned { ty: quote!(()), value: span, error: span };
        };
        let parts = parts_of_result(ty);
        Returned {
            ty: ty.to_token_stream(),
            value: parts.first().map_or(ty.span(), Spanned::span),
            error: parts.last().map_or(ty.span(), Spanned::span),
        }
    }
}

/// The type of a result, and which tokens to blame when something is wrong with a part of it.
pub(crate) struct Returned {
    pub(crate) ty: TokenStream,
    pub(crate) value: Span,
    pub(crate) error: Span,
}

/// Takes away what the macro has read: docs and `#[arg(..)]`.
pub(crate) fn strip(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| !docs::is_doc(attribute) && !is_arg(attribute));
}

fn parameter(kind: Kind, input: &PatType, errors: &mut Errors) -> Option<Parameter> {
    let argument = Argument::parse(&input.attrs, errors);
    if let Some(cfg) = input.attrs.iter().find(|attribute| attribute.path().is_ident("cfg")) {
        errors.push(
            cfg,
            format!("`#[cfg]` cannot stand on a {kind} parameter"),
            "write the function twice, each with its own `#[cfg]`",
        );
    }
    let ident = match &*input.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat.ident.clone()),
        pat => {
            errors.push(pat, format!("a {kind} parameter must be a plain name"), kind.why_names());
            None
        }
    };
    let (ty, is_reference) = owned_type(kind, &input.ty, errors)?;
    let ident = ident?;
    let name = match &argument.rename {
        Some(rename) => rename.value(),
        None => ident.unraw().to_string(),
    };
    let description = match &argument.description {
        Some(description) => Some(description.to_token_stream()),
        None => docs::description(&input.attrs),
    };
    Some(Parameter { ident, name, ty, is_reference, description, argument })
}

/// The type without a leading reference. Only values of the call may have one, which their trait says. One that
/// has to be owned is told, and goes on as what it should be, as far as that is known.
fn owned_type(kind: Kind, ty: &Type, errors: &mut Errors) -> Option<(Type, bool)> {
    let (inner, is_reference) = match ty {
        Type::Reference(TypeReference { mutability: Some(_), elem, .. }) => {
            must_be_owned(kind, ty, "take it owned: each call has its own", errors);
            return Some(((**elem).clone(), false));
        }
        Type::Reference(reference) => (&*reference.elem, true),
        ty => (ty, false),
    };
    match inner {
        Type::Slice(slice) => {
            let element = slice.elem.to_token_stream();
            must_be_owned(kind, ty, &format!("it is decoded from the request: use `Vec<{element}>`"), errors);
            Some((parse_quote!(__private::Vec<#element>), false))
        }
        Type::ImplTrait(_) | Type::TraitObject(_) => {
            errors.push(
                inner,
                format!("a {kind} parameter needs a concrete type"),
                "what the caller sends has one shape: name its type",
            );
            None
        }
        _ if is_reference && owned_form(inner).is_some() => {
            let owned = owned_form(inner)?;
            must_be_owned(kind, ty, &format!("it is decoded from the request: use `{owned}`"), errors);
            (owned == "String").then(|| (parse_quote!(__private::String), false))
        }
        _ => {
            if let Some(reference) = reference_inside(inner) {
                must_be_owned(kind, reference, "it is decoded from the request: own what is inside", errors);
                return None;
            }
            Some((inner.clone(), is_reference))
        }
    }
}

fn must_be_owned(kind: Kind, blame: &Type, help: &str, errors: &mut Errors) {
    errors.push(blame, format!("a {kind} parameter must be owned"), help);
}

/// The owned form of what is only ever borrowed.
fn owned_form(ty: &Type) -> Option<&'static str> {
    Some(match last_segment(ty)?.to_string().as_str() {
        "str" => "String",
        "Path" => "PathBuf",
        "OsStr" => "OsString",
        "CStr" => "CString",
        "RawValue" => "Box<RawValue>",
        _ => return None,
    })
}

/// A reference somewhere in the type's arguments, as in `Option<&str>`.
fn reference_inside(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty @ Type::Reference(reference)) => {
            let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
            (!is_static).then_some(ty)
        }
        GenericArgument::Type(ty) => reference_inside(ty),
        _ => None,
    })
}

/// The last word of a path.
pub(crate) fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        Type::Paren(inner) => last_segment(&inner.elem),
        Type::Group(inner) => last_segment(&inner.elem),
        _ => None,
    }
}

/// Whether it is the name of a type that the language itself has.
pub(crate) fn is_primitive(name: &Ident) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
        "u64", "u128", "usize",
    ];
    PRIMITIVES.iter().any(|primitive| name == primitive)
}

/// The `T` and the `E` of `Result<T, E>`, as far as they are written.
fn parts_of_result(ty: &Type) -> Vec<&Type> {
    let Type::Path(path) = ty else {
        return Vec::new();
    };
    let Some(PathArguments::AngleBracketed(arguments)) =
        path.path.segments.last().filter(|last| last.ident == "Result").map(|last| &last.arguments)
    else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// Whether it is concrete.
fn check_function(kind: Kind, signature: &syn::Signature, errors: &mut Errors) -> bool {
    if let Safety::Unsafe(token) = &signature.safety {
        errors.push(
            token,
            format!("a {kind} cannot be unsafe"),
            "a caller far away cannot promise anything: check it inside",
        );
    }
    if let Some(abi) = &signature.abi {
        errors.push(abi, format!("a {kind} cannot be `extern`"), "write a plain `fn`");
    }
    let is_generic =
        signature.generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    if is_generic {
        errors.push(&signature.generics, format!("a {kind} cannot be generic"), kind.why_concrete());
    }
    !is_generic
}

/// Whether it is concrete.
fn check_output(kind: Kind, output: &ReturnType, errors: &mut Errors) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return true;
    };
    let is_concrete = !matches!(**ty, Type::ImplTrait(_));
    if !is_concrete {
        errors.push(ty, format!("the result of a {kind} needs a concrete type"), kind.possible_results());
    }
    is_concrete
}
