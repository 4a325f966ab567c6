//! Workspaces that are file systems of their own.

use std::path::Path;

use serde_json::{Value, json};

use super::{Disco, command};

/// What is mounted in a folder.
fn mounts(folder: &Path) -> usize {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let prefix = format!("{}/", folder.canonicalize().unwrap().display());
    mounts.lines().filter(|line| line.split(' ').nth(4).unwrap().starts_with(&prefix)).count()
}

fn images(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("data/images")).unwrap().count()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether this host gives a process loop devices.
fn has_loop_devices() -> bool {
    let free = std::process::Command::new("losetup").arg("--find").output();
    let has = is_root() && free.is_ok_and(|free| free.status.success());
    if !has {
        eprintln!("SKIPPED: disk images take root and loop devices (`losetup --find`)");
    }
    has
}

#[tokio::test]
async fn a_workspace_is_full_at_its_bound_and_nothing_is_killed_for_it() {
    if !has_loop_devices() {
        return;
    }
    let mut disco = Disco::start_with(&["--disk-images"]);
    let made = disco.call("sandbox_create", json!({"limits": {"disk_mb": 32, "file_mb": 100}})).await;
    let id = &made["sandbox_id"];
    let run = |command: &str| json!({"command": command, "sandbox_id": id});

    let fill = "ls -A; dd if=/dev/zero of=big bs=1M count=64; echo still here; rm big; echo kept > small";
    let filled = disco.call("terminal_execute", run(fill)).await;
    assert_eq!(filled["stdout"], "still here\n", "{filled}");
    assert!(filled["stderr"].as_str().unwrap().contains("No space left on device"), "{filled}");
    let fork = disco.call("sandbox_fork", json!({"sandbox_id": id})).await;
    assert_eq!((mounts(disco.folder.path()), images(disco.folder.path())), (2, 2));

    // They are there when the server has been killed, also for one that makes no others.
    let mut disco = disco.kill_and_start_again(&[]).await;
    for id in [id, &fork["sandbox_id"]] {
        let read = disco.call("file_read", json!({"path": "small", "sandbox_id": id})).await;
        assert_eq!(read["content"], "kept\n");
    }
    // As after a restart of the machine.
    let workspace = disco.folder.path().join("data/workspaces").join(id.as_str().unwrap());
    let gone = std::process::Command::new("umount").arg("--lazy").arg(workspace).status().unwrap();
    assert!(gone.success());
    let mut disco = disco.kill_and_start_again(&[]).await;
    assert_eq!(disco.call("terminal_execute", run("cat small")).await["stdout"], "kept\n");

    for id in [id, &fork["sandbox_id"]] {
        disco.call("sandbox_delete", json!({"sandbox_id": id})).await;
    }
    assert_eq!((mounts(disco.folder.path()), images(disco.folder.path())), (0, 0));
}

#[tokio::test]
async fn a_server_that_was_killed_while_it_made_some_leaves_no_mount() {
    if !has_loop_devices() {
        return;
    }
    let mut disco = Disco::start_with(&["--disk-images", "--max-sandboxes", "1000"]);
    let mut known = Vec::<Value>::new();
    for _ in 0..5 {
        let moment = tokio::time::sleep(std::time::Duration::from_millis(150));
        let make = async {
            loop {
                known.push(disco.call("sandbox_create", json!({})).await["sandbox_id"].clone());
            }
        };
        tokio::select! {
            () = moment => {}
            () = make => {}
        }
        disco = disco.kill_and_start_again(&["--disk-images", "--max-sandboxes", "1000"]).await;
    }
    let there = disco.all("sandbox_list", "sandboxes", "sandbox_id").await;
    assert!(known.iter().all(|id| there.contains(id.as_str().unwrap())), "one is lost");
    for id in there.iter().filter(|id| *id != "default") {
        disco.call("sandbox_delete", json!({"sandbox_id": id})).await;
    }
    assert_eq!((mounts(disco.folder.path()), images(disco.folder.path())), (0, 0));
}

#[tokio::test]
async fn where_there_can_be_none_the_server_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let server = command(&folder);
    let run = async |word: &str| {
        // Root without its capabilities may mount as little as anybody else.
        let mut nobody = tokio::process::Command::new(if is_root() { "setpriv" } else { "env" });
        nobody.args(is_root().then_some("--bounding-set=-all")).arg(server.as_std().get_program());
        nobody.args(server.as_std().get_args()).args([word, "--disk-images"]).output().await.unwrap()
    };
    let why = "no workspace can be a file system of its own";
    let refused = run("stdio").await;
    let log = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && log.contains(why), "{log}");
    assert!(log.contains("`disk_images` takes root, loop devices"), "{log}");
    let told = run("doctor").await;
    assert!(String::from_utf8_lossy(&told.stdout).contains(why), "{told:?}");
}
