//! Several processes of the server that share a data folder, as when each client starts one.

use serde_json::{Value, json};

use super::{Disco, command};
use disco_tests::support::Process;

/// Another process with the same data.
fn beside(disco: &Disco) -> Disco {
    let process = Process::run(command(&disco.folder).args(["stdio", "--toolsets", "all"]));
    Disco { process, folder: tempfile::tempdir().unwrap(), next: 0 }
}

#[tokio::test]
async fn terminals_of_all_processes_are_listed_and_only_their_own_can_read_them() {
    let mut one = Disco::start();
    let sandbox = one.call("sandbox_create", json!({})).await["sandbox_id"].clone();
    let mut two = beside(&one);
    let open = json!({"command": "cat", "sandbox_id": sandbox});
    let of_one = one.call("terminal_open", open.clone()).await["terminal_id"].clone();
    let of_two = two.call("terminal_open", open).await["terminal_id"].clone();

    for (disco, own, other) in [(&mut one, &of_one, &of_two), (&mut two, &of_two, &of_one)] {
        let listed = disco.call("terminal_list", json!({"sandbox_id": sandbox})).await;
        let listed = listed["terminals"].as_array().unwrap();
        let of = |id: &Value| listed.iter().find(|terminal| terminal["terminal_id"] == *id).unwrap();
        assert_eq!(
            (listed.len(), &of(own)["is_own"], &of(other)["is_own"]),
            (2, &json!(true), &json!(false))
        );
        assert_ne!(of(own)["process"], of(other)["process"]);
        for tool in ["terminal_read", "terminal_write", "terminal_close"] {
            let refused = disco.fail(tool, json!({"terminal_id": other})).await;
            assert_eq!(refused["code"], "TERMINAL_ELSEWHERE", "{refused}");
            assert!(refused["message"].as_str().unwrap().contains("another process"), "{refused}");
            assert!(refused["suggestion"].as_str().unwrap().contains("process_list"), "{refused}");
        }
    }
    // What a killed process had open is closed.
    one.process.child.kill().await.unwrap();
    let listed = two.call("terminal_list", json!({})).await;
    assert_eq!(listed["terminals"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(two.fail("terminal_read", json!({"terminal_id": of_one})).await["code"], "TERMINAL_CLOSED");
}

#[tokio::test]
async fn processes_are_found_and_ended_whichever_process_has_started_them() {
    let mut one = Disco::start();
    let sandbox = one.call("sandbox_create", json!({})).await["sandbox_id"].clone();
    let other = one.call("sandbox_create", json!({})).await["sandbox_id"].clone();
    let mut two = beside(&one);
    let cat = |sandbox: &Value| json!({"command": "exec cat", "sandbox_id": sandbox});
    let terminal = one.call("terminal_open", cat(&sandbox)).await["terminal_id"].clone();
    one.call("terminal_open", cat(&other)).await;
    let ready = json!({"terminal_id": terminal, "text": "x", "keys": ["enter"], "wait_for": "x\nx"});
    one.call("terminal_write", ready).await;

    let seen = two.call("process_list", json!({"sandbox_id": sandbox})).await;
    let own = one.call("process_list", json!({"sandbox_id": sandbox})).await;
    assert_eq!(seen["processes"].as_array().unwrap().len(), 1, "{seen}");
    let (seen, own) = (&seen["processes"][0], &own["processes"][0]);
    assert_eq!((&seen["command"], &seen["process_id"]), (&json!("cat"), &own["process_id"]));
    assert_eq!((&own["belongs_to"], &seen["belongs_to"]), (&terminal, &Value::Null));

    let kill = json!({"process_id": seen["process_id"], "signal": "kill", "sandbox_id": sandbox});
    two.call("process_kill", kill.clone()).await;
    let end = json!({"terminal_id": terminal, "idle_ms": 60_000, "timeout_ms": 60_000});
    assert_eq!(one.call("terminal_read", end).await["is_open"], false);
    assert_eq!(two.fail("process_kill", kill).await["code"], "PROCESS_NOT_FOUND");
}

/// Each counts for itself, and measures anew when the disk has become fuller and near the bound.
#[tokio::test]
async fn two_processes_that_write_at_once_pass_the_bound_of_a_sandbox_by_little() {
    let mut one = Disco::start();
    let limits = json!({"disk_mb": 4, "file_mb": 1});
    let sandbox = one.call("sandbox_create", json!({"limits": limits})).await["sandbox_id"].clone();
    let mut two = beside(&one);
    let file = |name: String| json!({"path": name, "content": "x".repeat(200 << 10), "sandbox_id": sandbox});
    let mut refused = 0;
    for round in 0..40 {
        let (of_one, of_two) = (file(format!("one-{round}")), file(format!("two-{round}")));
        let (of_one, of_two) =
            tokio::join!(one.try_call("file_write", of_one), two.try_call("file_write", of_two));
        for failed in [of_one, of_two].iter().filter(|told| told["isError"] == true) {
            assert_eq!(failed["_meta"]["dev.disco/error"]["code"], "DISK_FULL", "{failed}");
            refused += 1;
        }
    }
    let size = json!({"command": "du -s --block-size=1K | cut -f1", "sandbox_id": sandbox});
    let size =
        one.call("terminal_execute", size).await["stdout"].as_str().unwrap().trim().parse::<u32>().unwrap();
    assert!(refused > 0 && size <= 6 << 10, "{size} KiB of 16,000, and {refused} were refused");
}
