//! How far git is, from what it writes for people.

use crate::sandbox::{Chunk, Stream};

/// Where progress is told: percent, and what is being done.
pub type Tell<'a> = &'a (dyn Fn(f64, &str) + Send + Sync);

/// What git does one after the other, and the percent at which each is done.
const PHASES: [(&str, f64); 7] = [
    ("Enumerating objects", 2.0),
    ("Counting objects", 5.0),
    ("Compressing objects", 10.0),
    ("Receiving objects", 80.0),
    ("Writing objects", 85.0),
    ("Resolving deltas", 95.0),
    ("Updating files", 100.0),
];

/// Reads pieces of git's standard error; the percent only grow.
#[derive(Debug, Default)]
pub(super) struct Progress {
    rest: String,
    told: f64,
}

impl Progress {
    /// Takes a piece, and tells what is new in it.
    pub(super) fn read(&mut self, chunk: &Chunk, tell: Tell<'_>) {
        if chunk.stream != Stream::Stderr {
            return;
        }
        self.rest.push_str(&chunk.text);
        while let Some(end) = self.rest.find(['\r', '\n']) {
            let line: String = self.rest.drain(..=end).collect();
            if let Some((percent, phase)) = percent(&line).filter(|(percent, _)| *percent > self.told) {
                self.told = percent;
                tell(percent, phase);
            }
        }
        // A line without an end is none of git's.
        if self.rest.len() > 4096 {
            self.rest.clear();
        }
    }
}

/// The percent of the whole, and the phase.
fn percent(line: &str) -> Option<(f64, &'static str)> {
    let line = line.trim().trim_start_matches("remote: ");
    let at = PHASES.iter().position(|(phase, _)| line.starts_with(phase))?;
    let (phase, end) = PHASES[at];
    let start = if at == 0 { 0.0 } else { PHASES[at - 1].1 };
    let part: f64 =
        line[phase.len()..].trim_start_matches([':', ' ']).split('%').next()?.trim().parse().ok()?;
    Some((start + (end - start) * part.min(100.0) / 100.0, phase))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn percent_grow_over_all_that_git_does() {
        let told = Mutex::new(Vec::new());
        let tell = |percent: f64, phase: &str| told.lock().unwrap().push((percent, phase.to_owned()));
        let mut progress = Progress::default();
        for text in [
            "Cloning into 'x'...\nremote: Counting objects:  50% (1/2)\rremote: Counting obj",
            "ects: 100% (2/2), done.\nReceiving objects:  50% (5/10)\rReceiving objects:  10% (1/10)\r",
            "Resolving deltas: 100% (3/3), done.\n",
        ] {
            progress.read(&Chunk { stream: Stream::Stderr, text: text.to_owned() }, &tell);
        }
        let told = told.into_inner().unwrap();
        let percent: Vec<_> = told.iter().map(|(percent, _)| *percent).collect();
        assert_eq!(percent, [3.5, 5.0, 45.0, 95.0]);
        assert_eq!(told[2].1, "Receiving objects");
    }
}
