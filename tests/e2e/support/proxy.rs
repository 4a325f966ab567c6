//! A plain proxy that gives each connection to the next of its servers, and knows nothing of HTTP.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running proxy; it stops when this is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    servers: Arc<Servers>,
    task: JoinHandle<()>,
}

struct Servers {
    addresses: Mutex<Vec<SocketAddr>>,
    next: AtomicUsize,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub(crate) async fn start(addresses: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let servers = Arc::new(Servers { addresses: Mutex::new(addresses), next: AtomicUsize::new(0) });
        let shared = Arc::clone(&servers);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(hand_on(client, Arc::clone(&shared)));
            }
        });
        Self { address, servers, task }
    }

    /// A server has come back at another address.
    pub(crate) fn replace(&self, at: usize, address: SocketAddr) {
        self.servers.addresses.lock().unwrap_or_else(PoisonError::into_inner)[at] = address;
    }
}

async fn hand_on(mut client: TcpStream, servers: Arc<Servers>) {
    let addresses = servers.addresses.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let first = servers.next.fetch_add(1, Ordering::Relaxed);
    for at in 0..addresses.len() {
        if let Ok(mut server) = TcpStream::connect(addresses[(first + at) % addresses.len()]).await {
            // Either side may end the connection.
            let _ = copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
}
