//! Whom a task belongs to: settled here and nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::session::SessionKey;
use crate::transport::Caller;

/// Whom the tasks of a request belong to. A task of somebody else is as good as none.
///
/// In the modern era that is whoever calls. All who are anonymous are one: there the task's name, which
/// nobody can guess, is what protects it. In the old era it is the session, which is sealed for its
/// caller.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owner {
    /// Whoever calls.
    Caller(Caller),
    /// An old-era session.
    Session(SessionKey),
    /// Nobody that could come back: an old-era request without a session.
    Nobody,
}

impl Owner {
    /// The owner of what a modern request begins.
    pub(crate) fn of_caller(caller: &Caller) -> Self {
        Self::Caller(caller.clone())
    }

    /// The owner of what an old-era session begins.
    pub(crate) fn of_session(session: Option<SessionKey>) -> Self {
        session.map_or(Self::Nobody, Self::Session)
    }

    /// The session, if it is one: under the name that it has inside of the server, which opens nothing.
    pub(crate) fn session(&self) -> Option<String> {
        match self {
            Self::Session(key) => Some(URL_SAFE_NO_PAD.encode(key)),
            Self::Caller(_) | Self::Nobody => None,
        }
    }

    /// Its name in the store; `None`: it can have no tasks.
    pub(crate) fn name(&self) -> Option<String> {
        match self {
            Self::Caller(caller) => Some(format!("caller {}", caller.principal())),
            Self::Session(key) => Some(format!("session {}", URL_SAFE_NO_PAD.encode(key))),
            Self::Nobody => None,
        }
    }

    /// Whether it can be told from all others.
    pub(crate) fn is_known(&self) -> bool {
        match self {
            Self::Caller(caller) => !caller.is_anonymous(),
            Self::Session(_) => true,
            Self::Nobody => false,
        }
    }

    /// Whether a task of this owner is its own.
    pub(crate) fn owns(&self, owner: &str) -> bool {
        self.name().is_some_and(|name| name == owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_owns_their_own_and_nobody_owns_nothing() {
        let ada = Owner::of_caller(&Caller::new("issuer", "ada"));
        let owners = [
            ada.clone(),
            Owner::of_caller(&Caller::new("issuer", "eve")),
            Owner::of_caller(&Caller::new("other", "ada")),
            Owner::of_caller(&Caller::anonymous()),
            Owner::of_session(Some([1; 16])),
            Owner::of_session(Some([2; 16])),
        ];
        for (at, owner) in owners.iter().enumerate() {
            let name = owner.name().unwrap();
            let all: Vec<_> = owners.iter().map(|other| other.owns(&name)).collect();
            assert_eq!(all.iter().filter(|owns| **owns).count(), 1, "{name}");
            assert!(all[at]);
        }
        // What it may do is not who it is.
        assert!(
            Owner::of_caller(&Caller::new("issuer", "ada").with_scopes(["x"])).owns(&ada.name().unwrap())
        );
        assert!(!Owner::of_session(None).owns(""));
    }
}
