//! Whether some URI fits two templates: both are walked at the same time, byte by byte.

use std::collections::{HashMap, VecDeque};

use super::Template;
use super::matching::room;
use super::operator::{Operator, Room};
use super::parse::Part;

/// One step of a walk.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// This byte.
    Byte(u8),
    /// Any byte of these.
    One(Room),
    /// Any number of bytes of these.
    Many(Room),
    /// This byte and the step behind it, or neither.
    Perhaps(u8),
}

/// A byte that two steps can both take.
#[derive(Clone, Copy)]
enum Bytes {
    Exactly(u8),
    Of(Room),
}

impl Bytes {
    fn common(self, other: Self) -> Option<u8> {
        match (self, other) {
            (Self::Exactly(one), Self::Exactly(other)) => (one == other).then_some(one),
            (Self::Exactly(byte), Self::Of(room)) | (Self::Of(room), Self::Exactly(byte)) => {
                room.has(byte).then_some(byte)
            }
            (Self::Of(_), Self::Of(_)) => Some(b'x'),
        }
    }
}

/// Where both walks stand.
type Place = (usize, usize);

/// From which place and by which byte each place was reached first; from nowhere where both begin.
type Ways = HashMap<Place, Option<(Place, u8)>>;

/// The shortest URI that fits both.
pub(super) fn common_uri(one: &Template, other: &Template) -> Option<String> {
    let (one, other) = (steps(one), steps(other));
    let mut came_from = Ways::new();
    let mut queue = VecDeque::new();
    for place in pairs(&reached(&one, 0), &reached(&other, 0)) {
        came_from.insert(place, None);
        queue.push_back(place);
    }
    while let Some(place) = queue.pop_front() {
        if place == (one.len(), other.len()) {
            return Some(spelled(place, &came_from));
        }
        let (Some((mine, my_next)), Some((theirs, their_next))) =
            (taken(&one, place.0), taken(&other, place.1))
        else {
            continue;
        };
        let Some(byte) = mine.common(theirs) else {
            continue;
        };
        for next in pairs(&reached(&one, my_next), &reached(&other, their_next)) {
            came_from.entry(next).or_insert_with(|| {
                queue.push_back(next);
                Some((place, byte))
            });
        }
    }
    None
}

fn steps(template: &Template) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => steps.extend(text.bytes().map(Step::Byte)),
            Part::Expression(operator, specs) => {
                let room = room(*operator, specs);
                if let Some(first) = operator.first() {
                    steps.extend([Step::Perhaps(first as u8), Step::Many(room)]);
                    continue;
                }
                steps.extend((*operator == Operator::Simple).then_some(Step::One(room)));
                steps.push(Step::Many(room));
                for _ in 1..specs.len() {
                    steps.extend([Step::Byte(b','), Step::Many(room)]);
                }
            }
        }
    }
    steps
}

/// The byte that is taken at a place, and where it leads.
fn taken(steps: &[Step], at: usize) -> Option<(Bytes, usize)> {
    Some(match *steps.get(at)? {
        Step::Byte(byte) | Step::Perhaps(byte) => (Bytes::Exactly(byte), at + 1),
        Step::One(room) => (Bytes::Of(room), at + 1),
        Step::Many(room) => (Bytes::Of(room), at),
    })
}

/// All places that are reached from here without taking a byte, this one first.
fn reached(steps: &[Step], at: usize) -> Vec<usize> {
    let mut places = vec![at];
    let mut at = at;
    loop {
        at = match steps.get(at) {
            Some(Step::Many(_)) => at + 1,
            Some(Step::Perhaps(_)) => at + 2,
            _ => return places,
        };
        places.push(at);
    }
}

fn pairs(one: &[usize], other: &[usize]) -> Vec<Place> {
    one.iter().flat_map(|&one| other.iter().map(move |&other| (one, other))).collect()
}

/// The bytes on the way to a place.
fn spelled(mut place: Place, came_from: &Ways) -> String {
    let mut bytes = Vec::new();
    while let Some(Some((before, byte))) = came_from.get(&place) {
        bytes.push(*byte);
        place = *before;
    }
    bytes.reverse();
    String::from_utf8_lossy(&bytes).into_owned()
}
