//! "Did you mean": the known word that is spelled most like an unknown one.

/// The nearest of `known`, if it is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, mut known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    among(word, &mut known)
}

/// There is one of it, whatever the words are taken from.
#[cold]
fn among<'a>(word: &str, known: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    // What is this long is no slip, and comparing it would take long.
    const LONGEST: usize = 100;
    if word.len() > LONGEST {
        return None;
    }
    let near_enough = word.chars().count() / 3 + 1;
    known
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= near_enough)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_corrected_and_a_stranger_is_not() {
        let known = ["file_read", "file_write", "git_status"];
        assert_eq!(nearest("file_raed", known.into_iter()), Some("file_read"));
        assert_eq!(nearest("weather", known.into_iter()), None);
    }
}
