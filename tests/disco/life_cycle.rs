//! Sandboxes from their beginning to their end.

use serde_json::json;

use super::Disco;

#[tokio::test]
async fn a_sandbox_is_stopped_started_and_restarted() {
    let mut disco = Disco::start();
    let made = disco.call("sandbox_create", json!({})).await;
    assert_eq!((&made["status"], &made["template"]), (&json!("ready"), &json!("base")));
    let id = made["sandbox_id"].clone();
    let command = json!({"command": "echo kept >> f; cat f", "sandbox_id": id});
    disco.call("terminal_execute", command.clone()).await;
    let stopped = disco.call("sandbox_stop", json!({"sandbox_id": id})).await;
    assert_eq!(stopped["status"], "stopped");
    let refused = disco.fail("terminal_execute", command.clone()).await;
    assert_eq!(refused["code"], "SANDBOX_STOPPED");
    let mut disco = disco.kill_and_start_again(&[]).await;
    assert_eq!(disco.fail("terminal_execute", command.clone()).await["code"], "SANDBOX_STOPPED");
    let read = disco.call("file_read", json!({"path": "f", "sandbox_id": id})).await;
    assert_eq!(read["content"], "kept\n");
    disco.call("sandbox_start", json!({"sandbox_id": id})).await;
    assert_eq!(disco.call("terminal_execute", command).await["stdout"], "kept\nkept\n");
    assert_eq!(disco.call("sandbox_restart", json!({"sandbox_id": id})).await["status"], "ready");
}

#[tokio::test]
async fn a_command_is_ended_when_the_time_of_its_sandbox_is_over() {
    let mut disco = Disco::start_with(&["--ttl-s", "1"]);
    let made = disco.call("sandbox_create", json!({})).await;
    assert!(made["expires_at"].is_string(), "{made}");
    let id = made["sandbox_id"].clone();
    let ended = disco
        .fail("terminal_execute", json!({"command": "sleep 600", "sandbox_id": id, "timeout": 600_000}))
        .await;
    assert_eq!(ended["code"], "SANDBOX_EXPIRED");
    assert!(ended["message"].as_str().unwrap().contains("(ttl)"), "{ended}");
    let mut disco = disco.kill_and_start_again(&[]).await;
    let gone = disco.fail("file_list", json!({"sandbox_id": id})).await;
    assert_eq!(gone["code"], "SANDBOX_EXPIRED");
    assert!(gone["message"].as_str().unwrap().contains("was removed at 20"), "{gone}");
    assert!(gone["suggestion"].as_str().unwrap().contains("ttl_s"), "{gone}");
}

#[tokio::test]
async fn a_life_that_is_asked_for_is_ten_seconds_to_a_day_or_without_an_end() {
    let mut disco = Disco::start();
    for ttl in [1, 9, 86_401, 3_000_000_000_u64] {
        for name in ["ttl_s", "idle_s"] {
            let refused = disco.fail("sandbox_create", json!({name: ttl})).await;
            assert_eq!(refused["code"], "INVALID_ARGUMENT", "{refused}");
            let words = refused["message"].as_str().unwrap();
            assert!(words.contains(&format!("`{name}`")) && words.contains("10 to 86400, or 0"), "{words}");
        }
    }
    for ttl in [0, 10, 86_400] {
        let made = disco.call("sandbox_create", json!({"ttl_s": ttl})).await;
        assert_eq!(made["expires_at"].is_string(), ttl > 0, "{made}");
    }
    let mut longer = Disco::start_with(&["--max-ttl-s", "604800"]);
    longer.call("sandbox_create", json!({"ttl_s": 604_800})).await;
}

#[tokio::test]
async fn a_deleted_sandbox_says_when() {
    let mut disco = Disco::start();
    let id = disco.call("sandbox_create", json!({})).await["sandbox_id"].clone();
    disco.call("sandbox_delete", json!({"sandbox_id": id})).await;
    let gone = disco.fail("sandbox_get", json!({"sandbox_id": id})).await;
    assert_eq!(gone["code"], "SANDBOX_NOT_FOUND");
    assert!(gone["message"].as_str().unwrap().contains("was deleted at 20"), "{gone}");
}
