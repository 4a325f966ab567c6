//! Tells what in a text is most like a piece that is not in it.

/// Files with more lines are not compared: the answer would take too long.
const MAX_LINES: usize = 20_000;
/// How many lines of the similar place are shown.
const SHOWN: usize = 12;

/// A suggestion for the caller who looked for `wanted` in `text` in vain.
pub(super) fn near_miss(text: &str, wanted: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let wanted: Vec<&str> = wanted.lines().collect();
    if lines.len() > MAX_LINES || wanted.is_empty() {
        return "read the file again and copy the text from it".to_owned();
    }
    let Some((at, score)) = best(&lines, &wanted) else {
        return "nothing in the file is like it: read the file again".to_owned();
    };
    let end = (at + wanted.len()).min(lines.len());
    let place = if end == at + 1 { format!("line {end}") } else { format!("lines {} to {end}", at + 1) };
    let shown: Vec<&str> = lines[at..end].iter().copied().take(SHOWN).collect();
    let shown = shown.join("\n");
    if score >= 1.0 {
        return format!("{place} differ only in spaces, tabs or line ends; copy the text exactly:\n{shown}");
    }
    format!("most like it is {place}; copy the text exactly:\n{shown}")
}

/// The window that is most like `wanted`: where it begins, and how like, from 0 to 1.
fn best(lines: &[&str], wanted: &[&str]) -> Option<(usize, f64)> {
    let last = lines.len().saturating_sub(wanted.len());
    let windows = (0..=last).map(|at| (at, likeness(&lines[at..], wanted)));
    let (at, score) = windows.max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)))?;
    (score > 0.4 && !lines.is_empty()).then_some((at, score))
}

/// The mean likeness of the lines. The first line decides first, so that most windows cost one comparison.
fn likeness(lines: &[&str], wanted: &[&str]) -> f64 {
    let mut sum = 0.0;
    for (index, wanted_line) in wanted.iter().enumerate() {
        let line = lines.get(index).map_or(0.0, |line| line_likeness(line.trim(), wanted_line.trim()));
        if index == 0 && line < 0.3 && wanted.len() < 3 {
            return 0.0;
        }
        sum += line;
    }
    #[expect(clippy::cast_precision_loss, reason = "there are few lines")]
    let count = wanted.len() as f64;
    sum / count
}

fn line_likeness(line: &str, wanted: &str) -> f64 {
    if line == wanted {
        return 1.0;
    }
    let (shorter, longer) = (line.len().min(wanted.len()), line.len().max(wanted.len()));
    if shorter * 2 < longer || longer > 400 {
        return 0.0;
    }
    // Never 1: that is kept for lines that are equal but for spaces at the ends.
    strsim::normalized_levenshtein(line, wanted).min(0.99)
}
