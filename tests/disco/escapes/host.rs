//! What there is on the host to be reached from a sandbox, and whether it was.

use std::fs::Permissions;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::Path;

use disco_tests::support::{Process, program};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::super::{Disco, command};

/// An ordinary user, by the number that nobody has.
const NOBODY: u32 = 65_534;

/// Who runs the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever runs the tests.
    Ourselves,
    /// An ordinary user; only root can have it so.
    Nobody,
}

/// A secret in a file and in the server's environment, and two servers that nobody may reach.
pub(super) struct Host {
    pub(super) secret: String,
    /// In the command line of what must not stay behind.
    pub(super) mark: String,
    folder: TempDir,
    port: TcpListener,
    name: String,
    socket: UnixListener,
    who: Who,
}

impl Host {
    pub(super) fn new(backend: &str, who: Who) -> Self {
        let id = format!("{backend}-{who:?}-{}", std::process::id());
        let (secret, name) = (format!("the-secret-of-the-host-{id}"), format!("disco-escapes-{id}"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), &secret).unwrap();
        // Whatever keeps it secret, it is not the file's own rights; and the program is where anybody can run it.
        allow(folder.path());
        allow(&folder.path().join("secret"));
        if who == Who::Nobody {
            let path = folder.path().join("disco");
            std::fs::copy(program("disco-server", "disco"), &path).unwrap();
            allow(&path);
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        port.set_nonblocking(true).unwrap();
        let socket = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self { secret, mark: id, folder, port, name, socket, who }
    }

    /// A server with the secret in its environment.
    pub(super) fn start(&self, flags: &[&str]) -> Disco {
        let folder = tempfile::tempdir().unwrap();
        let mut program = match self.who {
            Who::Ourselves => command(&folder),
            Who::Nobody => self.command_of_nobody(&folder),
        };
        program.env("THE_SECRET", &self.secret).args(["stdio", "--toolsets", "all"]).args(flags);
        Disco { process: Process::run(&mut program), folder, next: 0 }
    }

    fn command_of_nobody(&self, folder: &TempDir) -> Command {
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        let (ours, number) = (command(folder), NOBODY.to_string());
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &number, "--regid", &number, "--clear-groups", "--"]);
        command.arg(self.folder.path().join("disco")).args(ours.as_std().get_args());
        for (name, _) in ours.as_std().get_envs() {
            command.env_remove(name);
        }
        command.env_remove("HOME").current_dir(folder.path());
        command
    }

    /// Why the server can make no sandbox here, if it cannot: there are kernels that give an ordinary user no
    /// namespaces.
    pub(super) async fn refusal(&self) -> Option<Value> {
        let tried = self.start(&[]).try_call("terminal_execute", json!({"command": "true"})).await;
        (tried["isError"] == true).then_some(tried)
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

/// Lets everybody read and run it.
fn allow(path: &Path) {
    std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}
