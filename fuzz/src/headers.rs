//! Any headers of an HTTP request: one a line, as `name: value`.

use disco_sdk::Stop;
use disco_sdk::transport::http::Http;
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, Full};
use serde_json::json;

use super::server;

thread_local! {
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
}

/// What is served came from here, and called the tool that its headers name.
pub fn run(data: &[u8]) {
    let (method, lines) = match data.split_first() {
        Some((b'G', lines)) => (Method::GET, lines),
        Some((b'D', lines)) => (Method::DELETE, lines),
        _ => (Method::POST, data),
    };
    let body = server::modern("tools/call", json!({"name": "add", "arguments": {"a": 1}})).to_string();
    let mut request =
        Request::builder().method(method).uri("/mcp").body(Full::from(body.into_bytes())).expect("a request");
    let headers = request.headers_mut();
    for line in lines.split(|byte| *byte == b'\n').take(64) {
        let at = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line.get(at + 1..).unwrap_or_default().trim_ascii();
        let pair = (HeaderName::from_bytes(&line[..at]), HeaderValue::from_bytes(value));
        if let (Ok(name), Ok(value)) = pair {
            headers.append(name, value);
        }
    }
    let sent = headers.clone();
    let http = Http::new(server::service().endpoint(), None, Stop::default());
    let (status, body) = RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let response = http.handle(request).await;
            let status = response.status().as_u16();
            if status != 200 {
                return (status, None);
            }
            (status, Some(response.into_body().collect().await.expect("a body").to_bytes()))
        })
    });
    let known = [200, 202, 204, 400, 403, 404, 405, 406, 413, 415, 421];
    assert!(known.contains(&status), "{status}");
    let Some(body) = body else {
        return;
    };
    for name in ["host", "origin"] {
        for value in sent.get_all(name) {
            let value = value.to_str().expect("what is served is readable").to_ascii_lowercase();
            let is_near =
                ["localhost", "127.", "::1", "::ffff:", "0:1"].iter().any(|near| value.contains(near));
            assert!(is_near, "{name} {value:?} was served");
        }
    }
    let said = |name: &str| sent.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(said("mcp-method"), "tools/call");
    let name = said("mcp-name").trim();
    assert!(name == "add" || name == "=?base64?YWRk?=", "{name:?} called `add`");
    assert!(body.windows(8).any(|part| part == b"\"result\""), "200 without a result");
}
