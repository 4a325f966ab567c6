//! The fuzz targets for a moment, on stable: every file of their corpus, and what a few changes make of it.
//! The changes are the same in every run.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

#[expect(unreachable_pub, reason = "it is the library of a package of its own")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

/// How many changed inputs each target gets.
const CHANGED: usize = 1000;
/// No input grows longer.
const LONGEST: usize = 4096;

#[test]
fn every_target_takes_its_corpus_and_what_changes_make_of_it() {
    for (name, target) in targets::ALL {
        let corpus = corpus(name);
        assert!(corpus.len() >= 4, "only {} files for {name}", corpus.len());
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
        for input in &corpus {
            try_one(name, target, input);
        }
        for _ in 0..CHANGED {
            try_one(name, target, &changed(&corpus, &mut chance));
        }
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

fn try_one(name: &str, target: targets::Target, input: &[u8]) {
    let is_fine = catch_unwind(|| target(input)).is_ok();
    assert!(is_fine, "{name} does not take {:?}", String::from_utf8_lossy(input));
}

/// Numbers that look like chance and are the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }
}

/// One file, or the beginning of one with the end of another, with up to eight changes.
fn changed(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    const SPECIAL: &[u8] = b"\0\n\r\t \"\\{}[]:,-./%=?&#+\x7f\x80\xc3\xff019azAZ";
    let mut input = corpus[chance.below(corpus.len())].clone();
    if chance.below(4) == 0 {
        let other = &corpus[chance.below(corpus.len())];
        input.truncate(chance.below(input.len() + 1));
        input.extend_from_slice(&other[chance.below(other.len() + 1)..]);
    }
    for _ in 0..chance.below(9) {
        let at = chance.below(input.len() + 1);
        let byte = SPECIAL[chance.below(SPECIAL.len())];
        match chance.below(6) {
            0 => input.insert(at, byte),
            1 if at < input.len() => input[at] = byte,
            2 if at < input.len() => input[at] ^= 1 << chance.below(8),
            3 if at < input.len() => {
                input.remove(at);
            }
            4 => input.truncate(at),
            _ => {
                let part = input[at..input.len().min(at + chance.below(32))].to_vec();
                input.splice(at..at, part);
            }
        }
    }
    input.truncate(LONGEST);
    input
}
