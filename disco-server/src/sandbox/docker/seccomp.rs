//! The filter of system calls, as a profile for the engine.

use std::path::Path;

use serde_json::{Value, json};

use super::engine::Engine;
use crate::error::{Error, Result};
use crate::sandbox::calls::{self, Call, Rule, Test};

/// Calls that programs try first and do without, if they hear that there are none. Engines that do not know
/// `defaultErrnoRet` would say that they are forbidden, and no program could start a thread.
const PROBED: [&str; 3] = ["clone3", "openat2", "io_uring_setup"];

/// The profile, as `--security-opt seccomp=` takes it.
fn profile() -> String {
    let syscalls: Vec<Value> =
        calls::allowed().into_iter().flat_map(|(call, rules)| entries(call, &rules)).collect();
    let not_implemented = libc::ENOSYS;
    let probed = json!({"names": PROBED, "action": "SCMP_ACT_ERRNO", "errnoRet": not_implemented});
    let syscalls: Vec<Value> = syscalls.into_iter().chain([probed]).collect();
    json!({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": not_implemented, "syscalls": syscalls})
        .to_string()
}

/// What an engine takes for it: Docker the profile itself, Podman the name of a file of this machine.
pub(super) fn for_engine(engine: &Engine, folder: &Path) -> Result<String> {
    if !engine.is_podman() {
        return Ok(profile());
    }
    let path = folder.join("seccomp.json");
    let failed = |error| Error::from_io(&format!("cannot write {}", path.display()), &error);
    // Another server may be reading it: it is whole at every moment.
    let new = folder.join(format!("seccomp-{}.json", std::process::id()));
    std::fs::write(&new, profile()).and_then(|()| std::fs::rename(&new, &path)).map_err(failed)?;
    Ok(path.to_string_lossy().into_owned())
}

/// One entry for each way in which the call is allowed.
fn entries(call: Call, rules: &[Rule]) -> Vec<Value> {
    let entry = |tests: &[Test]| {
        let tests: Vec<_> = tests.iter().map(test).collect();
        json!({"names": [call.name()], "action": "SCMP_ACT_ALLOW", "args": tests})
    };
    if rules.is_empty() {
        return vec![entry(&[])];
    }
    let ways = rules.iter().flat_map(|rule| match rule {
        Rule::All(tests) => vec![tests.clone()],
        Rule::Neither { argument, values } => neither(*argument, *values),
    });
    ways.map(|tests| entry(&tests)).collect()
}

fn test(test: &Test) -> Value {
    json!({"index": test.argument, "op": "SCMP_CMP_MASKED_EQ", "value": test.mask, "valueTwo": test.value})
}

/// An entry has one test for an argument, so that "neither of two" is told by what is left: a bit is other in which
/// both are the same, or none is and the rest is something else than either. Only the lower half counts, as for the
/// kernel.
fn neither(argument: u8, [one, other]: [u64; 2]) -> Vec<Vec<Test>> {
    let bits = || (0..32).map(|bit| 1_u64 << bit);
    let (same, differing) = (!(one ^ other), (one ^ other) & u64::from(u32::MAX));
    let flipped = bits().filter(|bit| same & bit != 0).map(|bit| (bit, !one & bit));
    let others = subsets(differing).filter(|part| ![one & differing, other & differing].contains(part));
    let whole = others.map(|part| (u64::from(u32::MAX), (one & same) | part));
    flipped.chain(whole).map(|(mask, value)| vec![Test { argument, mask, value }]).collect()
}

/// All numbers that have no other bits than these.
fn subsets(bits: u64) -> impl Iterator<Item = u64> {
    let mut next = Some(bits);
    std::iter::from_fn(move || {
        let part = next?;
        next = part.checked_sub(1).map(|less| less & bits);
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_of_two_values_is_let_through_and_all_others_are() {
        let values = [libc::TIOCSTI, libc::TIOCLINUX];
        let ways = neither(1, values);
        let passes =
            |value: u64| ways.iter().any(|way| way.iter().all(|test| value & test.mask == test.value));
        for value in values {
            // The kernel looks at the lower half alone.
            assert!(!passes(value) && !passes(value | 1 << 32), "{value:#x}");
        }
        assert!(
            (0..=0xFFFF).chain([u64::from(u32::MAX)]).all(|value| values.contains(&value) || passes(value))
        );
    }

    #[test]
    fn the_profile_allows_what_is_listed_and_nothing_else() {
        let profile: Value = serde_json::from_str(&profile()).expect("it is JSON");
        let names: Vec<_> =
            profile["syscalls"].as_array().into_iter().flatten().map(|one| &one["names"][0]).collect();
        assert!(names.contains(&&json!("execve")) && !names.contains(&&json!("ptrace")));
        assert_eq!(profile["defaultErrnoRet"], 38);
        let allowed = profile["syscalls"].as_array().into_iter().flatten();
        let allowed = allowed.filter(|one| one["action"] == "SCMP_ACT_ALLOW").map(|one| &one["names"][0]);
        assert!(allowed.into_iter().all(|name| PROBED.iter().all(|probed| name != probed)));
    }
}
