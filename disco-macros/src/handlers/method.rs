//! One marked method of a `#[handlers]` block.

use std::rc::Rc;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, FnArg, Ident, ImplItemFn, Receiver, ReceiverKind, Type};

use crate::diag::Errors;
use crate::driver::{Identity, Model};
use crate::expansion::{Callee, Sibling};
use crate::handler::{Function, Handler, Kind};
use crate::lints;
use crate::mark;
use crate::place::ours;
use crate::prompt::Prompt;
use crate::resource::Resource;
use crate::signature::last_segment;
use crate::stub::Place;
use crate::tool::Tool;

/// A method that is a tool, a resource or a prompt.
pub(crate) struct Method {
    pub(super) model: Box<dyn Marked>,
    pub(super) cfgs: Vec<Attribute>,
    receiver: Option<(How, Span)>,
}

/// How a method takes the value.
#[derive(Clone, Copy)]
enum How {
    /// `&self`, `self: &Arc<Self>`
    Borrowed,
    /// `self: &Arc<Self>`
    BorrowedArc,
    /// `self: Arc<Self>`
    Arc,
}

impl How {
    /// The first argument of a call, from `this`, which is an `Arc`.
    fn receiver(self) -> TokenStream {
        match self {
            Self::Borrowed => ours!(&*this,),
            Self::BorrowedArc => ours!(&this,),
            Self::Arc => ours!(this,),
        }
    }
}

/// A method of the block, whatever it is, if it needs the value.
pub(super) fn sibling(method: &ImplItemFn) -> Option<Sibling> {
    let Some(FnArg::Receiver(receiver)) = method.sig.inputs.first() else {
        return None;
    };
    // A receiver that cannot be given is left to whoever calls it.
    let how = how_of(receiver).ok()?;
    let parameters = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some((*input.ty).clone()),
        FnArg::Receiver(_) => None,
    });
    Some(Sibling {
        ident: method.sig.ident.clone(),
        receiver: how.receiver(),
        parameters: parameters.collect(),
        is_async: method.sig.asyncness.is_some(),
    })
}

/// A model whose kind does not matter.
pub(crate) trait Marked {
    fn kind(&self) -> Kind;
    fn handler(&self) -> &Handler;
    fn identity(&self) -> Identity;
    fn beside(&self) -> Option<(Ident, TokenStream)>;
    fn value(&self, callee: &Callee) -> TokenStream;
    fn stub(&self, place: &Place) -> TokenStream;
}

impl<M: Model> Marked for M {
    fn kind(&self) -> Kind {
        M::KIND
    }

    fn handler(&self) -> &Handler {
        Model::handler(self)
    }

    fn identity(&self) -> Identity {
        Model::identity(self)
    }

    fn beside(&self) -> Option<(Ident, TokenStream)> {
        Model::beside_method(self)
    }

    fn value(&self, callee: &Callee) -> TokenStream {
        Model::value(self, callee)
    }

    fn stub(&self, place: &Place) -> TokenStream {
        Model::stub(self, place)
    }
}

impl Method {
    /// Reads a method and takes its mark off; `None` if it has none.
    pub(super) fn parse(method: &mut ImplItemFn, sdk: &TokenStream, errors: &mut Errors) -> Option<Self> {
        let (kind, keys) = mark::taken(&mut method.attrs, errors)?;
        let cfgs =
            method.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect();
        let receiver = match method.sig.inputs.first() {
            Some(FnArg::Receiver(receiver)) => {
                how(kind, receiver, errors).map(|how| (how, receiver.self_token.span))
            }
            _ => None,
        };
        let model: Box<dyn Marked> = match kind {
            Kind::Tool => parse::<Tool>(keys, method, sdk, errors),
            Kind::Resource => parse::<Resource>(keys, method, sdk, errors),
            Kind::Prompt => parse::<Prompt>(keys, method, sdk, errors),
        };
        method.attrs.extend(lints::allowed(&method.sig));
        Some(Self { model, cfgs, receiver })
    }

    /// The body of a block: the tool, resource or prompt, which holds `self`.
    pub(super) fn value(&self, siblings: &Rc<[Sibling]>) -> TokenStream {
        let ident = &self.model.handler().signature.ident;
        let keep = ours!(let this = __private::share(&this););
        let (receiver, prepare) = match self.receiver {
            None => (TokenStream::new(), TokenStream::new()),
            Some((how, _)) => (how.receiver(), keep),
        };
        let value = self.model.value(&Callee {
            function: ours!(Self::#ident),
            receiver,
            blame: self.receiver.map(|(_, span)| span),
            prepare,
            siblings: Rc::clone(siblings),
        });
        if self.receiver.is_none() {
            return value;
        }
        ours!(let this = __private::share(&self); #value)
    }
}

fn parse<M: Model + 'static>(
    keys: TokenStream,
    method: &mut ImplItemFn,
    sdk: &TokenStream,
    errors: &mut Errors,
) -> Box<dyn Marked> {
    let ImplItemFn { attrs, vis, sig, .. } = method;
    let parts = Function { attributes: attrs, visibility: vis, signature: sig, sdk };
    let model = M::parse(keys, parts, errors);
    model.check(errors);
    let handler = Model::handler(&model);
    if handler.has_own_type_name {
        errors.push(
            &handler.type_name,
            "a method has no type of its own",
            "the value that has the method is served whole: take `type` away",
        );
    }
    Box::new(model)
}

fn how(kind: Kind, receiver: &Receiver, errors: &mut Errors) -> Option<How> {
    let wrong = match how_of(receiver) {
        Ok(how) => return Some(how),
        Err(wrong) => wrong,
    };
    errors.push(
        receiver,
        format!("a {kind} cannot take {wrong}"),
        "many calls share the value at the same time: write `&self`, or `self: Arc<Self>`",
    );
    None
}

/// How a method takes the value, or in words why it cannot.
fn how_of(receiver: &Receiver) -> Result<How, &'static str> {
    Err(match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => return Ok(How::Borrowed),
        ReceiverKind::Reference(..) => "`&mut self`",
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Reference(reference) if reference.mutability.is_none() => {
                match last_segment(&reference.elem) {
                    Some(last) if last == "Arc" => return Ok(How::BorrowedArc),
                    Some(last) if last == "Self" => return Ok(How::Borrowed),
                    _ => "`self` of this type",
                }
            }
            ty => match last_segment(ty) {
                Some(last) if last == "Arc" => return Ok(How::Arc),
                _ => "`self` of this type",
            },
        },
        _ => "`self` by value",
    })
}
