//! How far two words are apart. A macro crate is built before all that uses it, so it has this of its own
//! rather than a crate for it.

/// How many slips lie between two words: a letter too many, one missing, another one, or two swapped.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut slips = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            slips[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let kept = slips[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                let fewest = kept.min(slips[i - 1][j] + 1).min(slips[i][j - 1] + 1);
                let is_swap = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                if is_swap { fewest.min(slips[i - 2][j - 2] + 1) } else { fewest }
            };
        }
    }
    slips[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn every_kind_of_slip_counts_as_one() {
        for slip in ["title", "titl", "titlee", "titel", "tixle"] {
            assert_eq!(distance("title", slip), usize::from(slip != "title"), "{slip}");
        }
        assert_eq!(distance("", "name"), 4);
        assert_eq!(distance("colour", "name"), 6);
        assert_eq!(distance("größe", "groesse"), 4);
    }
}
