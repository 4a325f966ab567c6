//! The server's process: where it runs, and what the kernel says that it has used.

use std::fs;
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::time::ClockId;
use nix::unistd::Pid;

use crate::Result;
use crate::options::Options;

/// How long a server may take to start or to stop. Under callgrind everything is fifty times slower.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server; it is killed when this is dropped.
pub struct Server {
    child: Child,
    address: Option<SocketAddr>,
    pub started: Instant,
}

impl Server {
    /// Starts it on its core; this process then stays on the other.
    pub fn start(options: &Options) -> Result<Self> {
        raise_descriptors()?;
        let address = if options.is_http() { Some(free_address()?) } else { None };
        let mut words = options.server.iter().map(|word| match address {
            Some(address) => word.replace("{address}", &address.to_string()),
            None => word.clone(),
        });
        let mut command = Command::new(words.next().ok_or("no server")?);
        command.args(words).stderr(Stdio::piped());
        if address.is_none() {
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
        } else {
            command.stdin(Stdio::null()).stdout(Stdio::null());
        }
        if let Some((core, _)) = options.cores {
            pin(core)?;
        }
        let started = Instant::now();
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", options.server[0]))?;
        drain(&mut child);
        if let Some((_, core)) = options.cores {
            pin(core)?;
        }
        Ok(Self { child, address, started })
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// A new connection; the first one waits until the server listens.
    pub fn connect(&mut self) -> Result<TcpStream> {
        let address = self.address.ok_or("the server is not called over HTTP")?;
        loop {
            match TcpStream::connect(address) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(PATIENCE))?;
                    return Ok(stream);
                }
                Err(error) if self.started.elapsed() > PATIENCE => return Err(error.into()),
                Err(_) => {}
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended before it listened: {status}").into());
            }
            std::thread::sleep(Duration::from_micros(100));
        }
    }

    /// The server's address, for the `Host` header.
    pub fn host(&self) -> String {
        self.address.map_or_else(String::new, |address| address.to_string())
    }

    /// The pipes of a server on standard input and output.
    pub fn pipes(&mut self) -> Result<(ChildStdin, ChildStdout)> {
        self.child.stdin.take().zip(self.child.stdout.take()).ok_or_else(|| "it has no pipes".into())
    }

    /// The CPU time of all its threads, living and dead, user and kernel.
    pub fn cpu(&self) -> Result<Duration> {
        Ok(ClockId::pid_cpu_clock_id(self.pid())?.now()?.into())
    }

    /// A line of `/proc/PID/status`, in KiB.
    fn status(&self, key: &str) -> Result<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        let number = line.and_then(|line| line.split_whitespace().next()).ok_or("the server is gone")?;
        Ok(number.parse()?)
    }

    /// How much of it is in memory, in KiB.
    pub fn rss(&self) -> Result<usize> {
        self.status("VmRSS")
    }

    /// How much of it was in memory at most, in KiB.
    pub fn peak(&self) -> Result<usize> {
        self.status("VmHWM")
    }

    /// Asks it to stop, and waits: callgrind writes its counts at the end.
    pub fn stop(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        // A server that has ended already is fine.
        let _ = kill(self.pid(), Signal::SIGTERM);
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > PATIENCE {
                return Err("the server does not stop".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps standard error empty, and shows it if `BENCH_STDERR` is set.
fn drain(child: &mut Child) {
    let Some(mut stderr) = child.stderr.take() else { return };
    let is_shown = std::env::var_os("BENCH_STDERR").is_some();
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = stderr.read(&mut chunk) {
            if is_shown {
                eprint!("{}", String::from_utf8_lossy(&chunk[..read]));
            }
        }
    });
}

/// This process, and what it starts from now on, runs on one core.
fn pin(core: usize) -> Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core)?;
    Ok(sched_setaffinity(Pid::from_raw(0), &cores)?)
}

/// Thousands of connections need as many descriptors, here and in the server.
fn raise_descriptors() -> Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}

/// An address that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
