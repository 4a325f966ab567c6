//! The sandbox's only network: its own loopback, so that a program can talk to a server that it started, and
//! on it, if the sandbox has any network, a socket behind which the server answers.

use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::super::hand_over::{self, Thing};
use super::{During, Step};

const RTM_NEWLINK: u16 = 16;
const NLMSG_ERROR: u16 = 2;
const NLM_F_REQUEST_ACK: u16 = 1 | 4;
const IFF_UP: u32 = 1;
/// The kernel gives the loopback of every network namespace this index.
const LOOPBACK: i32 = 1;

/// Switches the loopback on.
pub(super) fn raise_loopback() -> Step {
    let socket =
        rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)
            .during("open netlink")?;
    let kernel = SocketAddrNetlink::new(0, 0);
    rustix::net::sendto(&socket, &request(), SendFlags::empty(), &kernel).during("raise the loopback")?;
    let mut answer = [0; 128];
    let (length, _) =
        rustix::net::recv(&socket, &mut answer[..], RecvFlags::empty()).during("raise the loopback")?;
    let answer = &answer[..length];
    if answer.len() < 20 || answer[4..6] != NLMSG_ERROR.to_ne_bytes() || answer[16..20] != [0; 4] {
        return Err(std::io::Error::other("the kernel refused")).during("raise the loopback");
    }
    Ok(())
}

/// Listens for the server and hands it the socket, which stays one of this namespace.
pub(super) fn hand_over_listener(control: &UnixStream, port: u16) -> Step {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).during("listen for the network")?;
    hand_over::send(control, Thing::Proxy, listener.as_fd()).during("hand the network over")
}

/// A `struct nlmsghdr` and a `struct ifinfomsg`.
fn request() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(32);
    bytes.extend(32u32.to_ne_bytes());
    bytes.extend(RTM_NEWLINK.to_ne_bytes());
    bytes.extend(NLM_F_REQUEST_ACK.to_ne_bytes());
    bytes.extend([0; 8]); // sequence, port
    bytes.extend([0; 4]); // family, padding, type
    bytes.extend(LOOPBACK.to_ne_bytes());
    bytes.extend(IFF_UP.to_ne_bytes());
    bytes.extend(IFF_UP.to_ne_bytes()); // which flags to change
    bytes
}
