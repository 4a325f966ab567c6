//! How many tasks there may be, how long, and how large; and stores of one's own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use disco_sdk::protocol::task::TaskStatus;
use disco_sdk::server::task::{MemoryTasks, TaskPage, TaskRecord, TaskStore};
use disco_sdk::{BoxFuture, Caller, Error, Limits, Result};
use serde_json::json;

use super::*;

#[tokio::test]
async fn there_are_only_so_many_tasks_at_once() {
    let limits = Limits { tasks: 1, ..Limits::default() };
    let (service, pit) = service_with(|server| server.limits(limits));
    let client = taking(&service).await;
    let first = begin(&client, "dig", json!({})).await;
    let error = client.request(CALL, params("dig", json!({}))).await.unwrap_err();
    assert_eq!(error.code().0, -32000);
    assert!(error.message().contains("runs 1 tasks already"), "{error}");
    pit.reached().await;
    pit.open();
    until(&client, &first, "completed").await;
    // It counts until the store has its end.
    loop {
        match client.request(CALL, params("collapse", json!({}))).await {
            Ok(created) => break assert_eq!(created["resultType"], "task"),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn one_caller_has_only_so_many_tasks_and_another_has_its_own() {
    let limits = Limits { tasks_per_caller: 1, ..Limits::default() };
    let people = Mutex::new(vec!["eve", "ada"]);
    let (service, pit) = service_with(|server| {
        server.limits(limits).caller(move |_| {
            people.lock().unwrap().pop().map_or_else(Caller::anonymous, |name| Caller::new("test", name))
        })
    });
    let (ada, eve, anonymous) = (taking(&service).await, taking(&service).await, taking(&service).await);
    let first = begin(&ada, "dig", json!({})).await;
    let error = ada.request(CALL, params("dig", json!({}))).await.unwrap_err();
    assert_eq!(error.code().0, -32000);
    assert!(error.message().contains("1 tasks of this caller"), "{error}");
    pit.reached().await;
    begin(&eve, "dig", json!({})).await;
    // Nobody knows which of them are the same.
    for _ in 0..3 {
        begin(&anonymous, "dig", json!({})).await;
    }
    ada.request("tasks/cancel", json!({"taskId": first})).await.unwrap();
    loop {
        match ada.request(CALL, params("dig", json!({}))).await {
            Ok(created) => break assert_eq!(created["resultType"], "task"),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_ends_and_is_forgotten_when_its_time_is_over() {
    let limits = Limits { task_ttl: Duration::from_mins(1), ..Limits::default() };
    let (service, pit) = service_with(|server| server.limits(limits));
    let client = taking(&service).await;
    let id = begin(&client, "dig", json!({})).await;
    let done = begin(&client, "collapse", json!({})).await;
    tokio::time::sleep(Duration::from_secs(59)).await;
    assert_eq!(get(&client, &id).await["ttlMs"], 60_000);
    assert_eq!(get(&client, &done).await["status"], "completed");
    tokio::time::sleep(Duration::from_secs(2)).await;
    pit.dropped().await;
    for id in [id, done] {
        let error = client.request("tasks/get", json!({"taskId": id})).await.unwrap_err();
        assert!(error.code().0 == -32602 && error.message().contains("its time is over"), "{error}");
    }
}

#[tokio::test]
async fn a_result_that_is_too_large_fails_the_task_in_words() {
    let limits = Limits { task_result: 1000, ..Limits::default() };
    let (service, _) = service_with(|server| server.limits(limits));
    let client = taking(&service).await;
    let id = begin(&client, "heap", json!({"bytes": 500})).await;
    until(&client, &id, "completed").await;
    let id = begin(&client, "heap", json!({"bytes": 2000})).await;
    let failed = until(&client, &id, "failed").await;
    assert_eq!(failed["error"]["code"], -32603);
    assert!(failed["error"]["message"].as_str().unwrap().contains("1000 is the most"), "{failed}");
}

#[tokio::test]
async fn how_often_to_ask_is_what_was_set() {
    let limits = Limits { task_poll: Duration::from_millis(250), ..Limits::default() };
    let (service, _) = service_with(|server| server.limits(limits));
    let client = taking(&service).await;
    let id = begin(&client, "collapse", json!({})).await;
    assert_eq!(get(&client, &id).await["pollIntervalMs"], 250);
}

/// Keeps tasks in memory, writes down what it was told, and fails when it is told to.
#[derive(Default)]
struct Ledger {
    tasks: MemoryTasks,
    told: Mutex<Vec<(TaskStatus, String)>>,
    is_full: bool,
}

struct Shared(Arc<Ledger>);

impl Shared {
    fn write(&self, task: &TaskRecord) {
        // A store may keep them as JSON.
        let json = serde_json::to_string(task).unwrap();
        self.0.told.lock().unwrap().push((task.state.status(), json));
    }
}

impl TaskStore for Shared {
    fn create(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>> {
        if self.0.is_full {
            return Box::pin(async { Err(Error::new("the disk is full")) });
        }
        self.write(&task);
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.0.tasks.create(task).await
        })
    }

    fn update(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>> {
        self.write(&task);
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.0.tasks.update(task).await
        })
    }

    fn get<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<TaskRecord>>>> {
        self.0.tasks.get(id)
    }

    fn list<'a>(
        &'a self,
        owner: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> BoxFuture<'a, Result<TaskPage>> {
        self.0.tasks.list(owner, cursor, most)
    }
}

#[tokio::test]
async fn a_store_is_told_of_every_state_before_the_client_can_miss_it() {
    let ledger = Arc::new(Ledger::default());
    let (service, _) = service_with(|server| server.tasks(Shared(Arc::clone(&ledger))));
    let client = taking(&service).await;
    let id = begin(&client, "delegate", json!({})).await;
    assert!(ledger.tasks.get(&id).await.unwrap().is_some(), "it is kept before the client has its name");
    let task = until(&client, &id, "input_required").await;
    let told = |status: TaskStatus| ledger.told.lock().unwrap().iter().any(|(told, _)| *told == status);
    while !told(TaskStatus::InputRequired) {
        tokio::task::yield_now().await;
    }
    update(&client, &id, json!({(asking(&task, "Who?")): accept("me")})).await.unwrap();
    while !told(TaskStatus::Completed) {
        tokio::task::yield_now().await;
    }
    let told = ledger.told.lock().unwrap();
    assert_eq!(told.first().unwrap().0, TaskStatus::Working);
    assert_eq!(told.last().unwrap().0, TaskStatus::Completed);
    let kept: TaskRecord = serde_json::from_str(&told.last().unwrap().1).unwrap();
    assert_eq!((kept.id, kept.owner), (id, "caller ".to_owned()));
}

#[tokio::test]
async fn another_replica_shows_a_task_and_says_that_it_runs_elsewhere() {
    let ledger = Arc::new(Ledger::default());
    let (here, pit) = service_with(|server| server.tasks(Shared(Arc::clone(&ledger))));
    let (there, _) = service_with(|server| server.tasks(Shared(Arc::clone(&ledger))));
    let id = begin(&taking(&here).await, "dig", json!({})).await;
    let client = taking(&there).await;
    assert_eq!(get(&client, &id).await["status"], "working");
    for (method, more) in [("tasks/cancel", json!({})), ("tasks/update", json!({"inputResponses": {}}))] {
        let mut params = more;
        params["taskId"] = json!(id);
        let error = client.request(method, params).await.unwrap_err();
        assert_eq!(error.code().0, -32600, "{method}");
        assert!(error.data()["suggestion"].as_str().unwrap().contains("Mcp-Name"), "{error}");
    }
    pit.reached().await;
    pit.open();
    assert_eq!(text(&until(&client, &id, "completed").await["result"]), "a hole 1 m deep");
    client.request("tasks/cancel", json!({"taskId": id})).await.unwrap();
}

#[tokio::test]
async fn where_the_store_fails_there_is_no_task() {
    let ledger = Arc::new(Ledger { is_full: true, ..Ledger::default() });
    let (service, _) = service_with(|server| server.tasks(Shared(ledger)));
    let client = taking(&service).await;
    let result = client.request(CALL, params("dig", json!({}))).await;
    let words = result.map_or_else(|error| error.to_string(), |result| text(&result).to_owned());
    assert!(words.contains("the disk is full"), "{words}");
}
