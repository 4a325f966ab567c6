//! Who the command is: an unprivileged user of the host, seen inside as user 1000.

use std::fs::{File, write};
use std::io::Write;
use std::os::fd::OwnedFd;

use rustix::process::{DumpableBehavior, Gid, Pid, Signal, Uid, WaitOptions};
use rustix::thread::UnshareFlags;

use super::super::spec::HostUser;
use super::{During, Step, syscall};

/// The ids inside the sandbox.
pub(super) const INSIDE: u32 = 1000;

/// Turns the host's root into `user`, with no way back.
pub(super) fn become_unprivileged(user: HostUser) -> Step {
    assert!(user.uid != 0 && user.gid != 0, "a command never runs as the host's root");
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    rustix::thread::set_thread_groups(&[]).during("drop groups")?;
    rustix::thread::set_thread_res_gid(gid, gid, gid).during("change the group")?;
    rustix::thread::set_thread_res_uid(uid, uid, uid).during("change the user")?;
    // Changing the user made /proc/self root's, where the maps are to be written.
    rustix::process::set_dumpable_behavior(DumpableBehavior::Dumpable).during("own /proc/self")
}

/// Tells the new user namespace who is who: the one user, as 1000.
pub(super) fn map(user: HostUser) -> Step {
    write("/proc/self/setgroups", "deny").during("give up setgroups")?;
    write("/proc/self/uid_map", format!("{INSIDE} {} 1", user.uid)).during("map the user")?;
    write("/proc/self/gid_map", format!("{INSIDE} {} 1", user.gid)).during("map the group")
}

/// Makes a user namespace in which root is `user`: the glasses through which root's files look like `user`'s.
pub(super) fn root_seen_as(user: HostUser) -> Step<OwnedFd> {
    let (ready, done) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).during("make a pipe")?;
    match syscall::fork().during("fork")? {
        None => {
            drop(ready);
            if syscall::unshare(UnshareFlags::NEWUSER).is_ok() {
                let _ = File::from(done).write_all(b"1");
            }
            loop {
                std::thread::park();
            }
        }
        Some(child) => {
            drop(done);
            let namespace = namespace_of(child, user, ready);
            let _ = rustix::process::kill_process(child, Signal::KILL);
            let _ = rustix::process::waitpid(Some(child), WaitOptions::empty());
            namespace
        }
    }
}

fn namespace_of(child: Pid, user: HostUser, ready: OwnedFd) -> Step<OwnedFd> {
    let mut byte = [0];
    std::io::Read::read_exact(&mut File::from(ready), &mut byte).during("make a user namespace")?;
    let proc = format!("/proc/{}", child.as_raw_nonzero());
    write(format!("{proc}/uid_map"), format!("0 {} 1", user.uid)).during("map root")?;
    write(format!("{proc}/gid_map"), format!("0 {} 1", user.gid)).during("map root's group")?;
    Ok(File::open(format!("{proc}/ns/user")).during("open the user namespace")?.into())
}
