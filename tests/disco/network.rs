//! The network of sandboxes: the proxy, and nothing beside it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use serde_json::{Value, json};

use super::Disco;

/// A server of the host's loopback that answers every request with `body`.
pub(super) fn host(body: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.ends_with(b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(length @ 1..) => request.extend(&buffer[..length]),
                    _ => break,
                }
            }
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

async fn sandbox(disco: &mut Disco, network: Value) -> Value {
    disco.call("sandbox_create", json!({"network": network})).await["sandbox_id"].clone()
}

pub(super) async fn run(disco: &mut Disco, sandbox: &Value, command: &str) -> (String, Value) {
    let ran = disco.call("terminal_execute", json!({"command": command, "sandbox_id": sandbox})).await;
    let text = [&ran["stdout"], &ran["stderr"]].map(|text| text.as_str().unwrap().to_owned()).concat();
    (text, ran["exit_code"].clone())
}

/// The host that a sandbox names answers by a plain request, by a tunnel, and a program that knows nothing of curl's ways.
pub(super) async fn answers(disco: &mut Disco, id: &Value, named: SocketAddr) {
    for command in [
        format!("curl -sS http://{named}/"),
        format!("curl -sS -p http://{named}/"),
        format!(
            "python3 -c \"import urllib.request as u; print(u.urlopen('http://{named}/').read().decode())\""
        ),
    ] {
        let (text, code) = run(disco, id, &command).await;
        assert_eq!((text.trim(), &code), ("hello", &json!(0)), "{command}");
    }
}

/// Whom the sandbox does not name the proxy refuses, and past the proxy there is nothing: neither the host's loopback,
/// nor any other interface.
pub(super) async fn no_other_answers(disco: &mut Disco, id: &Value, named: SocketAddr, other: SocketAddr) {
    for url in [
        format!("http://{other}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://example.org/".to_owned(),
    ] {
        let (text, _) = run(disco, id, &format!("curl -sS -i --noproxy '' {url}")).await;
        assert!(
            text.starts_with("HTTP/1.1 403") && text.contains("is not among the hosts of this sandbox"),
            "{text}"
        );
        let (text, code) = run(disco, id, &format!("curl -sSv --noproxy '' -p {url}")).await;
        assert!(text.contains("is not among the hosts") && code != json!(0), "{text}");
    }
    for target in [named, other] {
        let raw = format!("exec 3<>/dev/tcp/{}/{} && echo through", target.ip(), target.port());
        let (text, code) = run(disco, id, &raw).await;
        assert!(!text.contains("through") && code != json!(0), "{text}");
    }
    let (text, _) = run(disco, id, "curl -sS http://10.0.0.1/ --noproxy '*' --max-time 5").await;
    assert!(text.contains("curl: "), "{text}");
}

/// The proxy takes an address for one near the server.
pub(super) async fn is_near(disco: &mut Disco, id: &Value, url: &str) {
    let (text, _) = run(disco, id, &format!("curl -gsS -i --noproxy '' '{url}'")).await;
    assert!(text.starts_with("HTTP/1.1 403") && text.contains("not the public internet"), "{url}: {text}");
}

#[tokio::test]
async fn a_sandbox_reaches_the_hosts_that_it_names_and_no_other() {
    let (named, other) = (host(b"hello".to_vec()), host(b"secret".to_vec()));
    let mut disco =
        Disco::start_with(&["--network-host", &named.to_string(), "--network-host", &other.to_string()]);
    let id = sandbox(&mut disco, json!({"hosts": [named.to_string()]})).await;
    answers(&mut disco, &id, named).await;
    no_other_answers(&mut disco, &id, named, other).await;
    let (text, _) =
        run(&mut disco, &id, "ls /sys/class/net 2>/dev/null; cat /proc/net/dev | tail -n +3 | cut -d: -f1")
            .await;
    assert_eq!(text.trim(), "lo");
}

#[tokio::test]
async fn the_internet_has_no_address_near_the_server() {
    let near = host(b"secret".to_vec());
    let mut disco = Disco::start_with(&["--network-host", &near.to_string()]);
    let id = sandbox(&mut disco, json!("egress")).await;
    for url in [
        format!("http://{near}/"),
        format!("http://localhost:{}/", near.port()),
        format!("http://0x7f.1:{}/", near.port()),
        format!("http://[::ffff:127.0.0.1]:{}/", near.port()),
        "http://169.254.169.254/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
        "http://192.168.0.1/".to_owned(),
        "http://100.100.100.200/".to_owned(),
        "http://0.0.0.0/".to_owned(),
        "http://224.0.0.1/".to_owned(),
    ] {
        is_near(&mut disco, &id, &url).await;
        let (_, code) = run(&mut disco, &id, &format!("curl -gsS -p --noproxy '' '{url}'")).await;
        assert_ne!(code, json!(0), "{url}");
    }
    let known = disco.call("audit_query", json!({"outcome": "NETWORK_REFUSED", "limit": 200})).await;
    let known = known["entries"].as_array().unwrap();
    assert_eq!(known.len(), 20);
    let first = &known[19];
    assert_eq!((&first["kind"], &first["name"]), (&json!("network"), &json!("GET")));
    assert_eq!(first["target"], format!("{} {near}", id.as_str().unwrap()));
}

#[tokio::test]
async fn the_settings_say_what_a_sandbox_can_be_given() {
    let near = host(b"hello".to_vec());
    let mut disco = Disco::start_with(&["--network", "none", "--network-host", &near.to_string()]);
    for network in [json!("egress"), json!({"hosts": ["example.org"]}), json!({"hosts": ["not a host"]})] {
        let refused = disco.fail("sandbox_create", json!({"network": network})).await;
        assert_eq!(refused["code"], "INVALID_ARGUMENT", "{refused}");
        assert!(!refused["suggestion"].as_str().unwrap().is_empty(), "{refused}");
    }
    let id = sandbox(&mut disco, json!({"hosts": [near.to_string()]})).await;
    assert_eq!(
        disco.call("sandbox_get", json!({"sandbox_id": id})).await["network"],
        json!({"hosts": [near.to_string()]})
    );
    assert_eq!(run(&mut disco, &id, &format!("curl -sS http://{near}/")).await.0, "hello");
    // A sandbox that names no network has none, and is not told of any.
    let id = sandbox(&mut disco, json!("none")).await;
    assert_eq!(run(&mut disco, &id, "env | grep -ci proxy").await.0, "0\n");
}

#[tokio::test]
async fn a_command_transfers_no_more_than_it_may() {
    let near = host(vec![b'x'; 3 << 20]);
    let flags = ["--network-host", &near.to_string(), "--network-mb", "1", "--network-connections", "1"];
    let mut disco = Disco::start_with(&flags);
    let id = sandbox(&mut disco, json!({"hosts": [near.to_string()]})).await;
    let (text, code) =
        run(&mut disco, &id, &format!("curl -sS http://{near}/ | wc -c; exit ${{PIPESTATUS[0]}}")).await;
    let count: u64 = text.lines().find_map(|line| line.trim().parse().ok()).unwrap();
    assert!(count <= 1 << 20 && code != json!(0), "{text}");
}

#[tokio::test]
async fn the_connections_of_one_command_are_counted_and_the_setting_bounds_them() {
    let at = host(b"hello".to_vec());
    let mut disco =
        Disco::start_with(&["--network-host", &at.to_string(), "--network-connections-in-all", "3"]);
    let id = sandbox(&mut disco, json!({"hosts": [at.to_string()]})).await;
    let command = format!("for round in 1 2 3 4; do curl -sS http://{at}/; echo; done");
    let (text, _) = run(&mut disco, &id, &command).await;
    assert_eq!(text.matches("hello").count(), 3, "{text}");
    assert!(text.contains("network_connections_in_all"), "{text}");
    // The next command has its own.
    assert_eq!(run(&mut disco, &id, &format!("curl -sS http://{at}/")).await.0, "hello");
}
