//! Gives up every right that building the sandbox needed.

use rustix::process::{Resource, Rlimit};
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::super::spec::Spec;
use super::{During, Failed, Step, filter, landlock};

/// Limits, capabilities, Landlock and the filter of system calls, in this order: each needs the one before.
pub(super) fn confine(spec: &Spec) -> Step {
    limits(spec)?;
    capabilities()?;
    rustix::thread::set_no_new_privs(true).during("forbid new privileges")?;
    landlock::restrict()?;
    filter::install(!spec.memory_is_bounded)
}

fn limits(spec: &Spec) -> Step {
    for (resource, value) in [
        (Resource::Core, 0),
        (Resource::Data, spec.memory),
        (Resource::Fsize, spec.file_size),
        (Resource::Nproc, spec.processes),
        (Resource::Nofile, spec.open_files),
        (Resource::Memlock, 64 << 10),
        (Resource::Msgqueue, 800 << 10),
        (Resource::Nice, 0),
        (Resource::Rtprio, 0),
    ] {
        lower(resource, value).during("set limits")?;
    }
    Ok(())
}

/// Sets both limits, the hard one never above what it was.
fn lower(resource: Resource, value: u64) -> rustix::io::Result<()> {
    let hard = rustix::process::getrlimit(resource).maximum;
    let value = Some(hard.map_or(value, |hard| hard.min(value)));
    rustix::process::setrlimit(resource, Rlimit { current: value, maximum: value })
}

fn capabilities() -> Step {
    for number in 0..64 {
        let capability = CapabilitySet::from_bits_retain(1 << number);
        match rustix::thread::remove_capability_from_bounding_set(capability) {
            Ok(()) => {}
            // The first number that the kernel does not know.
            Err(rustix::io::Errno::INVAL) => break,
            Err(error) => return Err(error).during("drop capabilities"),
        }
    }
    rustix::thread::clear_ambient_capability_set().during("drop capabilities")?;
    let none = CapabilitySet::empty();
    rustix::thread::set_capabilities(
        None,
        CapabilitySets { effective: none, permitted: none, inheritable: none },
    )
    .during("drop capabilities")?;
    let left = rustix::thread::capabilities(None).during("look at the capabilities")?;
    if left.permitted.is_empty() && left.effective.is_empty() {
        return Ok(());
    }
    Err(Failed { step: "drop capabilities", error: std::io::Error::other("some are left") })
}
