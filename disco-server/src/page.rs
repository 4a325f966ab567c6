//! How much of a long list one answer shows.

use serde::Serialize;

/// How many bytes of a list one answer has at most.
pub(crate) const BYTES: usize = 20_000;

/// How many of the first items fit into an answer; one at least, if there is one.
pub(crate) fn fitting<T: Serialize>(items: &[T]) -> usize {
    fitting_in(items, BYTES)
}

/// The same for an answer that has something else beside the list.
pub(crate) fn fitting_in<T: Serialize>(items: &[T], most: usize) -> usize {
    let mut bytes = 0;
    let fits = |item: &&T| {
        bytes += serde_json::to_string(item).map_or(0, |text| text.len() + 1);
        bytes <= most
    };
    items.iter().take_while(fits).count().max(1).min(items.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_shown_as_fit_but_one_at_least() {
        assert_eq!(fitting::<u8>(&[]), 0);
        assert_eq!(fitting(&["x".repeat(30_000)]), 1);
        assert_eq!(fitting(&vec!["x".repeat(9_000); 5]), 2);
        assert_eq!(fitting(&[1, 2, 3]), 3);
    }
}
