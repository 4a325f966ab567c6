//! The chain, and what is noticed when somebody changes it.

use super::*;
use crate::audit::chain::Verdict;

fn event(name: &str) -> Event {
    Event { name: name.to_owned(), outcome: "ok".to_owned(), ..Event::default() }
}

async fn filled(most: u64, entries: usize) -> (tempfile::TempDir, Audit) {
    let folder = tempfile::tempdir().unwrap();
    let audit = Audit::new(Store::open(folder.path()).unwrap(), most);
    for number in 1..=entries {
        audit.append(event(&format!("tool {number}"))).await.unwrap();
    }
    (folder, audit)
}

/// Does what the file refuses, as somebody who takes its triggers away first.
async fn after(audit: &Audit, meddle: &'static str) -> Verdict {
    const FREE: &str = "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_goes_from_its_beginning;
        DROP TRIGGER audit_ends_go_forward;";
    let meddle =
        move |state: &Connection| Ok(state.execute_batch(FREE).and_then(|()| state.execute_batch(meddle))?);
    audit.store.write(move |state| meddle(state)).await.unwrap();
    audit.verify().await.unwrap()
}

#[tokio::test]
async fn the_file_refuses_to_change_or_to_lose_an_entry() {
    let (_folder, audit) = filled(100, 5).await;
    for change in [
        "UPDATE audit SET who = 'somebody else' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 5",
        "INSERT OR REPLACE INTO audit SELECT 3, at, 'somebody else', client, process, kind, name, target, digest,
            outcome, duration_us, hash FROM audit WHERE seq = 3",
        "UPDATE audit_ends SET next = 3",
        "UPDATE audit_ends SET first = 0",
        "UPDATE audit_ends SET first = 7",
        "UPDATE audit_ends SET next = 60",
        "DELETE FROM audit_ends",
    ] {
        let meddled = audit.store.write(move |state| Ok(state.execute_batch(change)?)).await;
        let error = meddled.expect_err(change);
        assert!(error.message.contains("append-only"), "{change}: {}", error.message);
    }
    let verdict = audit.verify().await.unwrap();
    assert_eq!((verdict.entries, verdict.broken), (5, None));
}

#[tokio::test]
async fn a_chain_that_nobody_touched_is_right() {
    let (_folder, audit) = filled(100, 5).await;
    let verdict = audit.verify().await.unwrap();
    assert_eq!((verdict.entries, verdict.first, verdict.broken), (5, 1, None));
    let newest = audit.query(Filter { limit: 2, ..Filter::default() }).await.unwrap();
    assert_eq!(newest.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5, 4]);
    assert_eq!(verdict.head, newest[0].hash);
}

#[tokio::test]
async fn the_first_entry_that_was_changed_is_named() {
    for change in [
        "UPDATE audit SET who = 'somebody else' WHERE seq >= 3",
        "UPDATE audit SET outcome = 'INTERNAL' WHERE seq = 3",
        "UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 4) WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq >= 3",
        "DELETE FROM audit WHERE seq >= 3; UPDATE audit_ends SET next = 3",
        "UPDATE audit SET seq = seq + 90 WHERE seq >= 3",
    ] {
        let (_folder, audit) = filled(100, 5).await;
        let verdict = after(&audit, change).await;
        let broken = verdict.broken.unwrap_or_else(|| panic!("{change}: not noticed"));
        assert_eq!((broken.seq, verdict.entries), (3, 2), "{change}: {}", broken.why);
    }
}

#[tokio::test]
async fn the_oldest_are_let_go_of_and_the_rest_is_still_right() {
    let (_folder, audit) = filled(20, 57).await;
    let verdict = audit.verify().await.unwrap();
    assert_eq!(verdict.broken, None);
    assert!((18..=20).contains(&verdict.entries), "{verdict:?}");
    assert_eq!(verdict.first + verdict.entries - 1, 57);
    // Not even the first of those that are left can be taken away.
    let cut = "DELETE FROM audit WHERE seq = (SELECT min(seq) FROM audit)";
    assert_eq!(after(&audit, cut).await.broken.unwrap().seq, verdict.first);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_write_one_chain() {
    let (folder, one) = filled(1000, 1).await;
    let two = Audit::new(Store::open(folder.path()).unwrap(), 1000);
    let mut running = tokio::task::JoinSet::new();
    for number in 0..60 {
        let audit = if number % 2 == 0 { one.clone() } else { two.clone() };
        running.spawn(async move { audit.append(event("x")).await.unwrap() });
    }
    running.join_all().await;
    let verdict = one.verify().await.unwrap();
    assert_eq!((verdict.entries, verdict.broken), (61, None));
}

#[tokio::test]
async fn entries_are_found_by_what_they_say() {
    let (_folder, audit) = filled(100, 3).await;
    let failed = Event { outcome: "FILE_NOT_FOUND".into(), who: "ada".into(), ..event("file_read") };
    audit.append(failed.clone()).await.unwrap();
    let find = async |filter: Filter| audit.query(Filter { limit: 9, ..filter }).await.unwrap().len();
    assert_eq!(find(Filter { who: Some("ada".into()), ..Filter::default() }).await, 1);
    assert_eq!(find(Filter { name: Some("tool 2".into()), ..Filter::default() }).await, 1);
    assert_eq!(find(Filter { outcome: Some("ok".into()), ..Filter::default() }).await, 3);
    assert_eq!(find(Filter { before: Some(3), ..Filter::default() }).await, 2);
}
