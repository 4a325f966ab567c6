//! Old-era sessions that cost nothing while they are idle.
//!
//! The `Mcp-Session-Id` is what `initialize` said, sealed: any replica with the key can serve it, also
//! after a restart. Memory is kept for what is live only: calls under way, a log level, deletions.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::client_info::ClientInfo;
use super::in_flight::InFlight;
use super::interest::Interest;
use crate::error::{Error, Result};
use crate::protocol::capability::ClientCapabilities;
use crate::protocol::lifecycle::{Implementation, InitializeParams};
use crate::protocol::logging::LogLevel;
use crate::protocol::version::Version;
use crate::transport::Caller;

/// The longest session id given out: it has to fit into an HTTP head beside the rest.
const LONGEST_TOKEN: usize = 6 * 1024;
/// How many deletions and log levels are remembered; the oldest are forgotten first.
const MOST_REMEMBERED: usize = 10_000;
const NONCE: usize = 12;

/// A random name of a session.
pub(crate) type SessionKey = [u8; 16];

/// What one client negotiated.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Its name; `None`: there is none, only a request of the old era.
    pub(crate) key: Option<SessionKey>,
    pub(crate) version: Version,
    pub(crate) client: ClientInfo,
    pub(crate) live: Live,
}

/// What is live of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    pub(crate) calls: InFlight,
    /// What the client hears of on the stream that belongs to no request.
    pub(crate) interest: Interest,
    log_level: Arc<Mutex<Option<LogLevel>>>,
}

impl Live {
    /// The least severe level that the client wants; what it has not chosen is `info`.
    pub(crate) fn log_level(&self) -> LogLevel {
        lock(&self.log_level).unwrap_or(LogLevel::Info)
    }

    pub(crate) fn set_log_level(&self, level: LogLevel) {
        *lock(&self.log_level) = Some(level);
    }
}

/// The payload of a session id. Short names: it travels with every request.
#[derive(Serialize, Deserialize)]
struct Sealed {
    k: SessionKey,
    v: String,
    /// When it ends, in seconds since 1970.
    e: u64,
    n: String,
    r: String,
    c: ClientCapabilities,
}

/// Opens and keeps sessions.
pub(crate) struct Sessions {
    cipher: Aes256Gcm,
    lifetime: Duration,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    live: HashMap<SessionKey, Live>,
    live_order: VecDeque<SessionKey>,
    ended: HashSet<SessionKey>,
    ended_order: VecDeque<SessionKey>,
}

impl Sessions {
    pub(crate) fn new(key: [u8; 32], lifetime: Duration) -> Self {
        Self { cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(key)), lifetime, table: Mutex::default() }
    }

    /// Seals what `initialize` said into a session id, which is good for this caller only.
    pub(crate) fn open(
        &self,
        version: Version,
        params: &InitializeParams,
        caller: &Caller,
    ) -> Result<String> {
        let key = random_session()?;
        let sealed = Sealed {
            k: key,
            v: version.to_string(),
            e: now().saturating_add(self.lifetime.as_secs()),
            n: shortened(&params.client_info.name),
            r: shortened(&params.client_info.version),
            c: params.capabilities.clone(),
        };
        let token = self.seal(&serde_json::to_vec(&sealed)?, caller)?;
        if token.len() > LONGEST_TOKEN {
            return Err(Error::invalid_params(format!(
                "/params/capabilities: too large: with them a session id would pass {LONGEST_TOKEN} bytes"
            )));
        }
        Ok(token)
    }

    /// The session of this id, unless it was tampered with, belongs to another caller, has expired or
    /// was ended.
    pub(crate) fn resume(&self, token: &str, caller: &Caller) -> Option<Session> {
        let sealed = self.unseal(token, caller)?;
        let version = sealed.v.parse().ok()?;
        if sealed.e < now() {
            return None;
        }
        let table = lock(&self.table);
        if table.ended.contains(&sealed.k) {
            return None;
        }
        let live = table.live.get(&sealed.k).cloned();
        drop(table);
        let info = Implementation { name: sealed.n, version: sealed.r, ..Implementation::default() };
        let client = ClientInfo::known(info, sealed.c, version);
        Some(Session { key: Some(sealed.k), version, client, live: live.unwrap_or_default() })
    }

    /// What is live of a session, kept from here on so that its later requests find it.
    pub(crate) fn keep(&self, token: &str, caller: &Caller) -> Live {
        let Some(sealed) = self.unseal(token, caller) else {
            return Live::default();
        };
        let mut table = lock(&self.table);
        if let Some(live) = table.live.get(&sealed.k) {
            return live.clone();
        }
        let live = Live::default();
        table.live.insert(sealed.k, live.clone());
        table.live_order.push_back(sealed.k);
        while table.live_order.len() > MOST_REMEMBERED {
            if let Some(oldest) = table.live_order.pop_front() {
                table.live.remove(&oldest);
            }
        }
        live
    }

    /// Ends a session: its id is refused from here on.
    pub(crate) fn end(&self, token: &str, caller: &Caller) -> bool {
        let Some(sealed) = self.unseal(token, caller) else {
            return false;
        };
        let mut table = lock(&self.table);
        table.live.remove(&sealed.k);
        table.live_order.retain(|key| *key != sealed.k);
        if !table.ended.insert(sealed.k) {
            return false;
        }
        table.ended_order.push_back(sealed.k);
        while table.ended_order.len() > MOST_REMEMBERED {
            if let Some(oldest) = table.ended_order.pop_front() {
                table.ended.remove(&oldest);
            }
        }
        true
    }

    fn seal(&self, plain: &[u8], caller: &Caller) -> Result<String> {
        let mut nonce = [0_u8; NONCE];
        fill_random(&mut nonce)?;
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: caller.principal().as_bytes() })
            .map_err(|_| Error::new("the session could not be sealed"))?;
        let mut token = nonce.to_vec();
        token.extend(sealed);
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    fn unseal(&self, token: &str, caller: &Caller) -> Option<Sealed> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let principal = caller.principal();
        let payload = Payload { msg: sealed, aad: principal.as_bytes() };
        let plain = self.cipher.decrypt(&Nonce::from(nonce), payload).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// A key that nobody else has.
pub(crate) fn random_key() -> Result<[u8; 32]> {
    let mut key = [0; 32];
    fill_random(&mut key)?;
    Ok(key)
}

/// A name for a session that nobody else has.
pub(crate) fn random_session() -> Result<SessionKey> {
    let mut key = SessionKey::default();
    fill_random(&mut key)?;
    Ok(key)
}

fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| Error::new(format!("no random numbers: {error}")))
}

/// A client's name is for the log; nobody needs more of it than this.
fn shortened(text: &str) -> String {
    text.chars().take(128).collect()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> InitializeParams {
        serde_json::from_value(serde_json::json!({
            "protocolVersion": Version::LATEST_LEGACY.as_str(),
            "capabilities": {"sampling": {}},
            "clientInfo": {"name": "inspector", "version": "1"},
        }))
        .unwrap()
    }

    fn sessions(key: u8) -> Sessions {
        Sessions::new([key; 32], Duration::from_mins(1))
    }

    #[test]
    fn another_replica_with_the_key_opens_a_session() {
        let token = sessions(1).open(Version::LATEST_LEGACY, &params(), &Caller::anonymous()).unwrap();
        assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
        let session = sessions(1).resume(&token, &Caller::anonymous()).unwrap();
        assert_eq!(session.version, Version::LATEST_LEGACY);
        assert_eq!(session.client.implementation().unwrap().name, "inspector");
        assert!(session.client.capabilities().sampling.is_some());
        assert!(sessions(2).resume(&token, &Caller::anonymous()).is_none());
    }

    #[test]
    fn a_session_is_good_for_its_caller_only() {
        let ada = Caller::new("https://login.example", "ada");
        let token = sessions(1).open(Version::LATEST_LEGACY, &params(), &ada).unwrap();
        assert!(sessions(1).resume(&token, &ada.with_scopes(["more"])).is_some());
        assert!(sessions(1).resume(&token, &Caller::new("https://login.example", "eve")).is_none());
        assert!(sessions(1).resume(&token, &Caller::anonymous()).is_none());
    }

    #[test]
    fn a_session_that_is_tampered_with_or_ended_or_expired_is_refused() {
        let here = sessions(1);
        let token = here.open(Version::LATEST_LEGACY, &params(), &Caller::anonymous()).unwrap();
        assert!(here.resume(&format!("{token}A"), &Caller::anonymous()).is_none());
        assert!(here.resume("", &Caller::anonymous()).is_none());
        assert!(here.end(&token, &Caller::anonymous()));
        assert!(!here.end(&token, &Caller::anonymous()));
        assert!(here.resume(&token, &Caller::anonymous()).is_none());

        let expired = Sessions::new([1; 32], Duration::ZERO);
        let token = expired.open(Version::LATEST_LEGACY, &params(), &Caller::anonymous()).unwrap();
        let mut sealed = expired.unseal(&token, &Caller::anonymous()).unwrap();
        sealed.e = now() - 1;
        let token = expired.seal(&serde_json::to_vec(&sealed).unwrap(), &Caller::anonymous()).unwrap();
        assert!(expired.resume(&token, &Caller::anonymous()).is_none());
    }
}
