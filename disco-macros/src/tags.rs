//! `tags("read", "files")`: the groups that a handler belongs to.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};

use crate::attr::Keys;
use crate::diag::Errors;
use crate::place::ours;

/// The tags of one handler.
pub(crate) struct Tags {
    key: Option<Ident>,
    words: Vec<LitStr>,
    /// Something was no tag, and was reported.
    has_others: bool,
}

impl Tags {
    pub(crate) fn parse(keys: &Keys, errors: &mut Errors) -> Self {
        let mut tags = Self { key: None, words: Vec::new(), has_others: false };
        let Some(list) = keys.list("tags") else {
            return tags;
        };
        tags.key = keys.key("tags").cloned();
        let listed = match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(list) {
            Ok(listed) => listed,
            Err(error) => {
                errors.syntax(error);
                tags.has_others = true;
                return tags;
            }
        };
        for one in listed {
            if let Expr::Lit(ExprLit { lit: Lit::Str(word), .. }) = one {
                tags.words.push(word);
            } else {
                errors.push(one, "a tag is a string literal", "write `tags(\"read\", \"files\")`");
                tags.has_others = true;
            }
        }
        tags
    }

    /// The rules: what a command line can name, each of them once.
    pub(crate) fn check(&self, errors: &mut Errors) {
        if let (Some(key), true) = (&self.key, self.words.is_empty() && !self.has_others) {
            errors.push(key, "`tags` names no tag", "write `tags(\"read\")`, or take it away");
        }
        for (at, word) in self.words.iter().enumerate() {
            let text = word.value();
            let is_allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            if let Some(wrong) = text.chars().find(|c| !is_allowed(c)) {
                let help = "use `A-Z a-z 0-9 _ - .`: tags are chosen on the command line, too";
                errors.push(word, format!("tag {text:?} contains {wrong:?}"), help);
            } else if text.is_empty() {
                errors.push(word, "a tag is empty", "use `A-Z a-z 0-9 _ - .`");
            } else if self.words.iter().take(at).any(|earlier| earlier.value() == text) {
                errors.push(word, format!("tag `{text}` is given twice"), "keep one");
            }
        }
    }
}

impl ToTokens for Tags {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let words = &self.words;
        tokens.extend(ours!(#(.with_tag(#words))*));
    }
}
