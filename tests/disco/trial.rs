//! What only tells what it would do does nothing.

use serde_json::{Value, json};

use super::Disco;

async fn would(disco: &mut Disco, tool: &str, mut arguments: Value) -> Value {
    arguments["dry_run"] = json!(true);
    let told = disco.call(tool, arguments).await;
    assert_eq!(told["dry_run"], true, "{tool}: {told}");
    told
}

#[tokio::test]
async fn sandboxes_snapshots_and_runs_are_told_before_they_are_deleted() {
    let mut disco = Disco::start();
    let made = disco.call("sandbox_create", json!({"name": "mine"})).await["sandbox_id"].clone();
    let here = json!({"sandbox_id": made});
    let taken = disco.call("sandbox_snapshot", here.clone()).await["snapshot_id"].clone();
    let write = json!({"path": "late", "content": "x", "sandbox_id": made});
    disco.call("file_write", write).await;
    disco.call("run_job", json!({"commands": ["true"], "job_id": "done"})).await;

    let back = json!({"sandbox_id": made, "snapshot_id": taken});
    assert_eq!(would(&mut disco, "sandbox_restore", back.clone()).await["sandbox_id"], made);
    assert_eq!(would(&mut disco, "sandbox_delete", here.clone()).await["name"], "mine");
    assert_eq!(
        would(&mut disco, "snapshot_delete", json!({"snapshot_id": taken})).await["snapshot_id"],
        taken
    );
    assert_eq!(would(&mut disco, "delete_run", json!({"job_id": "done"})).await["job_id"], "done");
    let late = json!({"path": "late", "sandbox_id": made});
    assert_eq!(disco.call("file_read", late.clone()).await["content"], "x");

    let dry = |id: &str| json!({"sandbox_id": id, "dry_run": true});
    assert_eq!(disco.fail("sandbox_delete", dry("default")).await["code"], "SANDBOX_PROTECTED");
    assert_eq!(disco.fail("sandbox_delete", dry("none")).await["code"], "SANDBOX_NOT_FOUND");

    assert!(disco.call("sandbox_restore", back).await.get("dry_run").is_none());
    assert_eq!(disco.fail("file_read", late).await["code"], "FILE_NOT_FOUND");
    disco.call("delete_run", json!({"job_id": "done"})).await;
    disco.call("snapshot_delete", json!({"snapshot_id": taken})).await;
    disco.call("sandbox_delete", here).await;
}

#[tokio::test]
async fn git_tells_what_it_would_do() {
    let mut disco = Disco::start();
    disco
        .run(
            "git init -q --bare far.git; git init -q -b main r; cd r; git config user.email a@b; git config user.name a; \
             echo one > f; git add f; git commit -qm one; git remote add origin /workspace/far.git; echo two > f",
        )
        .await;
    let told = would(&mut disco, "git_push", json!({"path": "r"})).await;
    assert_eq!((&told["created"], &told["branch"]), (&json!(true), &json!("main")), "{told}");
    assert_eq!(disco.run("git -C far.git for-each-ref | wc -l").await["stdout"], "0\n");
    for (tool, arguments) in [
        ("git_reset", json!({"path": "r", "mode": "hard", "dry_run": true})),
        ("git_checkout", json!({"path": "r", "files": ["f"], "dry_run": true})),
    ] {
        let told = disco.call(tool, arguments).await;
        assert!(told.to_string().contains("\"f\""), "{tool}: {told}");
        assert_eq!(disco.run("cat r/f").await["stdout"], "two\n", "{tool}");
    }
    let nowhere = json!({"path": "r", "target": "nowhere", "dry_run": true});
    for tool in ["git_reset", "git_checkout"] {
        assert_eq!(disco.fail(tool, nowhere.clone()).await["code"], "GIT_FAILED", "{tool}");
    }
    assert!(disco.call("git_push", json!({"path": "r"})).await.get("dry_run").is_none());
    assert_eq!(disco.run("git -C far.git for-each-ref | wc -l").await["stdout"], "1\n");
}

/// Two people push to one repository: how far one is ahead and behind is told as it is.
#[tokio::test]
async fn how_far_a_branch_is_ahead_and_behind_is_real() {
    let mut disco = Disco::start();
    let clone =
        "git clone -q far.git $who 2>&1; cd $who; git config user.email a@b; git config user.name a; cd ..";
    disco.run(&format!("git init -q --bare -b main far.git; for who in one two; do {clone}; done")).await;
    let commit =
        |who: &str, file: &str| format!("cd {who}; echo {file} > {file}; git add .; git commit -qm {file}");
    disco.run(&format!("{}; git push -q -u origin HEAD:main", commit("one", "a"))).await;
    disco.call("git_pull", json!({"path": "two", "remote": "origin", "branch": "main"})).await;
    disco.run("cd two; git branch -q -u origin/main").await;
    disco.run(&format!("{}; cd ..; {}; git push -q", commit("one", "b"), commit("one", "c"))).await;
    disco.run(&format!("{}; git fetch -q", commit("two", "d"))).await;
    let status = disco.call("git_status", json!({"path": "two"})).await;
    assert_eq!((&status["ahead"], &status["behind"]), (&json!(1), &json!(2)), "{status}");
    disco.call("git_pull", json!({"path": "two"})).await;
    let status = disco.call("git_status", json!({"path": "two"})).await;
    assert_eq!((&status["ahead"], &status["behind"]), (&json!(2), &json!(0)), "{status}");
}
