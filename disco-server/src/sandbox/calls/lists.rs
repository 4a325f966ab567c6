//! The lists: calls that are allowed whatever their arguments are, in groups with a reason each.

use super::Call;

macro_rules! calls {
    ($($name:ident),* $(,)?) => { &[$(Call { name: stringify!($name), number: libc::$name }),*] };
}

/// All groups of calls that are allowed whatever their arguments are.
pub(super) const ALLOWED: &[&[Call]] = &[
    FILES, FOLDERS, ATTRIBUTES, MEMORY, PROCESSES, SIGNALS, IDENTITY, TIME, WAITING, NETWORK, SHARING,
    LIMITS, STATE, OLDER,
];

/// Reading, writing and copying what is already open. The mounts decide what can be opened.
const FILES: &[Call] = calls![
    SYS_close,
    SYS_close_range,
    SYS_copy_file_range,
    SYS_dup,
    SYS_dup3,
    SYS_fadvise64,
    SYS_fallocate,
    SYS_fcntl,
    SYS_fdatasync,
    SYS_flock,
    SYS_fsync,
    SYS_ftruncate,
    SYS_lseek,
    SYS_memfd_create,
    SYS_pipe2,
    SYS_pread64,
    SYS_preadv,
    SYS_preadv2,
    SYS_pwrite64,
    SYS_pwritev,
    SYS_pwritev2,
    SYS_read,
    SYS_readahead,
    SYS_readv,
    SYS_sendfile,
    SYS_splice,
    SYS_sync,
    SYS_sync_file_range,
    SYS_syncfs,
    SYS_tee,
    SYS_truncate,
    SYS_vmsplice,
    SYS_write,
    SYS_writev,
];

/// Names: folders, links, looking about, being told of changes.
const FOLDERS: &[Call] = calls![
    SYS_chdir,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_fchdir,
    SYS_fstat,
    SYS_fstatfs,
    SYS_getcwd,
    SYS_getdents64,
    SYS_inotify_add_watch,
    SYS_inotify_init1,
    SYS_inotify_rm_watch,
    SYS_linkat,
    SYS_mkdirat,
    SYS_newfstatat,
    SYS_readlinkat,
    SYS_renameat,
    SYS_renameat2,
    SYS_statfs,
    SYS_statx,
    SYS_symlinkat,
    SYS_umask,
    SYS_unlinkat,
    SYS_utimensat,
];

/// Owners and extended attributes: `tar`, `cp -a` and `git` try them; without capabilities they can do nothing odd.
const ATTRIBUTES: &[Call] = calls![
    SYS_fchown,
    SYS_fchownat,
    SYS_fgetxattr,
    SYS_flistxattr,
    SYS_fremovexattr,
    SYS_fsetxattr,
    SYS_getxattr,
    SYS_lgetxattr,
    SYS_listxattr,
    SYS_llistxattr,
    SYS_lremovexattr,
    SYS_lsetxattr,
    SYS_removexattr,
    SYS_setxattr,
];

/// The process's own memory. Not another's: no `process_vm_*`, no `ptrace`, no `userfaultfd`.
const MEMORY: &[Call] = calls![
    SYS_brk,
    SYS_get_mempolicy,
    SYS_madvise,
    SYS_membarrier,
    SYS_mincore,
    SYS_mlock,
    SYS_mlock2,
    SYS_mmap,
    SYS_mprotect,
    SYS_mremap,
    SYS_msync,
    SYS_munlock,
    SYS_munmap,
    SYS_pkey_alloc,
    SYS_pkey_free,
    SYS_pkey_mprotect,
    SYS_set_mempolicy,
];

/// Starting and ending processes and threads, and locks between them. `clone` is bounded in `bounded`.
const PROCESSES: &[Call] = calls![
    SYS_execve,
    SYS_execveat,
    SYS_exit,
    SYS_exit_group,
    SYS_futex,
    SYS_get_robust_list,
    SYS_getpgid,
    SYS_getpid,
    SYS_getppid,
    SYS_getsid,
    SYS_gettid,
    SYS_pidfd_open,
    SYS_pidfd_send_signal,
    SYS_prctl,
    SYS_rseq,
    SYS_set_robust_list,
    SYS_set_tid_address,
    SYS_setpgid,
    SYS_setsid,
    SYS_wait4,
    SYS_waitid,
];

/// Signals: the namespace of processes decides whom they reach.
const SIGNALS: &[Call] = calls![
    SYS_kill,
    SYS_restart_syscall,
    SYS_rt_sigaction,
    SYS_rt_sigpending,
    SYS_rt_sigprocmask,
    SYS_rt_sigqueueinfo,
    SYS_rt_sigreturn,
    SYS_rt_sigsuspend,
    SYS_rt_sigtimedwait,
    SYS_rt_tgsigqueueinfo,
    SYS_sigaltstack,
    SYS_signalfd4,
    SYS_tgkill,
    SYS_tkill,
];

/// Asking who one is. The calls that change it are here because shells and `sudo`-aware programs call them
/// with what they already are; there is one user in the namespace, so nothing else can come of it.
const IDENTITY: &[Call] = calls![
    SYS_capget,
    SYS_getegid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getgroups,
    SYS_getresgid,
    SYS_getresuid,
    SYS_getuid,
    SYS_setfsgid,
    SYS_setfsuid,
    SYS_setgid,
    SYS_setregid,
    SYS_setresgid,
    SYS_setresuid,
    SYS_setreuid,
    SYS_setuid,
];

/// Reading clocks and setting alarms. Setting clocks needs a capability and is not listed.
const TIME: &[Call] = calls![
    SYS_clock_getres,
    SYS_clock_gettime,
    SYS_clock_nanosleep,
    SYS_getitimer,
    SYS_gettimeofday,
    SYS_nanosleep,
    SYS_setitimer,
    SYS_timer_create,
    SYS_timer_delete,
    SYS_timer_getoverrun,
    SYS_timer_gettime,
    SYS_timer_settime,
    SYS_timerfd_create,
    SYS_timerfd_gettime,
    SYS_timerfd_settime,
    SYS_times,
];

/// Waiting for many files at once. Not `io_uring`: it goes round this filter.
const WAITING: &[Call] = calls![
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_epoll_pwait2,
    SYS_eventfd2,
    SYS_ppoll,
    SYS_pselect6,
];

/// Using sockets. `socket` itself is bounded in `bounded`, and there is no way out of the network namespace.
const NETWORK: &[Call] = calls![
    SYS_accept,
    SYS_accept4,
    SYS_bind,
    SYS_connect,
    SYS_getpeername,
    SYS_getsockname,
    SYS_getsockopt,
    SYS_listen,
    SYS_recvfrom,
    SYS_recvmmsg,
    SYS_recvmsg,
    SYS_sendmmsg,
    SYS_sendmsg,
    SYS_sendto,
    SYS_setsockopt,
    SYS_shutdown,
];

/// Memory and semaphores shared between the sandbox's own processes, for databases and test runners.
const SHARING: &[Call] = calls![
    SYS_mq_getsetattr,
    SYS_mq_notify,
    SYS_mq_open,
    SYS_mq_timedreceive,
    SYS_mq_timedsend,
    SYS_mq_unlink,
    SYS_semctl,
    SYS_semget,
    SYS_semop,
    SYS_semtimedop,
    SYS_shmat,
    SYS_shmctl,
    SYS_shmdt,
    SYS_shmget,
];

/// Reading and lowering one's own limits and priority. Raising them needs a capability.
const LIMITS: &[Call] = calls![
    SYS_getpriority,
    SYS_getrlimit,
    SYS_getrusage,
    SYS_ioprio_get,
    SYS_ioprio_set,
    SYS_prlimit64,
    SYS_sched_get_priority_max,
    SYS_sched_get_priority_min,
    SYS_sched_getaffinity,
    SYS_sched_getattr,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_sched_setaffinity,
    SYS_sched_setattr,
    SYS_sched_setparam,
    SYS_sched_setscheduler,
    SYS_sched_yield,
    SYS_setpriority,
    SYS_setrlimit,
];

/// Harmless questions to the kernel, and Landlock, by which a program may bind itself further.
const STATE: &[Call] = calls![
    SYS_getcpu,
    SYS_getrandom,
    SYS_landlock_add_rule,
    SYS_landlock_create_ruleset,
    SYS_landlock_restrict_self,
    SYS_sysinfo,
    SYS_uname,
];

/// The older forms of the above, which only this processor still has.
#[cfg(target_arch = "x86_64")]
const OLDER: &[Call] = calls![
    SYS_access,
    SYS_alarm,
    SYS_arch_prctl,
    SYS_chown,
    SYS_dup2,
    SYS_epoll_create,
    SYS_epoll_wait,
    SYS_eventfd,
    SYS_fork,
    SYS_futimesat,
    SYS_getdents,
    SYS_getpgrp,
    SYS_inotify_init,
    SYS_lchown,
    SYS_link,
    SYS_lstat,
    SYS_mkdir,
    SYS_pause,
    SYS_pipe,
    SYS_poll,
    SYS_readlink,
    SYS_rename,
    SYS_rmdir,
    SYS_select,
    SYS_signalfd,
    SYS_stat,
    SYS_symlink,
    SYS_time,
    SYS_unlink,
    SYS_utime,
    SYS_utimes,
    SYS_vfork,
];

/// This processor has no older forms.
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[Call] = &[];
