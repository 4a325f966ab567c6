//! Which of two templates is meant when a URI fits both.

use std::cmp::Reverse;

use super::Template;
use super::matching::room;
use super::operator::{Operator, Room};
use super::parse::Part;

/// How much a template says of its URIs: of two that fit, the greater is meant.
///
/// The one that spells out more bytes; else the one of which fewer expressions reach over several
/// segments; else the one of which fewer may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    spelled: usize,
    wide: Reverse<usize>,
    optional: Reverse<usize>,
}

impl Rank {
    /// That of a URI without variables: nothing says more.
    pub(in super::super) const FIXED: Self =
        Self { spelled: usize::MAX, wide: Reverse(0), optional: Reverse(0) };
}

pub(super) fn rank(template: &Template) -> Rank {
    let mut rank = Rank { spelled: 0, wide: Reverse(0), optional: Reverse(0) };
    for part in &template.parts {
        match part {
            Part::Text(text) => rank.spelled += text.len(),
            Part::Expression(operator, specs) => {
                let is_wide = matches!(room(*operator, specs), Room::Segments | Room::Anything);
                rank.wide.0 += usize::from(is_wide);
                rank.optional.0 += usize::from(operator.first().is_some() || *operator == Operator::Reserved);
            }
        }
    }
    rank
}
