//! What older callers send and read, beside the words of today.

use reqwest::Method;
use serde_json::{Value, json};

use super::{EventStream, Rest};

#[tokio::test]
async fn containers_are_bootstrapped_told_and_counted_as_older_callers_know_them() {
    let rest = Rest::start().await;
    let wish = json!({"type": "webcontainer", "config": {"memory": 256, "timeout": 60_000}});
    let answer = rest.send(Method::POST, "/api/v1/containers/bootstrap", Some(wish)).await;
    assert_eq!(answer.status(), 201);
    let made: Value = answer.json().await.unwrap();
    let made = &made["data"];
    let id = made["containerId"].as_str().unwrap();
    assert_eq!(
        (&made["success"], &made["status"], &made["sessionId"]),
        (&json!(true), &json!("ready"), &json!(id))
    );
    let told = rest.get(made["url"].as_str().unwrap()).await;
    assert_eq!((&told["containerId"], &told["limits"]["memory_mb"]), (&json!(id), &json!(256)));
    assert!(told["expires_at"].is_string() && told["createdAt"] == told["created_at"], "{told}");
    let all = rest.get("/api/v1/containers").await;
    assert_eq!((&all["count"], &all["containers"][1]["containerId"]), (&json!(2), &json!(id)));
    let sessions = rest.get("/api/v1/containers/sessions").await;
    assert_eq!((&sessions["count"], &sessions["sessions"][0]["containerId"]), (&json!(1), &json!(id)));
    assert!(sessions["sessions"][0]["capabilities"].as_array().unwrap().contains(&json!("file:read")));
    let stats = rest.get("/api/v1/containers/stats").await;
    assert_eq!(stats, json!({"activeSessions": 1, "maxContainers": 50, "poolReady": 0}));
    for small in [json!({"memory": 1}), json!({"timeout": 9_999})] {
        let wish = Some(json!({"config": small}));
        let refused = rest.fail(Method::POST, "/api/v1/containers/bootstrap", wish).await;
        assert_eq!(refused, (400, "INVALID_REQUEST".into()), "{small}");
    }
}

#[tokio::test]
async fn tasks_commands_and_files_are_told_in_the_words_of_older_callers_too() {
    let rest = Rest::start().await;
    let started = rest.post("/api/v1/tasks/run", json!({"commands": ["true"]})).await;
    assert_eq!(
        (&started["jobId"], &started["statusEndpoint"]),
        (&started["job_id"], &started["status_endpoint"])
    );
    rest.get(started["statusEndpoint"].as_str().unwrap()).await;
    let command = json!({"command": "echo out; echo bad >&2; exit 3"});
    let ran = rest.post("/api/v1/terminal/default/execute", command).await;
    assert_eq!((&ran["output"], &ran["exitCode"]), (&json!("out\nbad\n"), &json!(3)));
    assert_eq!(ran["duration"], ran["duration_ms"]);
    rest.post("/api/v1/files/default", json!({"path": "a.txt", "content": "four"})).await;
    let listed = rest.get("/api/v1/files/default").await;
    let file = &listed["files"][0];
    assert_eq!((&file["name"], &file["type"], &file["size"]), (&json!("a.txt"), &json!("file"), &json!(4)));
    assert_eq!(file["lastModified"], listed["entries"][0]["modified"]);

    let plain =
        async |path: &str| -> Value { rest.send(Method::GET, path, None).await.json().await.unwrap() };
    let config = plain("/config").await;
    assert_eq!((&config["environment"], &config["rate_limit"]["max"]), (&json!("local"), &json!(256)));
    assert_eq!(plain("/capabilities").await["environment"], "local");
    assert_eq!(plain("/").await["environment"], "local");
    let health = plain("/health").await;
    assert_eq!(health["containers"], json!({"active": 0, "max": 50}));
    assert!(health["memory"]["rss"].as_u64().unwrap() > 0 && health["timestamp"].is_string(), "{health}");
    let figures = plain("/health/metrics").await;
    assert!(figures["memory_rss_bytes"].as_u64().unwrap() > 1 << 20, "{figures}");
    assert_eq!(figures["containers_active_total"], 0);
}

#[tokio::test]
async fn commands_of_before_are_suggested_and_counted() {
    let rest = Rest::start().await;
    for (id, commands) in [("one", json!(["echo a", "true"])), ("two", json!(["echo a", "echo b"]))] {
        rest.post("/api/v1/tasks/run", json!({"commands": commands, "job_id": id})).await;
        while !rest.get(&format!("/api/v1/tasks/{id}/logs?wait_seconds=30&cursor=9")).await["is_end"]
            .as_bool()
            .unwrap()
        {}
    }
    let at = "/api/v1/terminal/default";
    let suggested = rest.get(&format!("{at}/suggestions?partial=echo")).await;
    assert_eq!(suggested["suggestions"], json!(["echo b", "echo a"]));
    let frequent = rest.get(&format!("{at}/frequent?limit=1")).await;
    assert_eq!(frequent["commands"], json!([{"command": "echo a", "count": 2}]));
    let absent = rest.fail(Method::GET, "/api/v1/terminal/none/frequent", None).await;
    assert_eq!(absent, (404, "CONTAINER_NOT_FOUND".into()));
}

#[tokio::test]
async fn an_open_terminal_is_recorded_for_a_while_and_the_recording_is_searched_and_played() {
    let rest = Rest::start().await;
    let opened = rest.post("/api/v1/terminal/default/session", json!({"command": "cat"})).await;
    let id = opened["terminal_id"].as_str().unwrap();
    let at = format!("/api/v1/terminal/session/{id}");
    let say = async |words: &str| {
        let typed = json!({"text": words, "keys": ["enter"], "wait_for": format!("{words}\r?\n{words}")});
        rest.post(&at, typed).await;
    };
    say("before").await;
    let stop = format!("{at}/record/stop");
    assert_eq!(rest.fail(Method::POST, &stop, None).await, (409, "INVALID_STATUS".into()));
    let begun = rest.done(Method::POST, &format!("{at}/record/start"), None).await;
    assert_eq!(begun["recording_uri"], format!("disco://terminals/{id}/recording"));
    say("while").await;
    rest.done(Method::POST, &stop, None).await;
    say("after").await;

    let recordings = rest.get("/api/v1/terminal/default/recordings").await;
    assert_eq!(recordings["recordings"][0]["terminal_id"], id);
    assert_eq!(rest.get("/api/v1/terminal/default/sessions").await["terminals"][0]["terminal_id"], id);
    let recording = format!("/api/v1/terminal/recording/{id}");
    let cast = rest.send(Method::GET, &recording, None).await.text().await.unwrap();
    assert!(cast.contains("while") && !cast.contains("before") && !cast.contains("after"), "{cast}");
    let found = rest.post(&format!("{at}/search"), json!({"query": "hil"})).await;
    assert_eq!(found["lines"][0]["text"], "while", "{found}");

    let play = rest.send(Method::POST, &format!("{recording}/replay"), Some(json!({"speed": 1000}))).await;
    let (mut events, mut shown) = (EventStream::of(play), String::new());
    loop {
        let (name, facts) = events.next().await.unwrap();
        if name == "complete" {
            break;
        }
        assert_eq!(name, "output");
        shown.push_str(facts["text"].as_str().unwrap());
    }
    assert!(shown.contains("while\r\nwhile"), "{shown:?}");
    let mute =
        rest.send(Method::POST, &format!("{recording}/replay"), Some(json!({"skipOutput": true}))).await;
    assert_eq!(EventStream::of(mute).next().await.unwrap().0, "complete");
}

#[tokio::test]
async fn of_many_sandboxes_the_status_shows_the_newest_and_tells_how_many_there_are() {
    let rest = Rest::start_with(&["--max-sandboxes", "150"]).await;
    for _ in 0..105 {
        rest.post("/api/v1/containers", json!({})).await;
    }
    let status: Value = rest.send(Method::GET, "/status", None).await.json().await.unwrap();
    assert_eq!(
        (&status["sandboxes_in_all"], &status["sandboxes"][0]["sandbox_id"]),
        (&json!(106), &json!("default"))
    );
    assert_eq!(status["sandboxes"].as_array().unwrap().len(), 101);
}
