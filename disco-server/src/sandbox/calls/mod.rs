//! The system calls that commands may make, whatever isolates them: what is listed is allowed, everything else is "not
//! implemented".
//!
//! `ENOSYS` rather than `EPERM`, because programs and C libraries then fall back to an older call, as they do
//! on an older kernel. What is not listed, and why, stands in the sandbox's README.

mod bounded;
mod lists;

use std::collections::BTreeMap;

use libc::c_long;

/// A system call of this processor, by the name of its number and by the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Call {
    name: &'static str,
    pub(super) number: c_long,
}

/// One way in which a call is allowed.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    /// All tests hold.
    All(Vec<Test>),
    /// The lower half of an argument is neither of two values.
    Neither { argument: u8, values: [u64; 2] },
}

/// Some bits of an argument have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) argument: u8,
    pub(super) mask: u64,
    pub(super) value: u64,
}

impl Call {
    /// As manuals write it.
    pub(super) fn name(self) -> &'static str {
        self.name.trim_start_matches("SYS_")
    }
}

impl Test {
    fn equal(argument: u8, value: u64) -> Self {
        Self { argument, mask: u64::from(u32::MAX), value }
    }

    fn without(argument: u8, bits: u64) -> Self {
        Self { argument, mask: bits, value: 0 }
    }
}

/// All calls that are allowed, each by any of its rules, or always if it has none.
pub(super) fn allowed() -> BTreeMap<Call, Vec<Rule>> {
    let always = lists::ALLOWED.iter().copied().flatten().map(|call| (*call, Vec::new()));
    always.chain(bounded::rules()).collect()
}
