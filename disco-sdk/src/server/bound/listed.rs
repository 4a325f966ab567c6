//! Values of a list: `one_of("red", "green")`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Bound;

/// A parameter whose values can be listed: a text, an integer or a character, or an optional one.
#[diagnostic::on_unimplemented(
    message = "the values of `{Self}` cannot be listed",
    label = "neither a text nor an integer",
    note = "`one_of` lists texts, integers and characters, and `Option`s of them; for others write an enum"
)]
pub trait Listed {
    /// What is listed.
    type Item: PartialEq + Serialize + Send + Sync + 'static;

    /// The value, if there is one.
    fn item(&self) -> Option<&Self::Item>;
}

#[diagnostic::do_not_recommend]
impl<T: Listed> Listed for Option<T> {
    type Item = T::Item;

    fn item(&self) -> Option<&T::Item> {
        self.as_ref().and_then(Listed::item)
    }
}

macro_rules! listed {
    ($($item:ty)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Listed for $item {
                type Item = Self;

                fn item(&self) -> Option<&Self> {
                    Some(self)
                }
            }
        )+
    };
}

listed! { String char i8 i16 i32 i64 isize u8 u16 u32 u64 usize }

impl<T: Listed> Bound<T> {
    /// One of these.
    pub(crate) fn one_of(items: Vec<T::Item>) -> Self {
        let values: Vec<Value> = items.iter().filter_map(|item| serde_json::to_value(item).ok()).collect();
        let words: Vec<String> = values.iter().map(Value::to_string).collect();
        Self {
            allows: Box::new(move |value| value.item().is_none_or(|item| items.contains(item))),
            words: format!("one of {}", words.join(", ")),
            schema: Map::from_iter([("enum".to_owned(), values.into())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_in_every_list() {
        let bound = Bound::<Option<u8>>::one_of(vec![1, 3]);
        assert!(bound.allows(&None) && bound.allows(&Some(3)) && !bound.allows(&Some(2)));
        assert_eq!(bound.words(), "one of 1, 3");
    }
}
