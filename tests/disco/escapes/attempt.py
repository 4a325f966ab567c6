# What every attempt begins with. An attempt that comes to its end has escaped; one that is refused says how.
import ctypes, errno, fcntl, glob, os, signal, socket, stat, struct, subprocess, sys, time

HOST_PID, HOST_PORT, HOST_NAME, HOST_FILE, HOST_SECRET, OTHER = sys.argv[1:7]
HOST_PID, HOST_PORT = int(HOST_PID), int(HOST_PORT)
NUMBERS = {
    "x86_64": dict(
        ptrace=101, syslog=103, setuid=105, personality=135, pivot_root=155, adjtimex=159, chroot=161, acct=163,
        mount=165, umount2=166, swapon=167, reboot=169, sethostname=170, iopl=172, init_module=175, quotactl=179,
        clock_settime=227, kexec_load=246, add_key=248, keyctl=250, ioprio_set=251, unshare=272, perf_event_open=298,
        fanotify_init=300, open_by_handle_at=304, setns=308, process_vm_readv=310, kcmp=312, finit_module=313, bpf=321,
        userfaultfd=323, io_uring_setup=425, open_tree=428, move_mount=429, fsopen=430, pidfd_open=434, clone3=435,
        pidfd_getfd=438, process_madvise=440, mount_setattr=442, memfd_secret=447, shmget=29, clone=56,
    ),
    "aarch64": dict(
        ptrace=117, syslog=116, setuid=146, personality=92, pivot_root=41, adjtimex=171, chroot=51, acct=89,
        mount=40, umount2=39, swapon=224, reboot=142, sethostname=161, init_module=105, quotactl=60,
        clock_settime=112, kexec_load=104, add_key=217, keyctl=219, ioprio_set=30, unshare=97, perf_event_open=241,
        fanotify_init=262, open_by_handle_at=265, setns=268, process_vm_readv=270, kcmp=272, finit_module=273, bpf=280,
        userfaultfd=282, io_uring_setup=425, open_tree=428, move_mount=429, fsopen=430, pidfd_open=434, clone3=435,
        pidfd_getfd=438, process_madvise=440, mount_setattr=442, memfd_secret=447, shmget=194, clone=220,
    ),
}[os.uname().machine]
LIBC = ctypes.CDLL(None, use_errno=True)


class Denied(Exception):
    pass


def call(name, *arguments):
    """A system call; raises OSError as the kernel refuses it."""
    converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = LIBC.syscall(ctypes.c_long(NUMBERS[name]), *converted)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def shell(command):
    """A command; denied unless it succeeds."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=20)
    if done.returncode:
        raise Denied((done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1])
    return done.stdout


def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as one:
        one.settimeout(3)
        one.connect(address)
        return one.send(b"GET / HTTP/1.0\r\n\r\n")


def leaked(text):
    if HOST_SECRET not in text:
        raise Denied("the secret is not there")


def attempt():
BODY


try:
    attempt()
except (OSError, Denied, socket.timeout) as error:
    print("DENIED", error)
except subprocess.TimeoutExpired:
    print("DENIED it did not end")
else:
    print("ESCAPED")
