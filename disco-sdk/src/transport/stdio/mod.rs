//! Standard input and output, which belong to the protocol as long as it is served on them.
//!
//! The real ends are taken at start: what a handler prints goes to standard error, and a program that
//! it starts finds its standard input empty.

use std::io;
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::{Connect, RequestParts, Stop, Wire, line};

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "portable.rs")]
mod platform;

/// Serves one client on standard input and output.
///
/// # Errors
/// Whatever the streams say, or that this process may not call.
pub async fn serve(server: Arc<dyn Connect>, stop: &Stop) -> io::Result<()> {
    let caller = server.identify(&RequestParts::local()).settled().await.map_err(|refusal| {
        io::Error::new(io::ErrorKind::PermissionDenied, String::from_utf8_lossy(&refusal.body).into_owned())
    })?;
    let (input, output) = platform::take()?;
    let limits = server.limits().clone();
    let (conversation, stop) = (server.connect(Wire::Stdio, caller), stop.clone());
    // As a task of its own: to wake what a runtime blocks on is a system call each time.
    let serving = async move { line::serve(conversation, input, output, &limits, &stop).await };
    let mut task = Task(tokio::spawn(serving));
    (&mut task.0).await?
}

/// It ends with who waits for it.
struct Task(JoinHandle<io::Result<()>>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
