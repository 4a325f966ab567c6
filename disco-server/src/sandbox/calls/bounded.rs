//! Calls that are allowed with some arguments.

use super::{Call, Rule, Test};

macro_rules! call {
    ($name:ident) => {
        Call { name: stringify!($name), number: libc::$name }
    };
}

/// All of them, each with the rules of which one has to hold.
pub(super) fn rules() -> Vec<(Call, Vec<Rule>)> {
    let mut rules = vec![namespaces(), terminals()];
    rules.extend(sockets());
    rules.extend(special_bits());
    rules
}

/// New processes and threads, but in no new namespace. `clone3` hides its flags in memory, so it is not allowed.
fn namespaces() -> (Call, Vec<Rule>) {
    let new = libc::CLONE_NEWNS
        | libc::CLONE_NEWCGROUP
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET;
    (call!(SYS_clone), vec![Rule::All(vec![Test::without(0, u64::from(new.unsigned_abs()))])])
}

/// Sockets of families that end at the network namespace. `AF_VSOCK` would reach the machine's host, and
/// `AF_ALG`, `AF_PACKET`, Bluetooth and the like are much kernel for no use.
fn sockets() -> [(Call, Vec<Rule>); 2] {
    let family = |family: i32| Test::equal(0, u64::from(family.unsigned_abs()));
    let mut families: Vec<_> =
        [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6].map(|one| Rule::All(vec![family(one)])).into();
    // Netlink only to list interfaces and addresses.
    let route = Test::equal(2, u64::from(libc::NETLINK_ROUTE.unsigned_abs()));
    families.push(Rule::All(vec![family(libc::AF_NETLINK), route]));
    let pairs = vec![Rule::All(vec![family(libc::AF_UNIX)])];
    [(call!(SYS_socket), families), (call!(SYS_socketpair), pairs)]
}

/// Device calls, but none that types into a terminal or a console.
fn terminals() -> (Call, Vec<Rule>) {
    (call!(SYS_ioctl), vec![Rule::Neither { argument: 1, values: [libc::TIOCSTI, libc::TIOCLINUX] }])
}

/// Modes without set-user-id and set-group-id: the workspace's files are the host's too, and may be root's there.
/// `openat2` hides its mode in memory, so it is not allowed.
fn special_bits() -> Vec<(Call, Vec<Rule>)> {
    let special = u64::from(libc::S_ISUID | libc::S_ISGID);
    let creating = u64::from((libc::O_CREAT | (libc::O_TMPFILE & !libc::O_DIRECTORY)).unsigned_abs());
    let plain = |argument| Rule::All(vec![Test::without(argument, special)]);
    let modes = [
        (call!(SYS_fchmod), 1),
        (call!(SYS_fchmodat), 2),
        (call!(SYS_fchmodat2), 2),
        (call!(SYS_mknodat), 2),
        #[cfg(target_arch = "x86_64")]
        (call!(SYS_chmod), 1),
        #[cfg(target_arch = "x86_64")]
        (call!(SYS_creat), 1),
        #[cfg(target_arch = "x86_64")]
        (call!(SYS_mknod), 1),
    ];
    let opening = [
        (call!(SYS_openat), 2),
        #[cfg(target_arch = "x86_64")]
        (call!(SYS_open), 1),
    ];
    let modes = modes.into_iter().map(|(call, argument)| (call, vec![plain(argument)]));
    // Without one of these flags the mode is noise.
    let reads = |flags| Rule::All(vec![Test::without(flags, creating)]);
    let opening = opening.into_iter().map(|(call, flags)| (call, vec![reads(flags), plain(flags + 1)]));
    modes.chain(opening).collect()
}
