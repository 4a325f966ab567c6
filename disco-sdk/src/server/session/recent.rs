//! Session ids that were opened lately: to open one is a third of what an old-era call costs.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::SessionKey;
use crate::protocol::version::Version;
use crate::server::client_info::ClientInfo;

/// How many characters of an id say which it is: its end is the seal's, as good as random.
const END: usize = 16;

/// What an id holds that was opened, and whose it is.
pub(super) struct Opened {
    pub(super) name: SessionKey,
    pub(super) expires: u64,
    pub(super) is_home: bool,
    pub(super) version: Version,
    pub(super) client: ClientInfo,
}

struct Known {
    mark: u64,
    token: Box<str>,
    principal: Box<str>,
    opened: Arc<Opened>,
}

/// The ids that were opened lately; a newer one takes the place of an older one. An id is never trusted for
/// less than all of it.
pub(super) struct Recent {
    places: Box<[ArcSwapOption<Known>]>,
    hasher: RandomState,
}

impl Recent {
    /// Keeps at most so many.
    pub(super) fn new(most: usize) -> Self {
        Self {
            places: std::iter::repeat_with(ArcSwapOption::empty).take(most).collect(),
            hasher: RandomState::new(),
        }
    }

    /// What this id holds, if it was opened lately for this caller, or else what `open` finds in it.
    pub(super) fn find(
        &self,
        token: &str,
        principal: &str,
        open: impl FnOnce() -> Option<Opened>,
    ) -> Option<Arc<Opened>> {
        let end = &token.as_bytes()[token.len().saturating_sub(END)..];
        let mark = self.hasher.hash_one(end);
        let place = mark.checked_rem(self.places.len() as u64).and_then(|place| usize::try_from(place).ok());
        let Some(place) = place.and_then(|place| self.places.get(place)) else {
            return open().map(Arc::new);
        };
        if let Some(known) = &*place.load()
            && known.mark == mark
            && *known.token == *token
            && *known.principal == *principal
        {
            return Some(Arc::clone(&known.opened));
        }
        let opened = Arc::new(open()?);
        place.store(Some(Arc::new(Known {
            mark,
            token: token.into(),
            principal: principal.into(),
            opened: Arc::clone(&opened),
        })));
        Some(opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(name: u8) -> Opened {
        let client = ClientInfo::default();
        Opened { name: [name; 16], expires: 0, is_home: true, version: Version::LATEST_LEGACY, client }
    }

    #[test]
    fn an_id_is_opened_once_for_each_caller_and_a_bad_one_every_time() {
        let recent = Recent::new(256);
        let name = |token: &str, principal: &str, now: Option<Opened>| {
            recent.find(token, principal, || now).map(|opened| opened.name[0])
        };
        let token = "a token with a long end";
        assert_eq!(name(token, "ada", None), None);
        assert_eq!(name(token, "ada", Some(opened(1))), Some(1));
        assert_eq!(name(token, "ada", None), Some(1));
        assert_eq!(name("b token with a long end", "ada", None), None, "only its end is the same");
        assert_eq!(name(token, "eve", None), None);
        assert_eq!(name("", "ada", None), None);
        assert_eq!(name(token, "ada", Some(opened(2))), Some(1));
    }

    #[test]
    fn more_than_fit_take_the_places_of_others() {
        let recent = Recent::new(256);
        for number in 0..2_000_u32 {
            let token = format!("{number:032}");
            assert!(recent.find(&token, "", || Some(opened(1))).is_some());
            assert!(recent.find(&token, "", || None).is_some());
        }
        let kept =
            (0..2_000_u32).filter(|number| recent.find(&format!("{number:032}"), "", || None).is_some());
        assert!((1..=256).contains(&kept.count()));
        let none = Recent::new(0);
        assert!(none.find("a", "", || Some(opened(1))).is_some());
        assert!(none.find("a", "", || None).is_none());
    }
}
