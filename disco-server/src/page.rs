//! How much of a long list one answer shows.

use serde::Serialize;

/// How many bytes of a list one answer has at most.
pub(crate) const BYTES: usize = 20_000;

/// How many of the first items fit into an answer; one at least, if there is one.
pub(crate) fn fitting<T: Serialize>(items: &[T]) -> usize {
    let mut bytes = 0;
    let fits = |item: &&T| {
        bytes += serde_json::to_string(item).map_or(0, |text| text.len() + 1);
        bytes <= BYTES
    };
    items.iter().take_while(fits).count().max(1).min(items.len())
}

/// What a statement is given for the number to read on before, and for how many rows at most.
pub(crate) fn window(before: Option<u64>, most: usize) -> [i64; 2] {
    let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
    [before.map_or(i64::MAX, number), i64::try_from(most).unwrap_or(i64::MAX)]
}

/// One page of items with their numbers: as many as fit and are wanted, and the number of the last one if there are more.
pub(crate) fn page<T: Serialize>(numbered: Vec<(u64, T)>, limit: usize) -> (Vec<T>, Option<u64>) {
    let (numbers, mut items): (Vec<u64>, Vec<T>) = numbered.into_iter().unzip();
    let shown = fitting(&items).min(limit);
    let next_before = (shown < items.len()).then(|| numbers[shown - 1]);
    items.truncate(shown);
    (items, next_before)
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

    #[test]
    fn a_page_tells_where_the_next_begins() {
        let items = || vec![(9, "c"), (5, "b"), (2, "a")];
        assert_eq!(page(items(), 2), (vec!["c", "b"], Some(5)));
        assert_eq!(page(items(), 3), (vec!["c", "b", "a"], None));
        let long = (0..5).map(|number| (number, "x".repeat(9_000))).collect();
        assert_eq!(page(long, 4).1, Some(1));
    }
}
