//! The way of every attribute: parse, check, then expand, or leave the item with all its errors.

use proc_macro2::{Span, TokenStream};
use syn::{FnArg, Ident, Item, ItemFn, TraitItemFn};

use crate::body;
use crate::diag::Errors;
use crate::expansion::Callee;
use crate::fallback;
use crate::handler::{self, Function, Handler, Kind};
use crate::lints;
use crate::mark;
use crate::place::{head, ours};
use crate::stub::Place;

/// One of the attributes that make a handler of a function.
pub(crate) trait Model: Sized {
    const KIND: Kind;

    /// Reads the attribute and the function, and strips from its parameters what rustc refuses.
    fn parse(keys: TokenStream, function: Function<'_>, errors: &mut Errors) -> Self;

    /// The rules.
    fn check(&self, errors: &mut Errors);

    /// What is common.
    fn handler(&self) -> &Handler;

    /// What no other of its kind may have too.
    fn identity(&self) -> Identity {
        let name = &self.handler().name;
        Identity { key: name.text.clone(), words: name.text.clone(), span: name.span }
    }

    /// What stands beside a method of this kind, and its name.
    fn beside_method(&self) -> Option<(Ident, TokenStream)> {
        None
    }

    /// The body of a block: the tool, resource or prompt.
    fn value(&self, callee: &Callee) -> TokenStream;

    /// The item beside a free function, around its value and its stub.
    fn item(&self, value: &TokenStream, stub: &TokenStream) -> TokenStream;

    /// The method of `place` that calls it over a client, if there is one.
    fn stub(&self, _: &Place) -> TokenStream {
        TokenStream::new()
    }
}

/// The name of a handler among others, in a list or a block.
pub(crate) struct Identity {
    /// What is compared.
    pub(crate) key: String,
    /// What the user has written.
    pub(crate) words: String,
    pub(crate) span: Span,
}

/// `#[tool]` and its like on a free function.
pub(crate) fn attribute<M: Model>(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut function = match body::function(item) {
        Ok(function) => function,
        Err(error) => return not_a_function(M::KIND, item, error),
    };
    let ItemFn { attrs, vis, sig, .. } = &mut function;
    mark::check_one(attrs, &mut errors);
    let sdk = handler::default_sdk();
    let parts = Function { attributes: attrs, visibility: vis, signature: sig, sdk: &sdk };
    let model = M::parse(keys, parts, &mut errors);
    if let Some(FnArg::Receiver(receiver)) = function.sig.inputs.first() {
        let mut errors = Errors::default();
        errors.push(
            receiver,
            format!("`{}` cannot see the type this method belongs to", M::KIND.attribute()),
            "put `#[handlers]` on the `impl` block around it",
        );
        return fallback::bare(&function, errors);
    }
    model.check(&mut errors);
    model.handler().check_type_name(&mut errors);
    let lints = lints::allowed(&function.sig);
    let errors = errors.finish().err();
    let value = match errors {
        None => model.value(&Callee::free(&function.sig.ident)),
        Some(_) => fallback::value(),
    };
    let stub = Place::beside(model.handler()).stub(&model);
    let item = model.item(&value, &stub);
    ours!(#lints #function #item #errors)
}

fn not_a_function(kind: Kind, item: &TokenStream, error: syn::Error) -> TokenStream {
    let mut errors = Errors::default();
    let attribute = kind.attribute();
    if syn::parse2::<TraitItemFn>(item.clone()).is_ok() {
        errors.push(
            head(item),
            format!("`{attribute}` goes on a function with a body"),
            "write it where the function is implemented; for a method, put `#[handlers]` on that `impl` block",
        );
        return fallback::bare(item, errors);
    }
    let Ok(parsed) = syn::parse2::<Item>(item.clone()) else {
        errors.syntax(error);
        return fallback::bare(item, errors);
    };
    errors.push(
        head(item),
        format!("`{attribute}` goes on a function, not on {}", what_it_is(&parsed)),
        format!("write `{attribute} async fn ...`; for a method, put `#[handlers]` on its `impl` block"),
    );
    fallback::bare(item, errors)
}

/// What stands where a function should.
pub(crate) fn what_it_is(item: &Item) -> &'static str {
    match item {
        Item::Struct(_) => "a struct",
        Item::Enum(_) => "an enum",
        Item::Union(_) => "a union",
        Item::Impl(_) => "an `impl` block",
        Item::Trait(_) => "a trait",
        Item::Mod(_) => "a module",
        Item::Const(_) => "a constant",
        Item::Static(_) => "a static",
        Item::Type(_) => "a type alias",
        Item::Macro(_) => "a macro",
        Item::Use(_) => "an import",
        _ => "this",
    }
}
