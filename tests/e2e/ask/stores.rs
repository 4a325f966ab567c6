//! What a store of request states promises, whichever it is.

use std::sync::Arc;
use std::time::Duration;

use disco_sdk::{
    BoxFuture, ErrorCode, MemoryRequestStates, RequestStates, RequestStatesFolder, Result, Server,
};
use tempfile::TempDir;

const MINUTE: Duration = Duration::from_mins(1);

/// A store that servers in one process share.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<MemoryRequestStates>);

impl Shared {
    pub(super) fn new(most: usize, most_bytes: usize) -> Self {
        Self(Arc::new(MemoryRequestStates::new(most, most_bytes)))
    }
}

impl RequestStates for Shared {
    fn put<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<()>> {
        self.0.put(name, value, ttl)
    }

    fn claim<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<bool>> {
        self.0.claim(name, value, ttl)
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>>> {
        self.0.get(name)
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        self.0.remove(name)
    }
}

pub(super) fn folder(path: &TempDir) -> RequestStatesFolder {
    RequestStatesFolder::open(path.path()).expect("the folder opens")
}

/// Gives a server one of the stores.
pub(super) type Give = Box<dyn Fn(Server) -> Server>;

/// Gives servers a store that they share: one in memory, and one in a folder that each opens by itself.
pub(super) fn shared(path: &TempDir) -> [Give; 2] {
    let (memory, path) = (Shared::default(), path.path().to_owned());
    [
        Box::new(move |server| server.request_states(memory.clone())),
        Box::new(move |server| {
            server.request_states(RequestStatesFolder::open(&path).expect("the folder opens"))
        }),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_claim_a_name_at_once_one_gets_it() {
    let path = TempDir::new().unwrap();
    let memory = Shared::default();
    let stores = (0..16)
        .flat_map(|_| -> [Arc<dyn RequestStates>; 2] { [Arc::new(memory.clone()), Arc::new(folder(&path))] });
    let claims =
        stores.map(|store| tokio::spawn(async move { store.claim("a", Vec::new(), MINUTE).await.unwrap() }));
    let mut winners = 0;
    for claim in claims.collect::<Vec<_>>() {
        winners += usize::from(claim.await.unwrap());
    }
    assert_eq!(winners, 2, "one of each");
}

#[tokio::test]
async fn a_folder_gives_back_whole_what_it_was_given_until_its_time_is_over() {
    let path = TempDir::new().unwrap();
    let (store, other) = (folder(&path), folder(&path));
    let value = b"1\n\xff2\n".repeat(1000);
    store.put("a", value.clone(), MINUTE).await.unwrap();
    assert_eq!(other.get("a").await.unwrap(), Some(value));
    assert!(!other.claim("a", Vec::new(), MINUTE).await.unwrap());
    for over in ["1.000\nvalue", "no time\nvalue", ""] {
        std::fs::write(path.path().join("a"), over).unwrap();
        assert_eq!(other.get("a").await.unwrap(), None, "{over:?}");
        assert!(other.claim("a", b"new".to_vec(), MINUTE).await.unwrap(), "{over:?}");
    }
    for _ in 0..2 {
        store.remove("a").await.unwrap();
        assert_eq!(other.get("a").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_folder_takes_nothing_new_beyond_its_bound_and_forgets_nothing_for_it() {
    let path = TempDir::new().unwrap();
    let store = folder(&path).at_most(1);
    store.put("a", Vec::new(), MINUTE).await.unwrap();
    store.put("a", b"again".to_vec(), MINUTE).await.unwrap();
    assert_eq!(store.put("b", Vec::new(), MINUTE).await.unwrap_err().code(), ErrorCode::BUSY);
    assert_eq!(store.claim("b", Vec::new(), MINUTE).await.unwrap_err().code(), ErrorCode::BUSY);
    assert!(store.get("a").await.unwrap().is_some());
    // What is over makes room.
    std::fs::write(path.path().join("a"), "1.000\n").unwrap();
    assert!(store.claim("b", Vec::new(), MINUTE).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn memory_has_a_name_for_one_until_it_is_given_up_or_its_time_is_over() {
    let store = MemoryRequestStates::default();
    assert!(store.claim("a", b"1".to_vec(), MINUTE).await.unwrap());
    assert!(!store.claim("a", b"2".to_vec(), MINUTE).await.unwrap());
    assert_eq!(store.get("a").await.unwrap().unwrap(), b"1");
    store.remove("a").await.unwrap();
    assert!(store.claim("a", b"3".to_vec(), MINUTE).await.unwrap());
    store.put("a", b"4".to_vec(), 2 * MINUTE).await.unwrap();
    tokio::time::advance(MINUTE).await;
    assert_eq!(store.get("a").await.unwrap().unwrap(), b"4");
    tokio::time::advance(MINUTE).await;
    assert_eq!(store.get("a").await.unwrap(), None);
    assert!(store.claim("a", b"5".to_vec(), MINUTE).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn memory_refuses_what_passes_its_bounds_and_forgets_nothing_for_it() {
    let store = MemoryRequestStates::new(2, 10);
    let put = |name: &'static str, size: usize| store.put(name, vec![0; size], MINUTE);
    let is_busy = |kept: Result<()>| kept.is_err_and(|error| error.code() == ErrorCode::BUSY);
    put("a", 4).await.unwrap();
    put("b", 4).await.unwrap();
    assert!(is_busy(put("c", 0).await) && is_busy(put("a", 7).await));
    put("a", 6).await.unwrap();
    assert!(store.claim("c", Vec::new(), MINUTE).await.is_err());
    assert_eq!(store.get("a").await.unwrap().unwrap().len(), 6);
    tokio::time::advance(MINUTE).await;
    put("c", 10).await.unwrap();
}
