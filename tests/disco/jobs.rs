//! Jobs, driven as a client drives them.

use serde_json::{Value, json};

use super::Disco;
use disco_tests::support::modern;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

#[tokio::test]
async fn a_job_is_run_told_as_it_goes_and_kept_with_what_it_left() {
    let mut disco = Disco::start();
    let arguments = json!({
        "commands": ["echo first; read -r line < gate; echo last > out.txt", "cat out.txt"],
        "artifacts": ["*.txt"],
        "env": {"API_TOKEN": "hunter2"},
        "intent": "to see it run",
    });
    disco.run("mkfifo gate").await;
    let mut call = super::modern_call("run", "run_job", arguments);
    call["params"]["_meta"]["progressToken"] = json!("p");
    disco.process.send(&call).await;
    let first = disco.process.message().await;
    assert_eq!(
        (&first["method"], &first["params"]["message"]),
        (&json!("notifications/progress"), &json!("first\n"))
    );
    // Only now is the job let go on.
    disco
        .process
        .send(&super::modern_call("open", "terminal_execute", json!({"command": "echo > gate"})))
        .await;
    let run = loop {
        let message = disco.process.message().await;
        if message["id"] == "run" {
            break message["result"]["structuredContent"].clone();
        }
    };
    assert_eq!((&run["status"], &run["steps"][1]["stdout"]), (&json!("success"), &json!("last\n")), "{run}");
    assert_eq!(run["environment"]["API_TOKEN"], "[redacted]");
    assert!(run["resource_usage"]["memory_peak_mb"].as_f64().unwrap() > 0.1);

    let id = text(&run["job_id"]).to_owned();
    let listed = disco.call("list_artifacts", json!({"job_id": id})).await;
    assert_eq!(
        (&listed["artifacts"][0]["name"], &listed["artifacts"][0]["size_bytes"]),
        (&json!("out.txt"), &json!(5))
    );
    disco.run("rm out.txt").await;
    let read = disco.call("get_artifact", json!({"job_id": id, "filename": "out.txt"})).await;
    assert_eq!((&read["content"], &read["encoding"]), (&json!("last\n"), &json!("utf8")));
    for (uri, words) in [(read["uri"].clone(), "last\n"), (run["log_uri"].clone(), "first\nlast\n")] {
        let read = disco.ask("resources/read", json!({"uri": uri})).await;
        assert_eq!(read["result"]["contents"][0]["text"], words, "{read}");
    }
    let runs = disco.ask("resources/read", json!({"uri": "disco://runs"})).await;
    assert!(text(&runs["result"]["contents"][0]["text"]).contains(&id));
}

#[tokio::test]
async fn a_job_is_submitted_followed_and_cancelled() {
    let mut disco = Disco::start();
    let job = json!({"commands": ["echo up; sleep 600"], "job_id": "mine", "tags": ["x"]});
    let submitted = disco.call("submit_job", job.clone()).await;
    assert_eq!(submitted["job_id"], "mine");
    assert_eq!(disco.fail("submit_job", job).await["code"], "JOB_EXISTS");
    let log = disco.call("get_job_logs", json!({"job_id": "mine", "cursor": 0, "wait_seconds": 60})).await;
    assert_eq!((&log["entries"][0]["text"], &log["is_end"]), (&json!("up\n"), &json!(false)));
    assert_eq!(disco.call("get_job_status", json!({"job_id": "mine"})).await["status"], "running");
    assert_eq!(disco.fail("delete_run", json!({"job_id": "mine"})).await["code"], "INVALID_STATUS");
    let running = disco.call("list_jobs", json!({"status": "running"})).await;
    assert_eq!(running["jobs"][0]["job_id"], "mine");

    assert_eq!(disco.call("cancel_job", json!({"job_id": "mine"})).await["status"], "cancelled");
    let cursor = log["next_cursor"].clone();
    let rest =
        disco.call("get_job_logs", json!({"job_id": "mine", "cursor": cursor, "wait_seconds": 60})).await;
    assert_eq!((&rest["entries"], &rest["is_end"]), (&json!([]), &json!(true)));
    for tool in ["get_job_status", "get_job_logs", "cancel_job", "get_run", "delete_run", "list_artifacts"] {
        let error = disco.fail(tool, json!({"job_id": "none"})).await;
        let code = if tool.ends_with("_run") { "RUN_NOT_FOUND" } else { "JOB_NOT_FOUND" };
        assert_eq!(error["code"], code, "{tool}");
        assert!(!text(&error["suggestion"]).is_empty());
    }
}

#[tokio::test]
async fn a_run_job_that_is_cancelled_ends_its_job() {
    let mut disco = Disco::start();
    let arguments = json!({"commands": ["echo up; sleep 600"], "job_id": "mine"});
    disco.process.send(&super::modern_call("run", "run_job", arguments)).await;
    let log = json!({"job_id": "mine", "cursor": 0, "wait_seconds": 60});
    // The job may not have come in yet.
    while disco.try_call("get_job_logs", log.clone()).await["isError"] == true {}
    let cancel =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "run"}});
    disco.process.send(&cancel).await;
    loop {
        let log =
            disco.call("get_job_logs", json!({"job_id": "mine", "cursor": 1, "wait_seconds": 60})).await;
        if log["is_end"] == true {
            assert_eq!(log["status"], "cancelled");
            break;
        }
    }
    let dropped = disco.call("audit_query", json!({"name": "run_job"})).await;
    assert_eq!(dropped["entries"][0]["outcome"], "dropped", "{dropped}");
}

#[tokio::test]
async fn what_is_kept_is_listed_looked_at_and_deleted() {
    let mut disco = Disco::start();
    for (id, command) in [("good", "true"), ("bad", "exit 7")] {
        disco.call("run_job", json!({"commands": [command], "job_id": id, "tags": ["t", id]})).await;
    }
    let runs = disco.call("list_runs", json!({"tags": ["t"]})).await;
    let ids: Vec<_> = runs["runs"].as_array().unwrap().iter().map(|run| text(&run["job_id"])).collect();
    assert_eq!(ids, ["bad", "good"]);
    let first = disco.call("list_runs", json!({"tags": ["t"], "limit": 1})).await;
    let second =
        disco.call("list_runs", json!({"tags": ["t"], "limit": 1, "before": first["next_before"]})).await;
    assert_eq!(second["runs"][0]["job_id"], "good");
    assert!(second.get("next_before").is_none());
    for (tags, image, found) in
        [(json!(["t", "bad"]), None, 1), (json!(["good", "bad"]), None, 0), (json!([]), Some("none"), 0)]
    {
        let runs = disco.call("list_runs", json!({"tags": tags, "image": image})).await;
        assert_eq!(runs["runs"].as_array().unwrap().len(), found, "{runs}");
    }
    let failed = disco.call("list_runs", json!({"status": "failed"})).await;
    assert_eq!(failed["runs"][0]["job_id"], "bad");
    assert_eq!(disco.call("get_run", json!({"job_id": "bad"})).await["steps"][0]["exit_code"], 7);
    disco.call("delete_run", json!({"job_id": "bad"})).await;
    assert_eq!(disco.fail("get_run", json!({"job_id": "bad"})).await["code"], "RUN_NOT_FOUND");
    let clean = json!({"older_than_days": 0, "dry_run": true});
    assert_eq!(disco.call("cleanup_runs", clean).await["runs"], 1);
    assert_eq!(disco.call("cleanup_runs", json!({})).await["runs"], 0);
    assert_eq!(disco.call("cleanup_runs", json!({"older_than_days": 0})).await["runs"], 1);
}

#[tokio::test]
async fn answers_stay_small_and_large_artifacts_are_read_in_parts() {
    let mut disco = Disco::start();
    let noisy = "for n in 1 2; do head -c 300000 /dev/zero | tr '\\0' '\\001'; done; seq 50000; echo end";
    let make = "seq 20000 > text; head -c 40000 /dev/urandom > bytes";
    let arguments = json!({"commands": [noisy, make], "artifacts": ["text", "bytes"], "job_id": "big"});
    let run = disco.call("run_job", arguments).await;
    assert!(run.to_string().len() < 25_000, "{}", run.to_string().len());
    assert!(text(&run["steps"][0]["stdout"]).ends_with("end\n"));
    let log = disco.call("get_job_logs", json!({"job_id": "big"})).await;
    assert!(log.to_string().len() < 25_000, "{}", log.to_string().len());
    let shown = log["entries"].as_array().unwrap();
    assert!(
        text(&shown[0]["text"]).starts_with('\u{1}')
            && text(&shown.last().unwrap()["text"]).ends_with("end\n")
    );

    for (name, size) in [("text", 108_894), ("bytes", 40_000)] {
        let (mut offset, mut bytes) = (json!(0), 0);
        while !offset.is_null() {
            let part = disco
                .call("get_artifact", json!({"job_id": "big", "filename": name, "offset": offset}))
                .await;
            assert!(part.to_string().len() < 25_000);
            let content = text(&part["content"]);
            bytes += if part["encoding"] == "utf8" {
                content.len()
            } else {
                content.len() / 4 * 3 - content.matches('=').count()
            };
            offset = part["next_offset"].clone();
        }
        assert_eq!(bytes, size, "{name}");
    }
}

/// A request of a client that takes tasks.
fn taking(id: u64, method: &str, params: Value) -> Value {
    let mut message = modern(id, method, params);
    message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    message
}

async fn task(disco: &mut Disco, id: &Value) -> Value {
    disco.next += 1;
    let message = taking(1000 + disco.next, "tasks/get", json!({"taskId": id}));
    let answer = disco.process.ask(&message).await;
    answer.get("result").unwrap_or_else(|| panic!("{answer}")).clone()
}

#[tokio::test]
async fn as_a_task_its_result_outlives_the_process() {
    let mut disco = Disco::start();
    let call = |commands: Value| json!({"name": "run_job", "arguments": {"commands": commands}});
    let begun = disco.process.ask(&taking(1, "tools/call", call(json!(["echo done"])))).await;
    let done = begun["result"]["taskId"].clone();
    let begun = disco.process.ask(&taking(2, "tools/call", call(json!(["echo up; sleep 600"])))).await;
    let running = begun["result"]["taskId"].clone();
    assert!(done.is_string() && running.is_string(), "{begun}");
    while task(&mut disco, &done).await["status"] == "working" {}
    // What a client was told is in the file a moment later.
    let state = rusqlite::Connection::open(disco.folder.path().join("data/disco.db")).unwrap();
    let is_kept = "SELECT count(*) FROM tasks WHERE process IS NULL";
    while state.query_row(is_kept, [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
        tokio::task::yield_now().await;
    }

    let mut disco = disco.kill_and_start_again(&[]).await;
    let found = task(&mut disco, &done).await;
    assert_eq!(found["status"], "completed", "{found}");
    assert_eq!(found["result"]["structuredContent"]["steps"][0]["stdout"], "done\n");
    let found = task(&mut disco, &running).await;
    assert_eq!(found["status"], "cancelled", "{found}");
    assert!(text(&found["statusMessage"]).contains("killed"));
    let interrupted = disco.call("list_runs", json!({"status": "interrupted"})).await;
    let id = interrupted["runs"][0]["job_id"].clone();
    let run = disco.call("get_run", json!({"job_id": id})).await;
    assert!(text(&run["error"]["message"]).contains("killed"), "{run}");
}

#[tokio::test]
async fn a_job_with_a_template_has_a_sandbox_of_its_own_that_is_gone_behind_it() {
    let mut disco = Disco::start();
    disco.run("echo mine > mark").await;
    let wish =
        json!({"commands": ["ls; echo made > made", "cat made"], "template": "base", "artifacts": ["made"]});
    let run = disco.call("run_job", wish).await;
    assert_eq!(run["status"], "success", "{run}");
    assert_eq!(run["steps"][0]["stdout"], "", "{run}");
    let record = disco.call("get_run", json!({"job_id": run["job_id"]})).await;
    assert_eq!(
        (&record["template"], &record["cleanup_status"]),
        (&json!("base"), &json!("destroyed")),
        "{record}"
    );
    let gone = disco.fail("sandbox_get", json!({"sandbox_id": record["sandbox_id"]})).await;
    assert_eq!(gone["code"], "SANDBOX_NOT_FOUND", "{gone}");
    let kept = disco.call("get_artifact", json!({"job_id": run["job_id"], "filename": "made"})).await;
    assert_eq!(kept["content"], "made\n", "{kept}");

    let both = disco
        .fail("run_job", json!({"commands": ["true"], "template": "base", "sandbox_id": "default"}))
        .await;
    assert_eq!(both["code"], "INVALID_ARGUMENT", "{both}");
    let none = disco.fail("run_job", json!({"commands": ["true"], "template": "nowhere"})).await;
    assert_eq!(none["code"], "TEMPLATE_NOT_FOUND", "{none}");
}

#[tokio::test]
async fn a_run_tells_what_went_over_the_network_what_stands_out_in_its_log_and_of_which_data_it_is() {
    let named = super::network::host(vec![b'x'; 100_000]);
    let mut disco = Disco::start_with(&["--network-host", &named.to_string()]);
    let made = disco.call("sandbox_create", json!({"network": {"hosts": [named.to_string()]}})).await;
    let commands = [
        format!("curl -sS -o got http://{named}/"),
        "echo error: it broke >&2; echo warning: old".to_owned(),
    ];
    let run = json!({"commands": commands, "sandbox_id": made["sandbox_id"], "job_id": "net"});
    let run = disco.call("run_job", run).await;
    assert_eq!(run["status"], "success", "{run}");
    let used = |name: &str| run["resource_usage"][name].as_u64().unwrap();
    assert!((100_000..110_000).contains(&used("network_received_bytes")), "{run}");
    assert!((10..10_000).contains(&used("network_sent_bytes")), "{run}");
    let log = &run["log_analysis"];
    assert_eq!(
        (&log["error_count"], &log["warning_count"], &log["lines"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert_eq!(log["first_error"], "error: it broke");
    let other = disco.call("run_job", json!({"commands": ["true"]})).await;
    assert_eq!(other["workspace_id"], run["workspace_id"]);
    assert!(!text(&run["workspace_id"]).is_empty());
    assert_eq!(other["resource_usage"]["network_received_bytes"], 0);
}

#[tokio::test]
async fn patterns_of_artifacts_have_nothing_for_a_shell() {
    let mut disco = Disco::start();
    for bad in [";", "|", "&", "$", "`", "(", ")", "{", "}", "!"] {
        let wish = json!({"commands": ["true"], "artifacts": [format!("a{bad}b")]});
        let refused = disco.fail("run_job", wish).await;
        assert_eq!(refused["code"], "INVALID_ARGUMENT", "{refused}");
        assert!(text(&refused["message"]).contains(&format!("`a{bad}b`")), "{refused}");
    }
}

#[tokio::test]
async fn nothing_on_the_disk_tells_the_secrets_of_a_job_that_runs_or_is_done() {
    let mut disco = Disco::start();
    let secrets = ["hunter2-in-a-name", "hunter3-in-a-url"];
    disco.run("mkfifo gate").await;
    let wish = json!({
        "commands": ["echo ${#API_TOKEN} ${#DATABASE_URL}; echo > gate; read -r line < gate"],
        "env": {"API_TOKEN": secrets[0], "DATABASE_URL": format!("postgres://u:{}@db/a", secrets[1])},
        "job_id": "secret",
    });
    disco.call("submit_job", wish).await;
    disco.run("read -r line < gate").await;
    let is_told = |disco: &Disco| {
        let files = std::fs::read_dir(disco.folder.path().join("data")).unwrap().flatten();
        let files = files.filter(|file| file.file_type().unwrap().is_file());
        let told = files.filter(|file| {
            let bytes = std::fs::read(file.path()).unwrap();
            secrets.iter().any(|secret| bytes.windows(secret.len()).any(|part| part == secret.as_bytes()))
        });
        told.map(|file| file.file_name()).collect::<Vec<_>>()
    };
    assert!(is_told(&disco).is_empty(), "while it runs: {:?}", is_told(&disco));
    disco.run("echo > gate").await;
    loop {
        let log = json!({"job_id": "secret", "cursor": 1_000_000, "wait_seconds": 60});
        if disco.call("get_job_logs", log).await["is_end"] == true {
            break;
        }
    }
    let run = disco.call("get_run", json!({"job_id": "secret"})).await;
    assert_eq!(run["steps"][0]["stdout"], "17 34\n", "{run}");
    assert_eq!(run["environment"]["DATABASE_URL"], "postgres://u:[redacted]@db/a");
    assert!(is_told(&disco).is_empty(), "when it is done: {:?}", is_told(&disco));
}
