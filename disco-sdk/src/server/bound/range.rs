//! Bounds of numbers: `#[arg(range(0..=100))]`.

use std::fmt;
use std::ops::{Bound as End, RangeBounds};

use serde_json::{Map, Value};

use super::Bound;

/// A number that can have bounds.
pub trait Number: Copy + PartialOrd + fmt::Display + Into<Json> + Send + Sync + 'static {
    /// The largest below this one, where there is one.
    #[doc(hidden)]
    fn below(self) -> Option<Self>;
}

/// A number as JSON.
#[doc(hidden)]
#[derive(Debug)]
pub struct Json(Value);

/// A parameter that can have bounds: a number, or an optional one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no range",
    label = "not a number",
    note = "`range` bounds integers, floats, and `Option`s of them"
)]
pub trait Ranged {
    /// The number in it.
    type Number: Number;

    /// The number, if there is one.
    fn number(&self) -> Option<Self::Number>;
}

#[diagnostic::do_not_recommend]
impl<N: Ranged> Ranged for Option<N> {
    type Number = N::Number;

    fn number(&self) -> Option<N::Number> {
        self.as_ref().and_then(Ranged::number)
    }
}

macro_rules! numbers {
    ($($number:ident: $below:expr;)+) => {
        $(
            impl Number for $number {
                fn below(self) -> Option<Self> {
                    let below: fn(Self) -> Option<Self> = $below;
                    below(self)
                }
            }

            #[diagnostic::do_not_recommend]
            impl Ranged for $number {
                type Number = Self;

                fn number(&self) -> Option<Self> {
                    Some(*self)
                }
            }

            impl From<$number> for Json {
                fn from(number: $number) -> Self {
                    Self(number.into())
                }
            }
        )+
    };
}

numbers! {
    i8: |number| number.checked_sub(1);
    i16: |number| number.checked_sub(1);
    i32: |number| number.checked_sub(1);
    i64: |number| number.checked_sub(1);
    isize: |number| number.checked_sub(1);
    u8: |number| number.checked_sub(1);
    u16: |number| number.checked_sub(1);
    u32: |number| number.checked_sub(1);
    u64: |number| number.checked_sub(1);
    usize: |number| number.checked_sub(1);
    f32: |_| None;
    f64: |_| None;
}

impl<T: Ranged> Bound<T> {
    /// A number in `range`.
    pub(crate) fn range(range: &impl RangeBounds<T::Number>) -> Self {
        let bounds = (range.start_bound().cloned(), range.end_bound().cloned());
        Self {
            allows: Box::new(move |value| value.number().is_none_or(|number| bounds.contains(&number))),
            words: format!("a number {}", words(bounds)),
            schema: schema(bounds),
        }
    }
}

fn schema<N: Number>((start, end): (End<N>, End<N>)) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut put = |key: &str, number: N| schema.insert(key.to_owned(), number.into().0);
    match start {
        End::Included(least) => _ = put("minimum", least),
        End::Excluded(least) => _ = put("exclusiveMinimum", least),
        End::Unbounded => {}
    }
    match end {
        End::Included(most) => _ = put("maximum", most),
        // Some clients do not know `exclusiveMaximum`; an integer can do without.
        End::Excluded(most) => match most.below() {
            Some(most) => _ = put("maximum", most),
            None => _ = put("exclusiveMaximum", most),
        },
        End::Unbounded => {}
    }
    schema
}

fn words<N: Number>((start, end): (End<N>, End<N>)) -> String {
    let start = match start {
        End::Included(least) => format!("from {least}"),
        End::Excluded(least) => format!("above {least}"),
        End::Unbounded => String::new(),
    };
    let end = match end {
        End::Included(most) => format!("to {most}"),
        End::Excluded(most) => format!("below {most}"),
        End::Unbounded => String::new(),
    };
    format!("{start} {end}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_integer_range_says_its_least_and_its_most() {
        let range = Bound::<i64>::range(&(0..100));
        assert!(range.allows(&0) && range.allows(&99) && !range.allows(&100));
        let mut schema = Map::new();
        range.describe(&mut schema);
        assert_eq!(Value::Object(schema), json!({"minimum": 0, "maximum": 99}));
        assert_eq!(range.words(), "a number from 0 below 100");
    }

    #[test]
    fn an_absent_number_is_in_every_range() {
        let range = Bound::<Option<f64>>::range(&(0.0..=1.0));
        assert!(range.allows(&None) && range.allows(&Some(0.5)) && !range.allows(&Some(2.0)));
    }
}
