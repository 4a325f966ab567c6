//! The zygote: the server's second run of the program, from which each launcher is forked. To load a program takes as long
//! as to build a sandbox; a fork of it is there in a fraction of that.
//!
//! It is told nothing of what launchers do, so no launcher can know of another.

use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::cmsg_space;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};
use rustix::process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions};

use super::super::hand_over::{self, Thing};
use super::super::spec::Report;
use super::{During, Step, syscall, tell};

/// What a launcher begins with.
pub(super) struct Begin {
    pub(super) control: UnixStream,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
}

/// Forks a launcher whenever the server asks for one. Returns in each of them, and with `None` when the server is gone.
pub(super) fn serve(server: &UnixStream) -> Step<Option<Begin>> {
    let mut launchers: Vec<OwnedFd> = Vec::new();
    loop {
        wait(server, &mut launchers)?;
        let Some(begin) = receive(server)? else { return Ok(None) };
        match syscall::fork() {
            Ok(None) => return Ok(Some(begin)),
            Ok(Some(child)) => launchers.extend(hand_over(child, &begin.control)),
            Err(error) => tell(&begin.control, &Report::Failed("fork".to_owned(), error.to_string())),
        }
    }
}

/// Until the server says something. Launchers that end meanwhile are forgotten.
fn wait(server: &UnixStream, launchers: &mut Vec<OwnedFd>) -> Step {
    loop {
        let ends = launchers.iter().map(|launcher| PollFd::new(launcher, PollFlags::IN));
        let mut fds: Vec<PollFd<'_>> = [PollFd::new(server, PollFlags::IN)].into_iter().chain(ends).collect();
        match poll(&mut fds, None) {
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error).during("wait for the server"),
            Ok(_) => {}
        }
        let is_asked = !fds[0].revents().is_empty();
        launchers.retain(|launcher| {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
            matches!(rustix::process::waitid(WaitId::PidFd(launcher.as_fd()), options), Ok(None))
        });
        if is_asked {
            return Ok(());
        }
    }
}

/// One byte, and with it what a launcher begins with; `None` when the server is gone.
fn receive(server: &UnixStream) -> Step<Option<Begin>> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(3))];
    let mut carried = RecvAncillaryBuffer::new(&mut space);
    let mut word = [0];
    let parts = &mut [IoSliceMut::new(&mut word)];
    rustix::net::recvmsg(server, parts, &mut carried, RecvFlags::CMSG_CLOEXEC).during("hear the server")?;
    let fds: Vec<OwnedFd> = carried
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(fds) => Some(fds),
            _ => None,
        })
        .flatten()
        .collect();
    let begin = |[control, stdout, stderr]: [OwnedFd; 3]| Begin { control: control.into(), stdout, stderr };
    Ok(<[OwnedFd; 3]>::try_from(fds).ok().map(begin))
}

/// Hands the new launcher to the server, and keeps hold of it until it ends. Nobody else waits for it, so its number is
/// its own until then.
fn hand_over(child: Pid, control: &UnixStream) -> Option<OwnedFd> {
    let held = rustix::process::pidfd_open(child, PidfdFlags::empty());
    match held {
        Ok(held) => {
            // That the server is gone is no news: the launcher sees it too.
            let _ = hand_over::send(control, Thing::Launcher, held.as_fd());
            Some(held)
        }
        Err(error) => {
            let _ = rustix::process::kill_process(child, Signal::KILL);
            let _ = rustix::process::waitpid(Some(child), WaitOptions::empty());
            tell(control, &Report::Failed("hold the launcher".to_owned(), error.to_string()));
            None
        }
    }
}
