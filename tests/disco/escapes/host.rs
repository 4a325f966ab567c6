//! What there is on the host to be reached from a sandbox, and whether it was.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};

use disco_tests::support::Process;
use tempfile::TempDir;

use super::super::{Disco, command};

/// A secret in a file and in the server's environment, and two servers that nobody may reach.
pub(super) struct Host {
    pub(super) secret: String,
    /// In the command line of what must not stay behind.
    pub(super) mark: String,
    folder: TempDir,
    port: TcpListener,
    name: String,
    socket: UnixListener,
}

impl Host {
    pub(super) fn new(backend: &str) -> Self {
        let id = format!("{backend}-{}", std::process::id());
        let (secret, name) = (format!("the-secret-of-the-host-{id}"), format!("disco-escapes-{id}"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), &secret).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        port.set_nonblocking(true).unwrap();
        let socket = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self { secret, mark: id, folder, port, name, socket }
    }

    /// A server with the secret in its environment.
    pub(super) fn start(&self, flags: &[&str]) -> Disco {
        let folder = tempfile::tempdir().unwrap();
        let mut program = command(&folder);
        program.env("THE_SECRET", &self.secret).args(["stdio", "--toolsets", "all"]).args(flags);
        Disco { process: Process::run(&mut program), folder, next: 0 }
    }

    /// What an attempt is told of the host.
    pub(super) fn arguments(&self, disco: &Disco) -> String {
        let port = self.port.local_addr().unwrap().port();
        let file = self.folder.path().join("secret");
        let other = disco.folder.path().join("workspace");
        let pid = disco.process.child.id().unwrap();
        // In two pieces, so that the command line of the attempt is not what it finds.
        let (one, two) = self.secret.split_at(4);
        format!("{pid} {port} {} {} {one}'{two}' {}", self.name, file.display(), other.display())
    }

    /// Nobody came, nobody is left, and the server is still there.
    pub(super) fn is_untouched(&self, disco: &mut Disco) {
        assert_eq!(self.port.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(self.socket.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(disco.process.child.try_wait().unwrap(), None, "the server has ended");
        let left = format!("stays-behind-{}", self.mark);
        for process in std::fs::read_dir("/proc").unwrap().flatten() {
            let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&line).contains(&left), "{left} is still running");
        }
    }
}
