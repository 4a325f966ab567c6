//! What the server tells of itself, and that it is true.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::Rest;

async fn told(rest: &Rest, path: &str) -> Value {
    rest.send(Method::GET, path, None).await.json().await.unwrap()
}

#[tokio::test]
async fn the_description_is_sound_and_everything_in_it_answers() {
    let rest = Rest::start().await;
    let document = told(&rest, "/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = HashSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} is there twice");
            let summary = operation["summary"].as_str().unwrap();
            assert!(!summary.is_empty() && summary.len() <= 300, "{name}: {summary}");
            for parameter in operation["parameters"].as_array().unwrap() {
                let words = parameter["description"].as_str().unwrap();
                assert!(!words.is_empty() && words.len() <= 700, "{name}: {parameter}");
            }
            let in_path: HashSet<_> = variables(path).collect();
            let described = operation["parameters"].as_array().unwrap().iter();
            let described: HashSet<_> = described
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(in_path, described, "{name}");

            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = rest.send(method, &path.replace("{id}", "absent"), Some(json!([]))).await;
            let known = operation["responses"].get(answer.status().as_str());
            assert!(known.is_some(), "{name}: {} is not described", answer.status());
        }
    }
    assert!(names.contains("sandbox_create") && names.contains("follow_job_logs"));
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is named and not there");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(!name.ends_with(|end: char| end.is_ascii_digit()), "`{name}` is the name of two things");
        assert!(schema["description"].as_str().is_some_and(|words| !words.is_empty()), "{name}");
    }
}

fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

#[tokio::test]
async fn the_root_is_a_page_for_browsers_and_facts_for_programs() {
    let rest = Rest::start().await;
    let facts = told(&rest, "/").await;
    assert_eq!((&facts["service"], &facts["mcp"]), (&json!("disco"), &json!("/mcp")));
    for path in ["docs", "openapi", "config", "capabilities", "health", "status"] {
        let path = facts[path].as_str().unwrap();
        assert_eq!(rest.send(Method::GET, path, None).await.status(), 200, "{path}");
    }
    let as_browser =
        |path: &str| rest.client.get(format!("{}{path}", rest.url)).header("accept", "text/html,*/*;q=0.8");
    let page = as_browser("/").send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
    let text = page.text().await.unwrap();
    assert!(!text.contains("<script>") && !text.contains("style=") && !text.contains("https://"), "{text}");
    let facts: Value = as_browser("/?format=json").send().await.unwrap().json().await.unwrap();
    assert_eq!(facts["service"], "disco");
}

#[tokio::test]
async fn those_who_look_after_it_are_told_how_it_is() {
    let rest = Rest::start().await;
    for (path, word) in [
        ("/health", "healthy"),
        ("/ready", "ready"),
        ("/health/ready", "ready"),
        ("/live", "live"),
        ("/health/live", "live"),
    ] {
        assert_eq!(told(&rest, path).await["status"], word, "{path}");
    }
    let offered = told(&rest, "/capabilities").await;
    for capability in [
        "file:read",
        "file:write",
        "file:list",
        "file:delete",
        "terminal:execute",
        "terminal:stream",
        "terminal:session",
        "git:clone",
        "git:commit",
        "git:pull",
        "git:push",
    ] {
        assert!(offered["capabilities"].as_array().unwrap().contains(&json!(capability)), "{capability}");
    }
    let config = told(&rest, "/config").await;
    assert_eq!((&config["api_url"], &config["auth_required"]), (&json!("/api/v1"), &json!(false)));
    assert!(!config.to_string().contains(rest.folder.path().to_str().unwrap()), "{config}");
}

#[tokio::test]
async fn what_is_counted_is_told_as_prometheus_reads_it() {
    let rest = Rest::start().await;
    rest.post("/api/v1/containers", json!({})).await;
    rest.fail(Method::GET, "/api/v1/containers/none", None).await;
    rest.post("/api/v1/tasks/run", json!({"commands": ["sleep 600"], "job_id": "long"})).await;
    let mut job = Value::Null;
    while job["status"] != "running" {
        job = rest.get("/api/v1/tasks/long/status").await;
    }
    let answer = rest.send(Method::GET, "/metrics", None).await;
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let text = answer.text().await.unwrap();
    for line in [
        "# TYPE disco_http_requests_total counter",
        "# TYPE disco_http_request_duration_seconds histogram",
        "disco_http_requests_total{method=\"POST\",path=\"/api/v1/containers\",status=\"201\"} 1",
        "disco_http_requests_total{method=\"GET\",path=\"/api/v1/containers/{id}\",status=\"404\"} 1",
        "disco_sandboxes 2",
        "disco_jobs{status=\"running\"} 1",
        "disco_jobs{status=\"queued\"} 0",
    ] {
        assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
    }
}
