//! The pages, as a person sees them in a browser.

use reqwest::Method;
use serde_json::json;

use super::browser::Browser;
use super::rest::Rest;

const LOG: &str = "document.getElementById('log').textContent";

#[tokio::test]
async fn the_status_page_shows_sandboxes_and_the_log_of_a_job_as_it_is_written() {
    let Some(mut browser) = Browser::start().await else { return };
    let rest = Rest::start().await;
    browser.open(&rest.url).await;
    browser.until("document.getElementById('sandboxes').textContent.includes('default')").await;

    let made = rest.post("/api/v1/containers", json!({"name": "<b>just made</b>"})).await;
    let id = made["sandbox_id"].as_str().unwrap();
    let sandboxes = "document.getElementById('sandboxes').textContent";
    browser.until(&format!("{sandboxes}.includes('{id}') && {sandboxes}.includes('<b>just made</b>')")).await;

    let command = "echo before; until [ -e go ]; do sleep 0.02; done; echo after";
    rest.post("/api/v1/tasks/run", json!({"commands": [command], "job_id": "live", "intent": "to be seen"}))
        .await;
    // A job that runs is followed without a click.
    browser.until(&format!("{LOG}.includes('before\\n')")).await;
    assert_eq!(browser.value(&format!("{LOG}.includes('after')")).await, false);
    browser.until("document.getElementById('running').textContent === '1'").await;
    browser.until("document.getElementById('commands').textContent === '1'").await;
    rest.post("/api/v1/files/default", json!({"path": "go", "content": ""})).await;
    browser.until(&format!("{LOG}.includes('after\\n')")).await;
    browser.until("document.getElementById('log-state').textContent === 'success'").await;
    browser.until("document.getElementById('jobs').textContent.includes('to be seen')").await;

    // Another job is looked at by a click.
    rest.post("/api/v1/tasks/run", json!({"commands": ["echo again"], "job_id": "later"})).await;
    let button = "[...document.querySelectorAll('#jobs button')].find((one) => one.textContent === 'later')";
    browser.until(&format!("Boolean({button})")).await;
    browser.value(&format!("{button}.click()")).await;
    browser.until(&format!("{LOG} === 'again\\n'")).await;
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn the_status_page_shows_terminals_and_whether_they_are_open() {
    let Some(mut browser) = Browser::start().await else { return };
    let rest = Rest::start().await;
    browser.open(&rest.url).await;
    browser.until("document.getElementById('uptime').textContent !== '–'").await;
    assert_eq!(browser.value("document.getElementById('terminal-panel').hidden").await, true);

    let command = format!("read -r line # <b>{}</b>", "x".repeat(1000));
    let opened = rest.post("/api/v1/terminal/default/session", json!({"command": command})).await;
    let id = opened["terminal_id"].as_str().unwrap();
    let text = "document.getElementById('terminals').textContent";
    browser.until(&format!("{text}.includes('{id}') && {text}.includes('open')")).await;
    browser.until(&format!("{text}.includes('read -r line # <b>xxx') && {text}.includes('left out')")).await;

    let end = json!({"keys": ["enter"]});
    rest.post(&format!("/api/v1/terminal/session/{id}"), end).await;
    browser.until(&format!("{text}.includes('{id}') && {text}.includes('ended')")).await;
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn the_docs_page_explains_every_operation_and_tries_them() {
    let Some(mut browser) = Browser::start().await else { return };
    let rest = Rest::start().await;
    let file = json!({"path": "a.txt", "content": "words to find"});
    assert!(rest.send(Method::POST, "/api/v1/files/default", Some(file)).await.status().is_success());
    browser.open(&format!("{}/docs#file_read", rest.url)).await;
    browser.until("document.querySelectorAll('details').length > 30").await;
    browser.until("document.getElementById('file_read').open").await;

    let input = "document.querySelector('#file_read input[name=path]')";
    browser
        .value(&format!("{input}.value = 'a.txt'; document.querySelector('#file_read button').click()"))
        .await;
    let answer = "document.querySelector('#file_read pre').textContent";
    browser.until(&format!("{answer}.includes('200') && {answer}.includes('words to find')")).await;

    // A body is made, and sent.
    let run = "const at = document.getElementById('terminal_execute');
        at.querySelector('textarea').value = '{\"command\": \"echo $((6 * 7))\"}'; at.querySelector('button').click()";
    browser.value(&format!("(() => {{ {run} }})()")).await;
    browser.until("document.querySelector('#terminal_execute pre').textContent.includes('42\\\\n')").await;

    let find = "const find = document.getElementById('filter'); find.value = 'git'; find.dispatchEvent(new Event('input'))";
    browser.value(&format!("(() => {{ {find} }})()")).await;
    browser
        .until("document.getElementById('file_read').hidden && !document.getElementById('git_status').hidden")
        .await;
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn the_status_page_shows_the_hosts_that_a_sandbox_may_reach() {
    let Some(mut browser) = Browser::start().await else { return };
    let rest = Rest::start().await;
    let network = json!({"hosts": ["one.example", "two.example:8443"]});
    rest.post("/api/v1/containers", json!({"network": network})).await;
    browser.open(&rest.url).await;
    let text = "document.getElementById('sandboxes').textContent";
    browser.until(&format!("{text}.includes('one.example, two.example:8443')")).await;
    assert_eq!(browser.value(&format!("{text}.includes('[object')")).await, false);
    browser.until("document.getElementById('count').textContent === '2'").await;
}
