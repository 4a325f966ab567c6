//! The words in `#[tool(..)]`: keys with text, a path or an expression, flags, and lists.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Path, Token};

use crate::diag::{Errors, suggestion};
use crate::place::ours;

/// What a key takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// `key = "text"`
    Text,
    /// `key`
    Flag,
    /// `key`, or `key = "text"`
    FlagOrText,
    /// `key = a::path`
    Path,
    /// `key = Name`
    Name,
    /// `key = any expression`
    Value,
    /// `key = any expression`, or `key` alone
    Expression,
    /// `key(..)`
    List,
}

/// The keys of one attribute.
pub(crate) struct Keys {
    given: Vec<Given>,
    /// Those that were given and are left out, as what they say is wrong.
    wrong: Vec<Ident>,
    /// Text that stands before all keys, where the attribute takes one.
    pub(crate) leading: Option<LitStr>,
}

struct Given {
    key: Ident,
    value: Value,
}

enum Value {
    Nothing,
    Expression(Expr),
    List(TokenStream),
}

/// The grammar of one attribute.
pub(crate) struct Grammar {
    /// As the user writes it: `#[tool]`.
    pub(crate) attribute: &'static str,
    pub(crate) keys: &'static [(&'static str, Takes)],
    /// Whether text may stand before all keys.
    pub(crate) has_leading: bool,
}

impl Keys {
    /// Reads all of `attributes` that are ours, as if they were one; `example` is what one may say.
    pub(crate) fn of_all<'a>(
        grammar: &Grammar,
        attributes: impl Iterator<Item = &'a Attribute>,
        example: &str,
        errors: &mut Errors,
    ) -> Self {
        let mut tokens = TokenStream::new();
        for attribute in attributes {
            match attribute.meta.require_list() {
                Ok(list) => {
                    let one = &list.tokens;
                    tokens.extend(ours!(#one,));
                }
                Err(_) => errors.push(
                    attribute,
                    format!("`{}` says nothing", grammar.attribute),
                    format!("write `{example}`, or take it away"),
                ),
            }
        }
        Self::parse(grammar, tokens, errors)
    }

    /// Reads all keys; those that are wrong are reported and left out.
    pub(crate) fn parse(grammar: &Grammar, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut keys = Self { given: Vec::new(), wrong: Vec::new(), leading: None };
        let parsed = Parser::parse2(
            |input: ParseStream<'_>| {
                while !input.is_empty() {
                    if let Err(error) = keys.parse_one(grammar, input, errors) {
                        errors.syntax(error);
                        skip_to_comma(input)?;
                    }
                    if input.is_empty() {
                        break;
                    }
                    if !input.peek(Token![,]) {
                        errors.syntax(input.error("expected `,`"));
                        skip_to_comma(input)?;
                    }
                    let _: Option<Token![,]> = input.parse()?;
                }
                Ok(())
            },
            tokens,
        );
        if let Err(error) = parsed {
            errors.syntax(error);
        }
        keys
    }

    fn parse_one(
        &mut self,
        grammar: &Grammar,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            let value: Expr = input.parse()?;
            self.bare(grammar, &value, errors);
            return Ok(());
        }
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            let _: Token![=] = input.parse()?;
            Value::Expression(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            match input.parse()? {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                    Value::List(group.stream())
                }
                other => return Err(syn::Error::new_spanned(other, "expected `(..)`")),
            }
        } else {
            Value::Nothing
        };
        let word = key.unraw().to_string();
        let Some((_, takes)) = grammar.keys.iter().find(|(known, _)| *known == word) else {
            let known: Vec<&str> = grammar.keys.iter().map(|(known, _)| *known).collect();
            errors.push(
                &key,
                format!("unknown key `{word}` in `{}`", grammar.attribute),
                suggestion(&word, &known),
            );
            return Ok(());
        };
        if self.given.iter().any(|given| given.key == key) {
            errors.push(&key, format!("`{word}` is given twice"), "keep one");
            return Ok(());
        }
        if fits(*takes, &key, &value, errors) {
            self.given.push(Given { key, value });
        } else {
            self.wrong.push(key);
        }
        Ok(())
    }

    fn bare(&mut self, grammar: &Grammar, value: &Expr, errors: &mut Errors) {
        if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = value
            && grammar.has_leading
            && self.leading.is_none()
            && self.given.is_empty()
        {
            self.leading = Some(text.clone());
            return;
        }
        let is_text = matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
        let has_name = grammar.keys.iter().any(|(key, _)| *key == "name");
        let help = if is_text && has_name && !grammar.has_leading {
            format!("did you mean `name = {}`?", value.to_token_stream())
        } else {
            "write `key = value`".to_owned()
        };
        errors.push(value, format!("`{}` takes keys, not bare values", grammar.attribute), help);
    }

    fn get(&self, key: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.key == key)
    }

    /// The key itself, if it is given.
    pub(crate) fn key(&self, key: &str) -> Option<&Ident> {
        self.get(key).map(|given| &given.key)
    }

    /// Whether what `key` says is wrong, and told already.
    pub(crate) fn is_wrong(&self, key: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong == key)
    }

    /// The text of `key`.
    pub(crate) fn text(&self, key: &str) -> Option<LitStr> {
        match &self.get(key)?.value {
            Value::Expression(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text.clone()),
            _ => None,
        }
    }

    /// The path of `key`.
    pub(crate) fn path(&self, key: &str) -> Option<Path> {
        match &self.get(key)?.value {
            Value::Expression(Expr::Path(path)) => Some(path.path.clone()),
            _ => None,
        }
    }

    /// The name of `key`.
    pub(crate) fn name(&self, key: &str) -> Option<Ident> {
        self.path(key)?.get_ident().cloned()
    }

    /// The expression of `key`, unless it stands alone.
    pub(crate) fn expression(&self, key: &str) -> Option<Expr> {
        match &self.get(key)?.value {
            Value::Expression(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// What `layer` says, where the SDK has layers.
    pub(crate) fn layer(&self, errors: &mut Errors) -> Option<Expr> {
        let layer = self.expression("layer");
        if cfg!(any(feature = "layers", test)) {
            return layer;
        }
        if let Some(key) = self.key("layer") {
            errors.push(
                key,
                "`layer` needs the feature `layers` of disco-sdk",
                "`cargo add disco-sdk --features layers` turns it on",
            );
        }
        None
    }

    /// What stands in the parentheses of `key`.
    pub(crate) fn list(&self, key: &str) -> Option<TokenStream> {
        match &self.get(key)?.value {
            Value::List(tokens) => Some(tokens.clone()),
            _ => None,
        }
    }
}

/// Whether the value is of the right kind; if not, that is reported.
fn fits(takes: Takes, key: &Ident, value: &Value, errors: &mut Errors) -> bool {
    let word = key.unraw();
    let blame = match value {
        Value::Nothing => key.to_token_stream(),
        Value::Expression(value) => value.to_token_stream(),
        Value::List(tokens) if tokens.is_empty() => key.to_token_stream(),
        Value::List(tokens) => tokens.clone(),
    };
    let (wrong, help) = match (takes, value) {
        (Takes::Text | Takes::FlagOrText, Value::Expression(Expr::Lit(ExprLit { lit: Lit::Str(_), .. })))
        | (Takes::Flag | Takes::FlagOrText, Value::Nothing)
        | (Takes::Path, Value::Expression(Expr::Path(_)))
        | (Takes::Value, Value::Expression(_))
        | (Takes::Expression, Value::Nothing | Value::Expression(_))
        | (Takes::List, Value::List(_)) => return true,
        (Takes::Name, Value::Expression(Expr::Path(path))) if path.path.get_ident().is_some() => {
            return true;
        }
        (Takes::Text, _) => (format!("`{word}` takes a string literal"), format!("write `{word} = \"...\"`")),
        (Takes::Flag, _) => (
            format!("`{word}` is a flag and takes no value"),
            format!("write `{word}` alone, or leave it out"),
        ),
        (Takes::FlagOrText, _) => (
            format!("`{word}` stands alone or takes a string literal"),
            format!("write `{word}` or `{word} = \"...\"`"),
        ),
        (Takes::Path, _) => (format!("`{word}` takes a path"), format!("write `{word} = some::path`")),
        (Takes::Name, _) => (format!("`{word}` takes a name"), format!("write `{word} = SomeName`")),
        (Takes::Value | Takes::Expression, _) => {
            (format!("`{word}` takes a value"), format!("write `{word} = ...`"))
        }
        (Takes::List, _) => (format!("`{word}` takes parentheses"), format!("write `{word}(...)`")),
    };
    errors.push(blame, wrong, help);
    false
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _: TokenTree = input.parse()?;
    }
    Ok(())
}
