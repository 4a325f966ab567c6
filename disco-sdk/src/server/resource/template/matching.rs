//! From a URI to its variables: the reverse of what RFC 6570 says of expansion.
//!
//! First it is settled which stretch of the URI each expression has, then each stretch is read by itself.

use std::ops::Range;

use super::Template;
use super::escape;
use super::operator::{Operator, Room};
use super::parse::{Modifier, Part, Spec};
use super::variables::{Found, Variables};

/// The variables of `uri`; `None` if it does not fit.
pub(super) fn variables(template: &Template, uri: &str) -> Option<Variables> {
    let mut variables = Variables::default();
    for (operator, specs, range) in stretches(&template.parts, uri.as_bytes())? {
        expression(operator, specs, uri.get(range)?, &mut variables)?;
    }
    Some(variables)
}

/// An expression, and where it stands.
type Stretch<'t> = (Operator, &'t [Spec], Range<usize>);

/// Where in the URI the expressions stand, the first one first.
///
/// Goes part by part, keeping for every place whether the parts so far can end there and where the
/// last one began then; so its time is bounded whatever the URI. Of two ways the one is taken in which
/// the later expression is longer.
fn stretches<'t>(parts: &'t [Part], uri: &[u8]) -> Option<Vec<Stretch<'t>>> {
    let mut ends = vec![None; uri.len() + 1];
    ends[0] = Some(0);
    let mut steps = Vec::with_capacity(parts.len());
    for part in parts {
        let begins = ends;
        ends = match part {
            Part::Text(text) => after_text(&begins, uri, text.as_bytes()),
            Part::Expression(operator, specs) => after_expression(&begins, uri, *operator, specs),
        };
        steps.push(ends.clone());
    }
    let mut end = uri.len();
    let mut found = Vec::new();
    for (part, ends) in parts.iter().zip(&steps).rev() {
        let begin = ends[end]?;
        if let Part::Expression(operator, specs) = part {
            found.push((*operator, specs.as_slice(), begin..end));
        }
        end = begin;
    }
    found.reverse();
    (end == 0).then_some(found)
}

/// For every place where the text can end, the place where it began.
fn after_text(begins: &[Option<usize>], uri: &[u8], text: &[u8]) -> Vec<Option<usize>> {
    let mut ends = vec![None; begins.len()];
    for (begin, _) in begins.iter().enumerate().filter(|(_, can)| can.is_some()) {
        if uri[begin..].starts_with(text) {
            ends[begin + text.len()] = Some(begin);
        }
    }
    ends
}

/// The same for an expression: it begins as early as it can.
fn after_expression(
    begins: &[Option<usize>],
    uri: &[u8],
    operator: Operator,
    specs: &[Spec],
) -> Vec<Option<usize>> {
    let (room, first) = (room(operator, specs), operator.first().map(|first| first as u8));
    let may_be_empty = operator != Operator::Simple;
    let mut ends = vec![None; begins.len()];
    let mut begun = None;
    for place in 0..begins.len() {
        let can_begin = begins[place].is_some();
        if !escape::is_inside(uri, place) {
            ends[place] = begun.or_else(|| (may_be_empty && can_begin).then_some(place));
        }
        let Some(&byte) = uri.get(place) else {
            break;
        };
        begun = match first {
            None => begun.or_else(|| can_begin.then_some(place)).filter(|_| room.has(byte)),
            Some(first) => {
                begun.filter(|_| room.has(byte)).or_else(|| (can_begin && byte == first).then_some(place))
            }
        };
    }
    ends
}

/// Which characters the expression may have.
pub(super) fn room(operator: Operator, specs: &[Spec]) -> Room {
    operator.room(specs.len() > 1 || specs.iter().any(Spec::is_exploded))
}

/// Reads the stretch of one expression.
fn expression(operator: Operator, specs: &[Spec], stretch: &str, variables: &mut Variables) -> Option<()> {
    let text = match operator.first() {
        None => stretch,
        Some(first) => match stretch.strip_prefix(first) {
            Some(text) => text,
            None => return Some(()),
        },
    };
    if operator.is_named() {
        return named(operator, specs, text, variables);
    }
    let is_no_list = text.is_empty() && operator.first().is_none() && specs[0].is_exploded();
    if is_no_list { Some(()) } else { by_place(operator, specs, text, variables) }
}

/// Variables that are told by their places. Those that are missing are the last. An exploded one has
/// what the others leave; without one, the last has the rest, but never two segments of a path.
fn by_place(operator: Operator, specs: &[Spec], text: &str, variables: &mut Variables) -> Option<()> {
    let separator = operator.separator();
    let pieces: Vec<&str> = text.split(separator).collect();
    let mut left = pieces.as_slice();
    for (index, spec) in specs.iter().enumerate() {
        let behind = &specs[index + 1..];
        let wanted = behind.iter().filter(|spec| !spec.is_exploded()).count();
        let count = if spec.is_exploded() {
            left.len().saturating_sub(wanted)
        } else if behind.is_empty() && operator != Operator::Path {
            left.len()
        } else {
            left.len().min(1)
        };
        let (taken, rest) = left.split_at(count);
        left = rest;
        match taken {
            [] if operator.first().is_none() => return None,
            [] => continue,
            _ => {}
        }
        let found = if spec.is_exploded() {
            Found::Many(taken.iter().map(|piece| (None, (*piece).to_owned())).collect())
        } else {
            Found::One(taken.join(separator.encode_utf8(&mut [0; 4])))
        };
        add(spec, found, variables)?;
    }
    left.is_empty().then_some(())
}

/// Variables that are told by their names, in any order. What has the name of none belongs to the
/// first that is exploded.
fn named(operator: Operator, specs: &[Spec], text: &str, variables: &mut Variables) -> Option<()> {
    let mut found: Vec<Option<Found>> = vec![None; specs.len()];
    for piece in text.split(operator.separator()).filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        // In queries of forms a blank is a plus.
        let plain = |text: &str| match operator {
            Operator::Parameter => text.to_owned(),
            _ => text.replace('+', "%20"),
        };
        let decoded = escape::decode(&plain(name))?;
        let own = specs.iter().position(|spec| spec.name == name || spec.name == decoded);
        let at = own.or_else(|| specs.iter().position(Spec::is_exploded))?;
        let value = plain(value);
        match &mut found[at] {
            Some(Found::Many(items)) => items.push((Some(decoded), value)),
            Some(Found::One(_)) => return None,
            empty if specs[at].is_exploded() => *empty = Some(Found::Many(vec![(Some(decoded), value)])),
            empty => *empty = Some(Found::One(value)),
        }
    }
    for (spec, found) in specs.iter().zip(found) {
        if let Some(found) = found {
            add(spec, found, variables)?;
        }
    }
    Some(())
}

fn add(spec: &Spec, found: Found, variables: &mut Variables) -> Option<()> {
    let most = match spec.modifier {
        Modifier::Prefix(most) => Some(most),
        Modifier::None | Modifier::Explode => None,
    };
    variables.add(&spec.name, most, found)
}
