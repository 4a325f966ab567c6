//! The filter of system calls, as a program for the kernel.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition,
    SeccompFilter, SeccompRule,
};

use super::{Failed, Step};
use crate::sandbox::calls::{self, Rule, Test};

/// Installs the filter for this process and all that it will start. It cannot be taken off.
///
/// Where no cgroup bounds memory (`is_watched`), memory that belongs to no process is not to be had.
pub(super) fn install(is_watched: bool) -> Step {
    let failed = |error: String| Failed { step: "filter system calls", error: std::io::Error::other(error) };
    let program = compile(is_watched).map_err(|error| failed(error.to_string()))?;
    seccompiler::apply_filter(&program).map_err(|error| failed(error.to_string()))
}

fn compile(is_watched: bool) -> Result<BpfProgram, BackendError> {
    let mut rules = BTreeMap::new();
    for (call, ways) in calls::allowed() {
        rules.insert(call.number, ways.iter().map(rule).collect::<Result<Vec<_>, _>>()?);
    }
    if is_watched {
        rules.remove(&libc::SYS_memfd_create);
        rules.remove(&libc::SYS_shmget);
    }
    SeccompFilter::new(
        rules,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

fn rule(way: &Rule) -> Result<SeccompRule, BackendError> {
    let conditions = match way {
        Rule::All(tests) => tests.iter().map(condition).collect::<Result<Vec<_>, _>>()?,
        Rule::Neither { argument, values } => {
            let differs = |value: &u64| SeccompCondition::new(*argument, Len::Dword, Op::Ne, *value);
            values.iter().map(differs).collect::<Result<Vec<_>, _>>()?
        }
    };
    SeccompRule::new(conditions)
}

fn condition(test: &Test) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(test.argument, Len::Dword, Op::MaskedEq(test.mask), test.value)
}
