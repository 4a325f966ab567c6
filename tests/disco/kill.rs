//! A server that is killed at any moment has lost nothing that it had acknowledged.
//!
//! `KILLS` asks for another number of rounds.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use super::Disco;
use super::files::sha256;

/// How often it is killed.
const ROUNDS: usize = 200;
/// After so many rounds everything is looked at that was ever acknowledged; after each what is new.
const ALL: usize = 20;
/// Nothing is forgotten for want of room, and some sandboxes are prepared before they are asked for.
const FLAGS: [&str; 8] = [
    "--max-sandboxes",
    "10000",
    "--max-runs",
    "1000000",
    "--max-snapshots",
    "10000",
    "--templates",
    "templates",
];
/// A template whose sandboxes are worth preparing.
const TEMPLATE: &str = "name = \"slow\"\nsetup = [\"echo whole > mark\"]";

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    /// Without those whose deletion was asked for: they may be there or not.
    sandboxes: BTreeSet<String>,
    /// Sandboxes and snapshots with a file `mark`, and what is in it.
    marked: Vec<(String, String)>,
    snapshots: BTreeSet<String>,
    jobs: BTreeSet<String>,
    /// Jobs that were told to be done, with their records.
    runs: BTreeMap<String, Value>,
    /// How often each tool was called with these arguments, by their digest.
    calls: BTreeMap<(String, String), i64>,
}

impl Acknowledged {
    /// Calls a tool, and notes that it was called.
    async fn call(&mut self, disco: &mut Disco, tool: &str, arguments: Value) -> Value {
        let digest = sha256(arguments.to_string().as_bytes());
        let told = disco.call(tool, arguments).await;
        *self.calls.entry((tool.to_owned(), digest)).or_default() += 1;
        told
    }

    fn add(&mut self, new: Self) {
        self.sandboxes.extend(new.sandboxes);
        self.marked.extend(new.marked);
        self.snapshots.extend(new.snapshots);
        self.jobs.extend(new.jobs);
        self.runs.extend(new.runs);
        for (call, calls) in new.calls {
            *self.calls.entry(call).or_default() += calls;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_when_the_server_is_killed() {
    let rounds = std::env::var("KILLS").map_or(ROUNDS, |rounds| rounds.parse().expect("KILLS is a number"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("templates")).unwrap();
    std::fs::write(folder.path().join("templates/slow.toml"), TEMPLATE).unwrap();
    let mut disco = Disco::start_in(folder, &FLAGS);
    let (mut known, mut killed, mut audited) = (Acknowledged::default(), Vec::new(), 0);
    for round in 0..rounds {
        let mut new = Acknowledged::default();
        let moment = Duration::from_micros(random() % 250_000);
        tokio::select! {
            biased;
            () = sleep(moment) => {}
            () = work(&mut disco, &mut new, round) => unreachable!("there is always more work"),
        }
        killed.extend(disco.process.child.id().map(cgroup_prefix));
        disco = disco.kill_and_start_again(&FLAGS).await;
        look_at_new(&mut disco, &new, round).await;
        look(&mut disco, &new, audited, round).await;
        known.add(new);
        if round % ALL == ALL - 1 || round + 1 == rounds {
            look(&mut disco, &known, 0, round).await;
        }
        audited = last_entry(disco.folder.path());
    }
    end_all(&mut disco, &known).await;
    assert!(!known.calls.is_empty() && !known.jobs.is_empty() && !known.runs.is_empty());
    assert!(!known.snapshots.is_empty() && !known.marked.is_empty());
    nothing_is_left_behind(&disco.folder, &known, &killed);
}

/// Makes, runs and deletes for ever, and notes what was acknowledged as soon as it is.
async fn work(disco: &mut Disco, known: &mut Acknowledged, round: usize) {
    let sleeper = json!({"commands": ["exec sleep 7654321"], "job_id": format!("sleeper{round}")});
    let id = known.call(disco, "submit_job", sleeper).await["job_id"].as_str().unwrap().to_owned();
    known.jobs.insert(id);
    for number in 0.. {
        let made = known.call(disco, "sandbox_create", json!({})).await;
        let sandbox = made["sandbox_id"].as_str().unwrap().to_owned();
        known.sandboxes.insert(sandbox.clone());
        let id = format!("job-{round}-{number}");
        let arguments = json!({"commands": [format!("echo {id} | tee left")], "artifacts": ["left"], "job_id": id,
            "sandbox_id": sandbox});
        let kind = random() % 3;
        if kind == 0 {
            copies(disco, known, &sandbox).await;
        } else if kind == 1 {
            known.call(disco, "submit_job", arguments).await;
            known.jobs.insert(id);
        } else {
            let run = known.call(disco, "run_job", arguments).await;
            known.jobs.insert(id.clone());
            known.runs.insert(id, run);
            known.sandboxes.remove(&sandbox);
            known.call(disco, "sandbox_delete", json!({"sandbox_id": sandbox})).await;
        }
    }
}

/// Forks, keeps, restores and deletes copies of a sandbox.
async fn copies(disco: &mut Disco, known: &mut Acknowledged, sandbox: &str) {
    let mark = json!({"path": "mark", "content": sandbox, "sandbox_id": sandbox});
    known.call(disco, "file_write", mark).await;
    let note = |known: &mut Acknowledged, id: &Value, mark: &str| {
        let id = id.as_str().unwrap().to_owned();
        known.marked.push((id.clone(), mark.to_owned()));
        id
    };
    known.marked.push((sandbox.to_owned(), sandbox.to_owned()));
    let fork = known.call(disco, "sandbox_fork", json!({"sandbox_id": sandbox})).await["sandbox_id"].clone();
    let fork = note(known, &fork, sandbox);
    known.sandboxes.insert(fork.clone());
    let mut snapshots = Vec::new();
    for _ in 0..2 {
        let taken =
            known.call(disco, "sandbox_snapshot", json!({"sandbox_id": fork})).await["snapshot_id"].clone();
        snapshots.push(note(known, &taken, sandbox));
        known.snapshots.extend(snapshots.last().cloned());
    }
    known.call(disco, "sandbox_restore", json!({"sandbox_id": fork, "snapshot_id": snapshots[0]})).await;
    known.snapshots.remove(&snapshots[1]);
    known.call(disco, "snapshot_delete", json!({"snapshot_id": snapshots[1]})).await;
    let made = known.call(disco, "sandbox_create", json!({"template": "slow"})).await["sandbox_id"].clone();
    let made = note(known, &made, "whole\n");
    known.sandboxes.insert(made);
}

/// Looks into what the round before the restart has made.
async fn look_at_new(disco: &mut Disco, new: &Acknowledged, round: usize) {
    for (id, mark) in new.marked.iter().filter(|(id, _)| new.sandboxes.contains(id)) {
        let read = disco.call("file_read", json!({"path": "mark", "sandbox_id": id})).await;
        assert_eq!(&read["content"], mark, "round {round}: {id}");
    }
    for id in &new.jobs {
        let status = disco.call("get_job_status", json!({"job_id": id})).await;
        assert_ne!(status["status"], "failed", "round {round}: {status}");
    }
    for (id, run) in &new.runs {
        let again = disco.call("get_run", json!({"job_id": id})).await;
        assert_eq!(&again, run, "round {round}");
        left(disco, id).await;
    }
}

/// Looks whether everything is there, and in the audit behind this entry.
async fn look(disco: &mut Disco, known: &Acknowledged, audited: i64, round: usize) {
    are_there(disco, ["sandbox_list", "sandboxes", "sandbox_id"], &known.sandboxes, round).await;
    are_there(disco, ["snapshot_list", "snapshots", "snapshot_id"], &known.snapshots, round).await;
    let state = open(disco.folder.path());
    let mut statement =
        state.prepare("SELECT name, digest, count(*) FROM audit WHERE seq > ? GROUP BY 1, 2").unwrap();
    let entries =
        statement.query_map([audited], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).unwrap();
    let entries: BTreeMap<(String, String), i64> = entries.map(Result::unwrap).collect();
    for (call, calls) in &known.calls {
        let told = entries.get(call).copied().unwrap_or_default();
        assert!(told >= *calls, "round {round}: the audit tells {told} of {calls} calls: {call:?}");
    }
    let check: String = state.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok", "round {round}");
}

/// Looks for all of these in a list, whose pages begin with the newest.
async fn are_there(
    disco: &mut Disco,
    [tool, list, member]: [&str; 3],
    wanted: &BTreeSet<String>,
    round: usize,
) {
    let (mut missing, mut before) = (wanted.clone(), Value::Null);
    loop {
        // Also where nothing is wanted: when it answers, the server has begun.
        let page = disco.call(tool, json!({"before": before, "limit": 100})).await;
        for item in page[list].as_array().unwrap() {
            missing.remove(item[member].as_str().unwrap());
        }
        before = page["next_before"].clone();
        if missing.is_empty() {
            return;
        }
        assert!(!before.is_null(), "round {round}: lost in `{tool}`: {missing:?}");
    }
}

/// Reads what a job has left.
async fn left(disco: &mut Disco, id: &str) {
    let read = disco.call("get_artifact", json!({"job_id": id, "filename": "left"})).await;
    assert_eq!(read["content"], format!("{id}\n"), "{id}");
}

/// Every job comes to an end: what waited is run, and what ran is told to be interrupted.
async fn end_all(disco: &mut Disco, known: &Acknowledged) {
    for id in &known.jobs {
        if id.starts_with("sleeper") {
            let status = disco.call("cancel_job", json!({"job_id": id})).await;
            assert!(["interrupted", "cancelled"].iter().any(|end| status["status"] == *end), "{status}");
            continue;
        }
        let run = loop {
            let log = json!({"job_id": id, "cursor": 1_000_000, "wait_seconds": 60});
            if disco.call("get_job_logs", log).await["is_end"] == true {
                break disco.call("get_run", json!({"job_id": id})).await;
            }
        };
        match run["status"].as_str().unwrap() {
            "success" => left(disco, id).await,
            "interrupted" => assert!(run["error"]["message"].as_str().unwrap().contains("killed"), "{run}"),
            other => panic!("{other}: {run}"),
        }
    }
    let verified = super::command(&disco.folder).args(["audit", "verify"]).output().await.unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

/// No process, no half a sandbox and no half an artifact.
fn nothing_is_left_behind(folder: &TempDir, known: &Acknowledged, killed: &[String]) {
    let state = open(folder.path());
    let mut statement = state.prepare("SELECT id FROM sandboxes WHERE claim IS NULL").unwrap();
    let records: BTreeSet<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(known.sandboxes.is_subset(&records));
    assert_eq!(names(&folder.path().join("data/workspaces")), records);
    assert_eq!(names(&folder.path().join("data/artifacts/parts")), BTreeSet::new());
    let mut statement = state.prepare("SELECT id FROM snapshots WHERE claim IS NULL").unwrap();
    let snapshots: BTreeSet<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(known.snapshots.is_subset(&snapshots));
    let copies = folder.path().join("data/snapshots");
    assert_eq!(names(&copies), snapshots);
    for (id, mark) in known.marked.iter().filter(|(id, _)| known.snapshots.contains(id)) {
        assert_eq!(&std::fs::read_to_string(copies.join(id).join("mark")).unwrap(), mark);
    }
    for id in &records {
        let files = names(&folder.path().join("data/workspaces").join(id));
        assert!(!files.iter().any(|name| name.starts_with(".disco-restore")), "{files:?}");
    }
    for prefix in killed {
        // The server tries for ten seconds, since what it has killed may end late.
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let left = cgroups(Path::new("/sys/fs/cgroup"), prefix);
            if left.is_empty() {
                break;
            }
            assert!(Instant::now() < end, "{left:?}");
        }
    }
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    assert!(lines.into_iter().all(|line| line != b"sleep\x007654321\0"), "a process is left");
}

/// How the names of a server's cgroups begin: its number is given again to others, but not together with its start.
fn cgroup_prefix(pid: u32) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let started = stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().nth(19).unwrap();
    format!("disco-{pid}-{started}-")
}

/// The cgroups whose names begin so.
fn cgroups(folder: &Path, prefix: &str) -> Vec<String> {
    let folders = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let found = folders.filter(|path| path.is_dir() && !path.is_symlink()).flat_map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut below = cgroups(&path, prefix);
        below.extend(Some(name).filter(|name| name.starts_with(prefix)));
        below
    });
    found.collect()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// The number of the newest entry of the audit.
fn last_entry(folder: &Path) -> i64 {
    let newest = "SELECT coalesce(max(seq), 0) FROM audit";
    open(folder).query_row(newest, [], |row| row.get(0)).unwrap()
}

fn open(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.join("data/disco.db")).unwrap()
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
