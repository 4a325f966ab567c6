//! Old-era sessions that cost nothing while they are idle.
//!
//! The `Mcp-Session-Id` is what `initialize` said, sealed: any replica with the key can serve it, also
//! after a restart. Memory is kept for what is live only: calls under way, a log level, deletions.

mod live;
mod recent;
pub(crate) mod revoked;
mod sealed;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) use live::Live;

use self::recent::{Opened, Recent};
use self::sealed::Sealed;
use super::client_info::ClientInfo;
use super::in_flight::InFlight;
use super::key::{KeyRing, Seal, fill_random};
use crate::error::Result;
use crate::protocol::lifecycle::{Implementation, InitializeParams};
use crate::protocol::logging::LogLevel;
use crate::protocol::version::Version;
use crate::transport::Caller;

/// The longest session id given out.
pub(crate) const LONGEST_TOKEN: usize = 512;

/// A random name of a session.
pub(crate) type SessionKey = [u8; 16];

/// What one client negotiated.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Its name; `None`: there is none, only a request of the old era.
    pub(crate) key: Option<SessionKey>,
    pub(crate) version: Version,
    pub(crate) client: ClientInfo,
    /// What is live of it, mostly nothing: to make and to drop that was 800 instructions a call.
    pub(crate) live: Option<Live>,
    pub(crate) place: Option<Place>,
}

impl Session {
    /// The calls of it that are under way, if any ever was.
    pub(crate) fn calls(&self) -> Option<&InFlight> {
        self.live.as_ref().map(|live| &live.calls)
    }

    /// The least severe level that its client wants; what it has not chosen is `info`.
    pub(crate) fn log_level(&self) -> LogLevel {
        self.live.as_ref().and_then(Live::log_level).unwrap_or(LogLevel::Info)
    }

    /// Whether another replica keeps what is live of it.
    pub(crate) fn is_away(&self) -> bool {
        self.place.as_ref().is_some_and(|place| !place.is_home)
    }
}

/// Where a sealed session stands.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    name: SessionKey,
    /// When it ends, in seconds since 1970.
    expires: u64,
    /// Whether this replica has opened it.
    pub(crate) is_home: bool,
}

impl Place {
    /// How a store of ended sessions calls it.
    pub(crate) fn name(&self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.name))
    }

    pub(crate) fn expires(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.expires)
    }
}

/// Opens and keeps sessions.
pub(crate) struct Sessions {
    seal: Seal,
    /// The name of this replica.
    home: String,
    lifetime: Duration,
    most_live: usize,
    most_ended: usize,
    recent: Recent,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    live: HashMap<SessionKey, Live>,
    order: VecDeque<SessionKey>,
    ended: HashSet<SessionKey>,
    ended_order: VecDeque<(SessionKey, u64)>,
}

impl Sessions {
    pub(crate) fn new(keys: &KeyRing, home: String, limits: &crate::transport::Limits) -> Self {
        Self {
            seal: keys.seal_for("session"),
            home,
            lifetime: limits.session,
            most_live: limits.live_sessions,
            most_ended: limits.ended_sessions,
            recent: Recent::new(limits.opened_sessions),
            table: Mutex::default(),
        }
    }

    /// Seals what `initialize` said into a session id, which is good for this caller only.
    pub(crate) fn open(
        &self,
        version: Version,
        params: &InitializeParams,
        caller: &Caller,
    ) -> Result<String> {
        let name = random_session()?;
        let expires = now().saturating_add(self.lifetime.as_secs());
        let sealed = Sealed::new(name, &self.home, expires, version, params);
        self.seal.seal(&sealed.within(Seal::room(LONGEST_TOKEN))?, &caller.principal())
    }

    /// The session of this id, unless it was tampered with, belongs to another caller, has expired or was
    /// ended here.
    pub(crate) fn resume(&self, token: &str, caller: &Caller) -> Option<Session> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let principal = caller.principal();
        // Saves some 15,000 instructions a call. Whether it has ended since is asked every time.
        let opened = self.recent.find(token, &principal, || self.unseal(token, &principal))?;
        let Opened { name, expires, is_home, version, ref client } = *opened;
        if expires <= now() {
            return None;
        }
        let table = lock(&self.table);
        if table.ended.contains(&name) {
            return None;
        }
        let live = table.live.get(&name).cloned();
        drop(table);
        Some(Session {
            key: Some(name),
            version,
            client: client.clone(),
            live,
            place: Some(Place { name, expires, is_home }),
        })
    }

    fn unseal(&self, token: &str, principal: &str) -> Option<Opened> {
        let sealed = Sealed::read(&self.seal.open(token, principal).ok()?)?;
        let (name, version) = (sealed.name()?, sealed.version()?);
        let (expires, is_home) = (sealed.expires, sealed.home == self.home);
        let info =
            Implementation { name: sealed.client, version: sealed.release, ..Implementation::default() };
        let client = ClientInfo::known(info, sealed.capabilities, version);
        Some(Opened { name, expires, is_home, version, client })
    }

    /// What is live of a session, kept from here on so that its later requests find it.
    pub(crate) fn keep(&self, place: &Place) -> Live {
        let mut table = lock(&self.table);
        if let Some(live) = table.live.get(&place.name) {
            return live.clone();
        }
        table.make_room(self.most_live);
        let live = Live::default();
        table.live.insert(place.name, live.clone());
        table.order.push_back(place.name);
        live
    }

    /// Ends a session: its id is refused from here on, and what is live of it ends.
    pub(crate) fn end(&self, place: &Place) {
        let mut table = lock(&self.table);
        let live = table.live.remove(&place.name);
        table.order.retain(|name| *name != place.name);
        if table.ended.insert(place.name) {
            table.ended_order.push_back((place.name, place.expires));
            table.forget_ended(self.most_ended);
        }
        drop(table);
        if let Some(live) = live {
            live.end();
        }
    }
}

impl Table {
    /// Forgets sessions of which nothing is live, and then the oldest, until there is room for one more.
    /// One with a call or an open stream goes last.
    fn make_room(&mut self, most: usize) {
        if self.live.len() < most {
            return;
        }
        self.live.retain(|_, live| !live.is_idle());
        let live = &self.live;
        self.order.retain(|name| live.contains_key(name));
        while self.live.len() >= most.max(1) {
            let is_quiet = |name: &SessionKey| self.live.get(name).is_none_or(|live| !live.is_open());
            let oldest = self.order.iter().position(is_quiet).unwrap_or(0);
            let Some(oldest) = self.order.remove(oldest) else {
                return;
            };
            if let Some(live) = self.live.remove(&oldest) {
                live.end();
            }
        }
    }

    /// Forgets what has expired since, and then the oldest, until at most `most` are left.
    fn forget_ended(&mut self, most: usize) {
        let now = now();
        while let Some((name, expires)) = self.ended_order.front().copied()
            && (expires < now || self.ended.len() > most)
        {
            self.ended_order.pop_front();
            self.ended.remove(&name);
        }
    }
}

/// A name for a session that nobody else has.
pub(crate) fn random_session() -> Result<SessionKey> {
    let mut key = SessionKey::default();
    fill_random(&mut key)?;
    Ok(key)
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
