//! The way out of one command: judges a connection, looks its name up once, and connects to an address that was checked.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use hyper::StatusCode;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::address::is_public;
use super::meter::{Metered, Traffic};
use super::rules::{Reach, Rules, Target};
use super::{Passage, Settings};

/// How long looking up a name may take, and how long connecting to one address.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many addresses of a name are tried.
const ADDRESSES: usize = 6;

/// What all connections of one command share.
#[derive(Debug)]
pub(crate) struct Line {
    sandbox: String,
    rules: Rules,
    settings: Settings,
    pub(super) traffic: Arc<Traffic>,
    asked: AtomicU32,
}

/// Why a connection did not come about, in words for the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) words: String,
}

impl Refusal {
    pub(crate) fn forbidden(words: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, words: words.into() }
    }

    pub(crate) fn failed(words: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_GATEWAY, words: words.into() }
    }
}

impl Line {
    pub(super) fn new(sandbox: String, rules: Rules, settings: Settings) -> Self {
        let traffic = Traffic::within(settings.bounds.bytes);
        Self { sandbox, rules, settings, traffic, asked: AtomicU32::new(0) }
    }

    /// Connects, if the rules allow it. The audit knows of it before a byte goes over it.
    pub(crate) async fn open(&self, method: &str, target: &Target) -> Result<Metered, Refusal> {
        let most = self.settings.bounds.in_all;
        if self.asked.fetch_add(1, Ordering::Relaxed) >= most {
            self.asked.store(most, Ordering::Relaxed);
            return Err(Refusal::forbidden(format!(
                "one command may make {most} connections, and has made them: `network_connections_in_all` of the \
                 server's settings is the bound"
            )));
        }
        let (at, start) = (SystemTime::now(), Instant::now());
        let opened = self.connect(target).await;
        if let Some(witness) = &self.settings.witness {
            let outcome = match &opened {
                Ok(_) => "ok",
                Err(Refusal { status: StatusCode::FORBIDDEN, .. }) => "NETWORK_REFUSED",
                Err(_) => "NETWORK_FAILED",
            };
            let passage = Passage {
                sandbox: self.sandbox.clone(),
                method: method.to_owned(),
                target: target.to_string(),
                outcome,
                at,
                duration: start.elapsed(),
            };
            let seen = witness.saw(passage).await;
            seen.map_err(|error| Refusal::failed(format!("the audit cannot be kept: {}", error.message)))?;
        }
        opened.map(|stream| Metered::new(stream, self.traffic.clone(), self.settings.bounds.idle))
    }

    async fn connect(&self, target: &Target) -> Result<TcpStream, Refusal> {
        let reach = self.rules.judge(target).map_err(Refusal::forbidden)?;
        let addresses = look_up(target).await?;
        let good: Vec<_> = addresses.iter().filter(|at| reach == Reach::Any || is_public(at.ip())).collect();
        if good.is_empty() {
            return Err(not_public(target, addresses[0].ip()));
        }
        let mut last = String::new();
        for address in good.into_iter().take(ADDRESSES) {
            match timeout(PATIENCE, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return check_other_end(stream, target, reach),
                Ok(Err(error)) => last = format!("{address}: {error}"),
                Err(_) => last = format!("{address}: no answer within {} seconds", PATIENCE.as_secs()),
            }
        }
        Err(Refusal::failed(format!("{target} cannot be reached: {last}")))
    }
}

async fn look_up(target: &Target) -> Result<Vec<SocketAddr>, Refusal> {
    let failed =
        |why: &str| Refusal::failed(format!("the name `{}` cannot be looked up: {why}", target.host));
    let found = timeout(PATIENCE, lookup_host((target.host.as_str(), target.port))).await;
    let found = found.map_err(|_| failed("it took too long"))?.map_err(|error| failed(&error.to_string()))?;
    let addresses: Vec<_> = found.collect();
    if addresses.is_empty() { Err(failed("it has no address")) } else { Ok(addresses) }
}

/// A machine that talks to itself has one address at both ends: its public address is no way to what it serves.
fn check_other_end(stream: TcpStream, target: &Target, reach: Reach) -> Result<TcpStream, Refusal> {
    let ends = stream.local_addr().and_then(|here| Ok((here.ip(), stream.peer_addr()?.ip())));
    let (here, there) = ends.map_err(|error| Refusal::failed(format!("{target}: {error}")))?;
    if reach == Reach::Public && here == there {
        return Err(not_public(target, there));
    }
    stream.set_nodelay(true).ok();
    Ok(stream)
}

fn not_public(target: &Target, address: IpAddr) -> Refusal {
    Refusal::forbidden(format!(
        "{target} is at {address}, which is this machine or one near it, not the public internet; it can be reached only if \
        the hosts of the sandbox and `network_hosts` of the server's settings both name {target}"
    ))
}
