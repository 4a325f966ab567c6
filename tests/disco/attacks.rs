//! What a command or a path should not be able to do. Each gets a clear error, the server goes on, and
//! nothing is left behind.

use serde_json::json;

use super::Disco;

#[tokio::test]
async fn paths_do_not_lead_out_of_the_workspace() {
    let mut disco = Disco::start();
    disco
        .run("ln -s /etc/passwd out; ln -s .. up; ln -s /proc/self/root magic; mkdir in; ln -s ../in in/same")
        .await;
    for (path, code) in [
        ("../outside", "PATH_OUTSIDE_WORKSPACE"),
        ("in/../../outside", "PATH_OUTSIDE_WORKSPACE"),
        ("/etc/passwd", "PATH_OUTSIDE_WORKSPACE"),
        ("out", "PATH_OUTSIDE_WORKSPACE"),
        ("up/data", "PATH_OUTSIDE_WORKSPACE"),
        ("magic/etc/passwd", "PATH_OUTSIDE_WORKSPACE"),
        ("a\0b", "INVALID_PATH"),
        ("", "IS_A_DIRECTORY"),
    ] {
        let read = disco.fail("file_read", json!({"path": path})).await;
        assert_eq!(read["code"], code, "{path:?}: {read}");
        assert!(!read["suggestion"].as_str().unwrap().is_empty(), "{read}");
        let write = disco.fail("file_write", json!({"path": path, "content": "x"})).await;
        assert_eq!(write["code"], code, "{path:?}: {write}");
    }
    // A link that stays inside is as good as any name.
    disco.call("file_write", json!({"path": "in/same/file", "content": "x"})).await;
    assert_eq!(disco.run("cat in/file").await["stdout"], "x");
    let searched = disco.call("file_search", json!({"query": "root:"})).await;
    assert_eq!(searched["matches"], json!([]));
}

#[tokio::test]
async fn a_command_sees_nothing_of_the_host() {
    let mut disco = Disco::start();
    let ran = disco.run("cat /etc/shadow /proc/1/environ; ls /root; ls /home | grep -v '^disco$'; kill -9 1; mount -t tmpfs x /mnt; unshare -U true").await;
    assert_ne!(ran["exit_code"], 0);
    assert_eq!(ran["stdout"].as_str().unwrap().replace(['\0', '\n'], ""), "", "{ran}");
    let seen = disco
        .run("ls /proc | grep -c '^[0-9]'; cat /proc/self/status | grep -E '^(CapEff|NoNewPrivs|Seccomp):'")
        .await;
    let text = seen["stdout"].as_str().unwrap();
    assert!(
        text.contains("CapEff:\t0000000000000000")
            && text.contains("NoNewPrivs:\t1")
            && text.contains("Seccomp:\t2"),
        "{text}"
    );
    let processes: u32 = text.lines().next().unwrap().parse().unwrap();
    assert!(processes < 10, "{text}");
    let written = disco.run("touch /usr/x /etc/x; echo $?").await;
    assert_eq!(written["stdout"], "1\n");
}

#[tokio::test]
async fn there_is_no_network() {
    let mut disco = Disco::start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let ran = disco.run(&format!("exec 3<>/dev/tcp/127.0.0.1/{port}")).await;
    assert_ne!(ran["exit_code"], 0);
}

#[tokio::test]
async fn what_grows_without_end_is_stopped() {
    let mut disco = Disco::start();
    let small =
        json!({"memory_mb": 128, "processes": 32, "disk_mb": 16, "file_mb": 8, "output_mb": 1, "tmp_mb": 16});
    let made = disco.call("sandbox_create", json!({"limits": small})).await;
    let id = made["sandbox_id"].clone();
    let mut ended = Vec::new();
    for command in [
        "bomb() { bomb | bomb & }; bomb; sleep 60",
        "head -c 1G /dev/zero | tail",
        "for i in $(seq 20); do head -c 4M /dev/zero > f$i; done; sleep 60",
        "yes",
        "trap '' TERM INT HUP; while :; do :; done",
    ] {
        let arguments = json!({"command": command, "timeout": 3000, "sandbox_id": id});
        let ran = disco.call("terminal_execute", arguments).await;
        assert_ne!(ran["exit_code"], 0, "{command}: {ran}");
        ended.push(ran["ended"].clone());
        // The server goes on, and so does the sandbox.
        let after =
            disco.call("terminal_execute", json!({"command": "rm -f f*; echo fine", "sandbox_id": id})).await;
        assert_eq!(after["stdout"], "fine\n", "after {command}");
    }
    assert_eq!(ended, ["timed_out", "memory_limit", "disk_limit", "output_limit", "timed_out"]);
}

#[tokio::test]
async fn what_a_command_leaves_running_ends_with_it() {
    let mut disco = Disco::start();
    let marker = format!("disco-e2e-{}", std::process::id());
    let ran = disco
        .run(&format!(
            "(exec -a {marker} sleep 1000) & disown; setsid sh -c 'exec sleep 1001' & echo started"
        ))
        .await;
    assert_eq!(ran["stdout"], "started\n");
    for entry in std::fs::read_dir("/proc").unwrap() {
        let command_line = std::fs::read(entry.unwrap().path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&command_line).contains(&marker));
    }
}

#[tokio::test]
async fn a_cancelled_command_is_killed() {
    let mut disco = Disco::start();
    disco.run("mkfifo gate").await;
    let command = json!({"command": "echo $$ > started; echo up; sleep 1000"});
    let mut call = super::modern_call("long", "terminal_execute", command);
    call["params"]["_meta"]["progressToken"] = json!(1);
    disco.process.send(&call).await;
    assert_eq!(disco.process.message().await["params"]["message"], "up\n");
    let cancel =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "long"}});
    disco.process.send(&cancel).await;
    // The next command sees its own processes only, and the server has no answer for the first.
    let after = disco.run("cat started | wc -l").await;
    assert_eq!(after["stdout"], "1\n");
    let workspace = disco.folder.path().join("workspace").to_string_lossy().into_owned();
    assert!(std::fs::exists(workspace).unwrap());
}
