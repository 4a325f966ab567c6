//! The filter of system calls: what is listed is allowed, everything else is "not implemented".
//!
//! `ENOSYS` rather than `EPERM`, because programs and C libraries then fall back to an older call, as they do
//! on an older kernel. What is not listed, and why, stands in the sandbox's README.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::{Failed, Step};

type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// Installs the filter for this process and all that it will start. It cannot be taken off.
///
/// Where no cgroup bounds memory (`is_watched`), memory that belongs to no process is not to be had.
pub(super) fn install(is_watched: bool) -> Step {
    let failed = |error: String| Failed { step: "filter system calls", error: std::io::Error::other(error) };
    let program = compile(is_watched).map_err(|error| failed(error.to_string()))?;
    seccompiler::apply_filter(&program).map_err(|error| failed(error.to_string()))
}

fn compile(is_watched: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: Rules = ALLOWED.iter().copied().flatten().map(|call| (*call, Vec::new())).collect();
    if is_watched {
        rules.remove(&libc::SYS_memfd_create);
        rules.remove(&libc::SYS_shmget);
    }
    namespaces(&mut rules)?;
    sockets(&mut rules)?;
    terminals(&mut rules)?;
    special_bits(&mut rules)?;
    SeccompFilter::new(
        rules,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

fn when(argument: u8, operator: Op, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(argument, Len::Dword, operator, value)
}

fn only(conditions: Vec<SeccompCondition>) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(conditions)
}

/// New processes and threads, but in no new namespace. `clone3` hides its flags in memory, so it is not allowed.
fn namespaces(rules: &mut Rules) -> Result<(), seccompiler::BackendError> {
    let new = libc::CLONE_NEWNS
        | libc::CLONE_NEWCGROUP
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET;
    let rule = only(vec![when(0, Op::MaskedEq(u64::from(new.unsigned_abs())), 0)?])?;
    rules.insert(libc::SYS_clone, vec![rule]);
    Ok(())
}

/// Sockets of families that end at the network namespace. `AF_VSOCK` would reach the machine's host, and
/// `AF_ALG`, `AF_PACKET`, Bluetooth and the like are much kernel for no use.
fn sockets(rules: &mut Rules) -> Result<(), seccompiler::BackendError> {
    let mut families = Vec::new();
    for family in [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6] {
        families.push(only(vec![when(0, Op::Eq, u64::from(family.unsigned_abs()))?])?);
    }
    // Netlink only to list interfaces and addresses.
    families.push(only(vec![
        when(0, Op::Eq, u64::from(libc::AF_NETLINK.unsigned_abs()))?,
        when(2, Op::Eq, u64::from(libc::NETLINK_ROUTE.unsigned_abs()))?,
    ])?);
    rules.insert(libc::SYS_socket, families);
    rules.insert(
        libc::SYS_socketpair,
        vec![only(vec![when(0, Op::Eq, u64::from(libc::AF_UNIX.unsigned_abs()))?])?],
    );
    Ok(())
}

/// Device calls, but none that types into a terminal or a console.
fn terminals(rules: &mut Rules) -> Result<(), seccompiler::BackendError> {
    let rule = only(vec![when(1, Op::Ne, libc::TIOCSTI)?, when(1, Op::Ne, libc::TIOCLINUX)?])?;
    rules.insert(libc::SYS_ioctl, vec![rule]);
    Ok(())
}

/// Modes without set-user-id and set-group-id: the workspace's files are the host's too, and may be root's there.
/// `openat2` hides its mode in memory, so it is not allowed.
fn special_bits(rules: &mut Rules) -> Result<(), seccompiler::BackendError> {
    let special = u64::from(libc::S_ISUID | libc::S_ISGID);
    let creating = u64::from((libc::O_CREAT | (libc::O_TMPFILE & !libc::O_DIRECTORY)).unsigned_abs());
    let plain = |argument| only(vec![when(argument, Op::MaskedEq(special), 0)?]);
    for (call, argument) in [
        (libc::SYS_fchmod, 1),
        (libc::SYS_fchmodat, 2),
        (libc::SYS_fchmodat2, 2),
        (libc::SYS_mknodat, 2),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_chmod, 1),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_creat, 1),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_mknod, 1),
    ] {
        rules.insert(call, vec![plain(argument)?]);
    }
    for (call, flags) in [
        (libc::SYS_openat, 2),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_open, 1),
    ] {
        // Without one of these flags the mode is noise.
        let reads = only(vec![when(flags, Op::MaskedEq(creating), 0)?])?;
        rules.insert(call, vec![reads, plain(flags + 1)?]);
    }
    Ok(())
}

/// All groups of calls that are allowed whatever their arguments are.
const ALLOWED: &[&[c_long]] = &[
    FILES, FOLDERS, ATTRIBUTES, MEMORY, PROCESSES, SIGNALS, IDENTITY, TIME, WAITING, NETWORK, SHARING,
    LIMITS, STATE, OLDER,
];

/// Reading, writing and copying what is already open. The mounts decide what can be opened.
const FILES: &[c_long] = &[
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_copy_file_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fcntl,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_lseek,
    libc::SYS_memfd_create,
    libc::SYS_pipe2,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2,
    libc::SYS_read,
    libc::SYS_readahead,
    libc::SYS_readv,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_sync,
    libc::SYS_sync_file_range,
    libc::SYS_syncfs,
    libc::SYS_tee,
    libc::SYS_truncate,
    libc::SYS_vmsplice,
    libc::SYS_write,
    libc::SYS_writev,
];

/// Names: folders, links, looking about, being told of changes.
const FOLDERS: &[c_long] = &[
    libc::SYS_chdir,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fchdir,
    libc::SYS_fstat,
    libc::SYS_fstatfs,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_inotify_add_watch,
    libc::SYS_inotify_init1,
    libc::SYS_inotify_rm_watch,
    libc::SYS_linkat,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_readlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_statfs,
    libc::SYS_statx,
    libc::SYS_symlinkat,
    libc::SYS_umask,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
];

/// Owners and extended attributes: `tar`, `cp -a` and `git` try them; without capabilities they can do nothing odd.
const ATTRIBUTES: &[c_long] = &[
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_fgetxattr,
    libc::SYS_flistxattr,
    libc::SYS_fremovexattr,
    libc::SYS_fsetxattr,
    libc::SYS_getxattr,
    libc::SYS_lgetxattr,
    libc::SYS_listxattr,
    libc::SYS_llistxattr,
    libc::SYS_lremovexattr,
    libc::SYS_lsetxattr,
    libc::SYS_removexattr,
    libc::SYS_setxattr,
];

/// The process's own memory. Not another's: no `process_vm_*`, no `ptrace`, no `userfaultfd`.
const MEMORY: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_get_mempolicy,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mincore,
    libc::SYS_mlock,
    libc::SYS_mlock2,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_msync,
    libc::SYS_munlock,
    libc::SYS_munmap,
    libc::SYS_pkey_alloc,
    libc::SYS_pkey_free,
    libc::SYS_pkey_mprotect,
    libc::SYS_set_mempolicy,
];

/// Starting and ending processes and threads, and locks between them. `clone` is bounded in `namespaces`.
const PROCESSES: &[c_long] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_get_robust_list,
    libc::SYS_getpgid,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getsid,
    libc::SYS_gettid,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_prctl,
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_setpgid,
    libc::SYS_setsid,
    libc::SYS_wait4,
    libc::SYS_waitid,
];

/// Signals: the namespace of processes decides whom they reach.
const SIGNALS: &[c_long] = &[
    libc::SYS_kill,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_sigaltstack,
    libc::SYS_signalfd4,
    libc::SYS_tgkill,
    libc::SYS_tkill,
];

/// Asking who one is. The calls that change it are here because shells and `sudo`-aware programs call them
/// with what they already are; there is one user in the namespace, so nothing else can come of it.
const IDENTITY: &[c_long] = &[
    libc::SYS_capget,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getgroups,
    libc::SYS_getresgid,
    libc::SYS_getresuid,
    libc::SYS_getuid,
    libc::SYS_setfsgid,
    libc::SYS_setfsuid,
    libc::SYS_setgid,
    libc::SYS_setregid,
    libc::SYS_setresgid,
    libc::SYS_setresuid,
    libc::SYS_setreuid,
    libc::SYS_setuid,
];

/// Reading clocks and setting alarms. Setting clocks needs a capability and is not listed.
const TIME: &[c_long] = &[
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getitimer,
    libc::SYS_gettimeofday,
    libc::SYS_nanosleep,
    libc::SYS_setitimer,
    libc::SYS_timer_create,
    libc::SYS_timer_delete,
    libc::SYS_timer_getoverrun,
    libc::SYS_timer_gettime,
    libc::SYS_timer_settime,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_gettime,
    libc::SYS_timerfd_settime,
    libc::SYS_times,
];

/// Waiting for many files at once. Not `io_uring`: it goes round this filter.
const WAITING: &[c_long] = &[
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
];

/// Using sockets. `socket` itself is bounded in `sockets`, and there is no way out of the network namespace.
const NETWORK: &[c_long] = &[
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_bind,
    libc::SYS_connect,
    libc::SYS_getpeername,
    libc::SYS_getsockname,
    libc::SYS_getsockopt,
    libc::SYS_listen,
    libc::SYS_recvfrom,
    libc::SYS_recvmmsg,
    libc::SYS_recvmsg,
    libc::SYS_sendmmsg,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_setsockopt,
    libc::SYS_shutdown,
];

/// Memory and semaphores shared between the sandbox's own processes, for databases and test runners.
const SHARING: &[c_long] = &[
    libc::SYS_mq_getsetattr,
    libc::SYS_mq_notify,
    libc::SYS_mq_open,
    libc::SYS_mq_timedreceive,
    libc::SYS_mq_timedsend,
    libc::SYS_mq_unlink,
    libc::SYS_semctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_shmdt,
    libc::SYS_shmget,
];

/// Reading and lowering one's own limits and priority. Raising them needs a capability.
const LIMITS: &[c_long] = &[
    libc::SYS_getpriority,
    libc::SYS_getrlimit,
    libc::SYS_getrusage,
    libc::SYS_ioprio_get,
    libc::SYS_ioprio_set,
    libc::SYS_prlimit64,
    libc::SYS_sched_get_priority_max,
    libc::SYS_sched_get_priority_min,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_getattr,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_yield,
    libc::SYS_setpriority,
    libc::SYS_setrlimit,
];

/// Harmless questions to the kernel, and Landlock, by which a program may bind itself further.
const STATE: &[c_long] = &[
    libc::SYS_getcpu,
    libc::SYS_getrandom,
    libc::SYS_landlock_add_rule,
    libc::SYS_landlock_create_ruleset,
    libc::SYS_landlock_restrict_self,
    libc::SYS_sysinfo,
    libc::SYS_uname,
];

/// The older forms of the above, which only this processor still has.
#[cfg(target_arch = "x86_64")]
const OLDER: &[c_long] = &[
    libc::SYS_access,
    libc::SYS_alarm,
    libc::SYS_arch_prctl,
    libc::SYS_chown,
    libc::SYS_dup2,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_eventfd,
    libc::SYS_fork,
    libc::SYS_futimesat,
    libc::SYS_getdents,
    libc::SYS_getpgrp,
    libc::SYS_inotify_init,
    libc::SYS_lchown,
    libc::SYS_link,
    libc::SYS_lstat,
    libc::SYS_mkdir,
    libc::SYS_pause,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_rmdir,
    libc::SYS_select,
    libc::SYS_signalfd,
    libc::SYS_stat,
    libc::SYS_symlink,
    libc::SYS_time,
    libc::SYS_unlink,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_vfork,
];

/// This processor has no older forms.
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[c_long] = &[];
