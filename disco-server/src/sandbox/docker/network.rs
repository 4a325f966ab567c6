//! The network of one command: a socket on the loopback of its container, behind which the server answers.
//!
//! The container has no other interface. A thread of ours enters its network namespace, listens there, and ends; the
//! socket stays one of that namespace. Nothing of the container is run for it, and it has no part in it.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsFd;

use rustix::thread::{CapabilitySet, LinkNameSpaceType, move_into_link_name_space};
use tokio::sync::oneshot;

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::network::PORT;

/// Whether this process may enter namespaces at all.
pub(super) fn may_enter() -> bool {
    rustix::thread::capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::SYS_ADMIN))
}

/// Listens in the container whose process 1 has this number for the engine.
pub(super) async fn listen(container: &str, pid: Option<i64>) -> Result<TcpListener> {
    let namespace = namespace(container, pid).map_err(|error| unavailable(&error.to_string()))?;
    let (tell, told) = oneshot::channel();
    let enter_and_listen = move || {
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, PORT))
    };
    // A thread of its own, which is thrown away: it does not come back from there.
    std::thread::Builder::new()
        .name("container network".to_owned())
        .spawn(move || tell.send(enter_and_listen()).ok())
        .map_err(|error| Error::from_io("start a thread", &error))?;
    let listener = told.await.map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?;
    listener.map_err(|error| unavailable(&error.to_string()))
}

/// The network namespace of the container. Where the engine counts other processes than this machine does, the number
/// is somebody else's, whose cgroups do not have the container's name; so it is looked at behind the opening.
fn namespace(container: &str, pid: Option<i64>) -> io::Result<File> {
    let unseen = || io::Error::other("its processes are not to be seen from here");
    let pid = pid.filter(|pid| *pid > 1).ok_or_else(unseen)?;
    let namespace = File::open(format!("/proc/{pid}/ns/net")).map_err(|_| unseen())?;
    let cgroups = std::fs::read_to_string(format!("/proc/{pid}/cgroup"))?;
    if cgroups.contains(container) { Ok(namespace) } else { Err(unseen()) }
}

/// No network that the rules hold for, no command.
pub(super) fn unavailable(why: &str) -> Error {
    Error::new(
        ErrorCode::SandboxUnavailable,
        format!("the container can be given no network, so nothing was run: {why}"),
    )
    .suggest("use a sandbox of the backend `local`, or run the server as root beside an engine of root")
}
