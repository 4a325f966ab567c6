//! Ranges in keys: `range(0..=100)`, `len(1..)`.

use quote::ToTokens;
use syn::{Expr, ExprLit, ExprRange, ExprUnary, Ident, Lit, RangeLimits, UnOp};

use crate::attr::Keys;
use crate::diag::Errors;

/// The key and the range in its parentheses.
pub(crate) fn parse(word: &str, keys: &Keys, errors: &mut Errors) -> Option<(Ident, Expr)> {
    let (key, tokens) = (keys.key(word)?, keys.list(word)?);
    let blame = if tokens.is_empty() { key.to_token_stream() } else { tokens.clone() };
    match syn::parse2::<Expr>(tokens) {
        Ok(Expr::Range(ExprRange { start: None, end: None, .. })) => {
            errors.push(
                blame,
                format!("`{word}(..)` allows everything"),
                format!("write a bound, as in `{word}(0..=100)`"),
            );
            None
        }
        Ok(range @ Expr::Range(_)) => {
            if Bounds::of(&range).is_some_and(|bounds| bounds.is_empty()) {
                errors.push(&range, "no number is in this range", "write the smaller bound first");
                return None;
            }
            Some((key.clone(), range))
        }
        _ => {
            errors.push(blame, format!("`{word}` takes a range"), format!("write `{word}(0..=100)`"));
            None
        }
    }
}

/// Blames a default that is outside its range, as far as both can be read here.
pub(crate) fn check_default(range: &Expr, default: &Expr, errors: &mut Errors) {
    let Some((bounds, number)) = Bounds::of(range).zip(integer(default)) else {
        return;
    };
    if !bounds.contains(number) {
        errors.push(
            default,
            "the default is not in the range",
            "the schema would contradict itself: mend one of the two",
        );
    }
}

/// A range of integer literals.
struct Bounds {
    least: Option<i128>,
    most: Option<i128>,
}

impl Bounds {
    fn of(range: &Expr) -> Option<Self> {
        let Expr::Range(range) = range else {
            return None;
        };
        let bound = |end: &Option<Box<Expr>>| match end {
            None => Some(None),
            Some(end) => integer(end).map(Some),
        };
        let most = bound(&range.end)?;
        Some(Self {
            least: bound(&range.start)?,
            most: match range.limits {
                RangeLimits::HalfOpen(_) => most.map(|most| most - 1),
                RangeLimits::Closed(_) => most,
            },
        })
    }

    fn is_empty(&self) -> bool {
        matches!((self.least, self.most), (Some(least), Some(most)) if least > most)
    }

    fn contains(&self, number: i128) -> bool {
        self.least.is_none_or(|least| least <= number) && self.most.is_none_or(|most| number <= most)
    }
}

/// An integer literal, perhaps with a minus.
fn integer(value: &Expr) -> Option<i128> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => integer(expr).map(|number| -number),
        _ => None,
    }
}
