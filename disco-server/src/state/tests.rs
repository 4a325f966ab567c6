//! The file over versions, processes and failures.

use super::migrations::{apply, apply_steps};
use super::*;

fn count(connection: &Connection, table: &str) -> i64 {
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_step_that_fails_leaves_nothing_and_those_before_it_stay() {
    let mut connection = Connection::open_in_memory().unwrap();
    let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); nonsense"];
    apply_steps(&mut connection, &steps).unwrap_err();
    assert_eq!(count(&connection, "a"), 0);
    assert!(connection.prepare("SELECT * FROM b").is_err());
    apply_steps(&mut connection, &["CREATE TABLE a (x)", "CREATE TABLE b (x)"]).unwrap();
    assert_eq!(count(&connection, "b"), 0);
}

#[test]
fn a_file_of_a_newer_program_is_refused_with_words_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let mut connection = Connection::open(&path).unwrap();
    apply(&mut connection).unwrap();
    connection.pragma_update(None, "user_version", 1000).unwrap();
    let error = Store::open(folder.path()).unwrap_err();
    assert_eq!(error.code, ErrorCode::StateTooNew);
    assert!(
        error.message.contains("disco.db") && error.message.contains("version 1000"),
        "{}",
        error.message
    );
    assert_eq!(count(&connection, "processes"), 0);
}

#[test]
fn what_is_no_file_of_state_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), "x".repeat(9000)).unwrap();
    let error = Store::open(folder.path()).unwrap_err();
    assert_eq!(error.code, ErrorCode::StateBroken);
    assert!(error.message.contains("disco.db"), "{}", error.message);
}

#[test]
fn a_process_is_dead_when_its_number_is_free_or_another_has_it() {
    let mut connection = Connection::open_in_memory().unwrap();
    apply(&mut connection).unwrap();
    let this = Process::this().unwrap();
    this.register(&connection).unwrap();
    assert!(Process::dead(&connection).unwrap().is_empty());

    let add = |id: &str, pid: u32, started: &str, boot: &str| {
        let add = format!(
            "INSERT INTO processes SELECT '{id}', {pid}, {started}, {boot} FROM processes WHERE id = '{}'",
            this.id()
        );
        connection.execute(&add, []).unwrap();
    };
    add("number taken again", std::process::id(), "started - 1", "boot");
    add("before the machine began anew", std::process::id(), "started", "'other'");
    let mut dead = Process::dead(&connection).unwrap();
    dead.sort();
    assert_eq!(dead, ["before the machine began anew", "number taken again"]);

    let claimed = "INSERT INTO sandboxes (id, claim, record) VALUES ('s', 'number taken again', '')";
    connection.execute(claimed, []).unwrap();
    Process::forget_the_dead(&connection).unwrap();
    assert_eq!(Process::dead(&connection).unwrap(), ["number taken again"]);
    assert_eq!(count(&connection, "processes"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_open_files_are_one_state_and_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [Store::open(folder.path()).unwrap(), Store::open(folder.path()).unwrap()];
    let setup = |transaction: &Transaction<'_>| {
        Ok(transaction.execute_batch("CREATE TABLE t (n); INSERT INTO t VALUES (0)")?)
    };
    stores[0].write(setup).await.unwrap();
    let mut running = tokio::task::JoinSet::new();
    for at in 0..100 {
        let store = stores[at % 2].clone();
        running.spawn(async move {
            let add = |transaction: &Transaction<'_>| {
                let n: i64 = transaction.query_row("SELECT n FROM t", [], |row| row.get(0))?;
                transaction.execute("UPDATE t SET n = ?", [n + 1])?;
                Ok(())
            };
            store.write(add).await.unwrap();
        });
    }
    running.join_all().await;
    let n = |connection: &Connection| {
        Ok(connection.query_row("SELECT n FROM t", [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(stores[1].read(n).await.unwrap(), 100);
}

#[tokio::test]
async fn what_fails_in_the_middle_has_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let half = |transaction: &Transaction<'_>| {
        transaction.execute_batch("CREATE TABLE half (n)")?;
        Err::<(), _>(Error::new(ErrorCode::Timeout, "stop"))
    };
    assert_eq!(store.write(half).await.unwrap_err().code, ErrorCode::Timeout);
    let is_there = |connection: &Connection| Ok(connection.prepare("SELECT * FROM half").is_ok());
    assert!(!store.read(is_there).await.unwrap());
}
