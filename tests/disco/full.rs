//! Files that would make a workspace larger than its sandbox may be.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::Disco;

const KIB: usize = 1024;

/// A sandbox of 2 MiB, with files of 1 MiB.
async fn small(disco: &mut Disco) -> Value {
    let limits = json!({"disk_mb": 2, "file_mb": 1});
    disco.call("sandbox_create", json!({"limits": limits})).await["sandbox_id"].clone()
}

#[tokio::test]
async fn files_are_refused_that_the_workspace_has_no_room_for() {
    let mut disco = Disco::start();
    let id = small(&mut disco).await;
    let file = |path: &str, size: usize| json!({"path": path, "content": "x".repeat(size), "sandbox_id": id});
    let size = json!({"command": "du -s --block-size=1 | cut -f1", "sandbox_id": id});
    disco.call("file_write", file("one", 900 * KIB)).await;
    disco.call("file_write", file("two", 900 * KIB)).await;

    let refused = disco.fail("file_write", file("new/three", 900 * KIB)).await;
    assert_eq!(refused["code"], "DISK_FULL");
    assert!(refused["message"].as_str().unwrap().contains("2 MiB"), "{refused}");
    assert!(refused["suggestion"].as_str().unwrap().contains("disk_mb"), "{refused}");
    let would = disco.fail(
        "file_write",
        json!({"path": "three", "content": "x".repeat(900 * KIB), "dry_run": true, "sandbox_id": id}),
    );
    assert_eq!(would.await["code"], "DISK_FULL");
    let edit = json!([{"old": "x", "new": "long".repeat(20), "replace_all": true}]);
    disco.call("file_write", file("small", 8 * KIB)).await;
    let edit = json!({"path": "small", "edits": edit, "sandbox_id": id});
    assert_eq!(disco.fail("file_edit", edit).await["code"], "DISK_FULL");
    let deep = json!({"path": "d/".repeat(200), "sandbox_id": id});
    assert_eq!(disco.fail("file_mkdir", deep).await["code"], "DISK_FULL");
    disco.call("file_write", file("rest", 200 * KIB)).await;
    let part = |offset: usize, is_last: bool| json!({"path": "up", "content": BASE64.encode(vec![0; 100 * KIB]), "offset": offset, "is_last": is_last, "sandbox_id": id});
    let full = disco.fail("file_upload", part(0, false)).await;
    assert_eq!(full["code"], "DISK_FULL");
    let taken: usize =
        disco.call("terminal_execute", size).await["stdout"].as_str().unwrap().trim().parse().unwrap();
    assert!(taken <= 2048 * KIB, "{taken}");
    for refused in ["new", "d"] {
        let folder = disco.fail("file_stat", json!({"path": refused, "sandbox_id": id})).await;
        assert_eq!(folder["code"], "FILE_NOT_FOUND", "nothing of it was made");
    }

    // What makes nothing larger is done, and what was deleted makes room at once.
    disco.call("file_write", file("two", 900 * KIB)).await;
    disco.call("file_delete", json!({"paths": ["rest"], "sandbox_id": id})).await;
    disco.call("file_write", file("two", 3)).await;
    disco.call("file_write", file("three", 900 * KIB)).await;
    disco.call("file_delete", json!({"paths": ["one"], "sandbox_id": id})).await;
    disco.call("file_upload", part(0, false)).await;
    disco.call("file_upload", part(100 * KIB, true)).await;
}

#[tokio::test]
async fn what_commands_have_written_counts_as_well() {
    let mut disco = Disco::start();
    let id = small(&mut disco).await;
    for round in 0..3 {
        // Too quick to be seen while it runs.
        let command = json!({"command": "head -c 900K /dev/zero > big; head -c 900K /dev/zero > bigger", "sandbox_id": id});
        assert_eq!(disco.call("terminal_execute", command).await["exit_code"], 0);
        let file = json!({"path": "file", "content": "x".repeat(500 * KIB), "sandbox_id": id});
        assert_eq!(disco.fail("file_write", file.clone()).await["code"], "DISK_FULL", "{round}");
        disco.call("terminal_execute", json!({"command": "rm big*", "sandbox_id": id})).await;
        disco.call("file_write", file).await;
        disco.call("file_delete", json!({"paths": ["file"], "sandbox_id": id})).await;
    }
}

#[tokio::test]
async fn no_file_is_larger_than_files_may_be() {
    let mut disco = Disco::start();
    let id = small(&mut disco).await;
    let large = json!({"path": "large", "content": "x".repeat(1025 * KIB), "sandbox_id": id});
    let refused = disco.fail("file_write", large).await;
    assert_eq!(refused["code"], "FILE_TOO_LARGE");
    assert!(refused["suggestion"].as_str().unwrap().contains("file_mb"), "{refused}");
}
