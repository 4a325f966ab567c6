//! A second wall around files, of another make: Landlock, where the kernel has it.
//!
//! It allows no more than the mounts do. It is there for the day when a fault in mounts or namespaces is found:
//! it also forbids every change of mounts, signals to the outside, and abstract Unix sockets of the outside.

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetError, Scope,
};

use super::{Failed, Step};

/// The newest set of rights this was written for; older kernels keep what they know of it.
const NEWEST: ABI = ABI::V6;

/// Restricts this process and all that it will start.
pub(super) fn restrict() -> Step {
    rules()
        .map_err(|error| Failed { step: "restrict files with Landlock", error: std::io::Error::other(error) })
}

fn rules() -> Result<(), RulesetError> {
    let all = AccessFs::from_all(NEWEST);
    let device = AccessFs::from_read(NEWEST) | AccessFs::WriteFile | AccessFs::IoctlDev | AccessFs::Truncate;
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .scope(Scope::AbstractUnixSocket | Scope::Signal)?
        .create()?;
    let rules = allow(rules, "/", AccessFs::from_read(NEWEST))?;
    let rules = allow(rules, "/dev", device)?;
    let rules =
        allow(rules, "/proc", AccessFs::from_read(NEWEST) | AccessFs::WriteFile | AccessFs::Truncate)?;
    let rules = ["/workspace", "/tmp", "/run", "/home/disco", "/dev/shm"]
        .into_iter()
        .try_fold(rules, |rules, path| allow(rules, path, all))?;
    rules.restrict_self()?;
    Ok(())
}

fn allow(
    rules: RulesetCreated,
    path: &str,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    match PathFd::new(path) {
        Ok(fd) => rules.add_rule(PathBeneath::new(fd, access)),
        Err(_) => Ok(rules),
    }
}
