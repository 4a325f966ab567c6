//! A point to come back to, and a copy to try something in.

use serde_json::json;

use super::Disco;

#[tokio::test]
async fn the_default_sandbox_comes_back_to_a_snapshot_also_after_a_restart() {
    let mut disco = Disco::start();
    disco.run("mkdir src && echo one > src/a && echo two > b").await;
    let taken = disco.call("sandbox_snapshot", json!({"name": "good"})).await;
    assert_eq!(
        (&taken["files"], &taken["bytes"], &taken["sandbox_id"]),
        (&json!(3), &json!(8), &json!("default"))
    );
    disco.run("rm -r src; echo 2 > b; echo three > c").await;
    let diff = disco.call("sandbox_diff", json!({"unified": true})).await;
    assert_eq!((&diff["added"], &diff["changed"], &diff["deleted"]), (&json!(1), &json!(1), &json!(2)));
    assert!(diff["unified"].as_str().unwrap().contains("-two\n+2\n"), "{diff}");

    let mut disco = disco.kill_and_start_again(&[]).await;
    let listed = disco.call("snapshot_list", json!({})).await;
    assert_eq!(listed["snapshots"], json!([taken]));
    let id = &taken["snapshot_id"];
    disco.call("sandbox_restore", json!({"snapshot_id": id})).await;
    assert_eq!(disco.run("cat src/a b; ls -A").await["stdout"], "one\ntwo\nb\nsrc\n");
    assert_eq!(disco.call("sandbox_diff", json!({})).await["changes"], json!([]));

    disco.call("snapshot_delete", json!({"snapshot_id": id})).await;
    let gone = disco.fail("sandbox_restore", json!({"snapshot_id": id})).await;
    assert_eq!(gone["code"], "SNAPSHOT_NOT_FOUND");
    assert!(gone["suggestion"].as_str().unwrap().contains("snapshot_list"), "{gone}");
}

#[tokio::test]
async fn a_fork_and_a_sandbox_of_a_snapshot_have_the_files_and_go_their_own_way() {
    let mut disco = Disco::start();
    disco.run("echo one > a").await;
    let snapshot = disco.call("sandbox_snapshot", json!({})).await["snapshot_id"].clone();
    let fork = disco.call("sandbox_fork", json!({"name": "try"})).await;
    assert_eq!(fork["parent"], "default");
    let made = disco.call("sandbox_create", json!({"snapshot_id": snapshot})).await;
    assert_eq!(made["base_snapshot"], snapshot);
    for id in [&fork["sandbox_id"], &made["sandbox_id"]] {
        let ran = disco
            .call("terminal_execute", json!({"command": "echo two >> a; cat a", "sandbox_id": id}))
            .await;
        assert_eq!(ran["stdout"], "one\ntwo\n");
        let diff = disco.call("sandbox_diff", json!({"sandbox_id": id})).await;
        assert_eq!(diff["changes"], json!([{"path": "a", "change": "changed", "size": 8, "size_before": 4}]));
    }
    assert_eq!(disco.run("cat a").await["stdout"], "one\n");
}
