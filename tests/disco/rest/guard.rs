//! No page of somebody else comes in, by any door.

use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HOST, ORIGIN};
use serde_json::{Value, json};

use super::{Rest, failed};

const DOORS: [&str; 8] =
    ["/", "/docs", "/metrics", "/health", "/openapi.json", "/pages/style.css", "/api/v1/containers", "/none"];

#[tokio::test]
async fn a_foreign_host_or_origin_is_refused_at_every_door() {
    let rest = Rest::start().await;
    for door in DOORS {
        for (header, value) in [(HOST, "evil.example"), (ORIGIN, "https://evil.example"), (ORIGIN, "null")] {
            let request = rest.client.get(format!("{}{door}", rest.url)).header(header, value);
            assert_eq!(failed(request.send().await.unwrap()).await, (403, "FORBIDDEN".into()), "{door}");
        }
    }
}

/// Every path of the description with every method that it has.
async fn operations(rest: &Rest) -> Vec<(Method, String)> {
    let document: Value = rest.send(Method::GET, "/openapi.json", None).await.json().await.unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    let of_a_path = |(path, methods): (String, Value)| {
        let methods: Vec<_> = methods.as_object().unwrap().keys().cloned().collect();
        let path = path.replace("{id}", "default").replace("{name}", "base");
        assert!(!path.contains('{'), "{path} has a variable that is not known here");
        methods.into_iter().map(move |method| (method.to_uppercase().parse().unwrap(), path.clone()))
    };
    paths.into_iter().flat_map(of_a_path).collect()
}

#[tokio::test]
async fn no_route_with_any_method_lets_a_foreign_host_or_origin_in() {
    let rest = Rest::start().await;
    let operations = operations(&rest).await;
    assert!(operations.len() > 80, "{}", operations.len());
    for (method, path) in &operations {
        for (header, value) in [(HOST, "evil.example"), (ORIGIN, "https://evil.example"), (ORIGIN, "null")] {
            let request = rest.client.request(method.clone(), format!("{}{path}", rest.url));
            let answer = request.header(header, value).json(&json!({})).send().await.unwrap();
            assert_eq!(failed(answer).await, (403, "FORBIDDEN".into()), "{method} {path}");
        }
    }
    assert_eq!(rest.get("/api/v1/containers").await["count"], 1, "nothing was done");
}

#[tokio::test]
async fn no_route_that_writes_takes_what_a_form_could_send() {
    let rest = Rest::start().await;
    let writes = operations(&rest).await.into_iter();
    let writes: Vec<_> = writes.filter(|(method, _)| [Method::POST, Method::PUT].contains(method)).collect();
    assert!(writes.len() > 40, "{}", writes.len());
    for (method, path) in writes {
        for kind in ["application/x-www-form-urlencoded", "text/plain"] {
            let request = rest.client.request(method.clone(), format!("{}{path}", rest.url));
            let answer = request.header("content-type", kind).body("{}").send().await.unwrap();
            assert_eq!(failed(answer).await, (415, "UNSUPPORTED_MEDIA_TYPE".into()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_writes_is_json_and_nothing_that_a_form_could_send() {
    let rest = Rest::start().await;
    let url = format!("{}/api/v1/containers", rest.url);
    for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
        let request = rest.client.post(&url).header("content-type", kind).body("{}");
        assert_eq!(failed(request.send().await.unwrap()).await, (415, "UNSUPPORTED_MEDIA_TYPE".into()));
    }
    // A browser may leave the type out; a program that sends nothing may, too.
    let restart = format!("{url}/default/restart");
    let by_a_page = rest.client.post(&restart).header(ORIGIN, "http://localhost:9999");
    assert_eq!(by_a_page.send().await.unwrap().status(), 415);
    assert_eq!(rest.client.post(&restart).send().await.unwrap().status(), 200);
    assert_eq!(rest.client.post(&url).body("{}").send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn pages_of_other_origins_may_read_only_if_the_settings_name_them() {
    let origin = "https://app.example";
    let preflight = |rest: &Rest| {
        rest.client
            .request(Method::OPTIONS, format!("{}/api/v1/containers", rest.url))
            .header("access-control-request-method", "POST")
    };
    let rest = Rest::start_with(&["--allowed-origin", origin]).await;
    let allowed = preflight(&rest).header(ORIGIN, origin).send().await.unwrap();
    assert_eq!(allowed.status(), 204);
    assert_eq!(allowed.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], origin);
    assert!(allowed.headers()["access-control-allow-headers"].to_str().unwrap().contains("content-type"));
    let made =
        rest.client.post(format!("{}/api/v1/containers", rest.url)).header(ORIGIN, origin).json(&json!({}));
    let made = made.send().await.unwrap();
    assert_eq!(
        (made.status().as_u16(), &made.headers()[ACCESS_CONTROL_ALLOW_ORIGIN]),
        (201, &origin.parse().unwrap())
    );
    // Other pages of this machine come in, but may not read.
    let other = preflight(&rest).header(ORIGIN, "http://localhost:9999").send().await.unwrap();
    assert_eq!(other.status(), 405);
    assert!(!other.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
    assert!(
        !rest.client.get(&rest.url).send().await.unwrap().headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN)
    );
}

#[tokio::test]
async fn a_name_that_the_settings_give_is_a_name_of_this_server() {
    let rest = Rest::start_with(&["--allowed-host", "disco.example"]).await;
    let named = rest.client.get(format!("{}/health", rest.url)).header(HOST, "disco.example");
    assert_eq!(named.send().await.unwrap().status(), 200);
}
