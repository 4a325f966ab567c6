//! The network of sandboxes in containers: the proxy, and nothing beside it, as in `local`.

use serde_json::{Value, json};

use super::{Disco, flags, start};
use crate::network::{answers, host, is_near, no_other_answers, run};

async fn sandbox(disco: &mut Disco, network: Value) -> Value {
    let made = disco.call("sandbox_create", json!({"backend": "docker", "network": network})).await;
    made["sandbox_id"].clone()
}

/// A server with an engine that may reach these addresses.
fn reaching(addresses: &[String], more: &[&str]) -> Option<Disco> {
    let mut flags = flags()?;
    for address in addresses {
        flags.extend(["--network-host".to_owned(), address.clone()]);
    }
    flags.extend(more.iter().map(|flag| (*flag).to_owned()));
    Some(start(&flags))
}

#[tokio::test]
async fn a_container_reaches_the_hosts_that_its_sandbox_names_and_no_other() {
    let (named, other) = (host(b"hello".to_vec()), host(b"secret".to_vec()));
    let Some(mut disco) = reaching(&[named.to_string(), other.to_string()], &[]) else { return };
    let id = sandbox(&mut disco, json!({"hosts": [named.to_string()]})).await;
    // All but the first in the container that has rested meanwhile.
    answers(&mut disco, &id, named).await;
    // A command on a terminal has it too.
    let open = json!({"command": format!("curl -sS http://{named}/"), "sandbox_id": id});
    let terminal = disco.open(open).await;
    disco.end(&terminal).await;
    let read = disco.call("terminal_read", json!({"terminal_id": terminal, "cursor": 0})).await;
    assert_eq!(read["text"], "hello");

    no_other_answers(&mut disco, &id, named, other).await;
    let (text, _) = run(&mut disco, &id, "tail -n +3 /proc/net/dev | cut -d: -f1").await;
    assert_eq!(text.trim(), "lo");
}

#[tokio::test]
async fn the_internet_of_a_container_has_no_address_near_the_server() {
    let near = host(b"secret".to_vec());
    let Some(mut disco) = reaching(&[near.to_string()], &[]) else { return };
    let id = sandbox(&mut disco, json!("egress")).await;
    for url in [
        format!("http://{near}/"),
        format!("http://localhost:{}/", near.port()),
        format!("http://[::ffff:127.0.0.1]:{}/", near.port()),
        "http://169.254.169.254/".to_owned(),
        "http://172.17.0.1/".to_owned(),
        "http://0.0.0.0/".to_owned(),
    ] {
        is_near(&mut disco, &id, &url).await;
    }
    let known = disco.call("audit_query", json!({"outcome": "NETWORK_REFUSED", "limit": 200})).await;
    let known = known["entries"].as_array().unwrap();
    assert_eq!(known.len(), 6);
    assert_eq!(known[5]["target"], format!("{} {near}", id.as_str().unwrap()));
}

#[tokio::test]
async fn the_settings_say_what_a_container_can_be_given_and_transfer() {
    let near = host(vec![b'x'; 3 << 20]);
    let more = ["--network", "none", "--network-mb", "1", "--network-connections", "1"];
    let Some(mut disco) = reaching(&[near.to_string()], &more) else { return };
    for network in [json!("egress"), json!({"hosts": ["example.org"]})] {
        let wish = json!({"backend": "docker", "network": network});
        assert_eq!(disco.fail("sandbox_create", wish).await["code"], "INVALID_ARGUMENT");
    }
    let id = sandbox(&mut disco, json!({"hosts": [near.to_string()]})).await;
    let much = format!("curl -sS http://{near}/ | wc -c; exit ${{PIPESTATUS[0]}}");
    let (text, code) = run(&mut disco, &id, &much).await;
    let count: u64 = text.lines().find_map(|line| line.trim().parse().ok()).unwrap();
    assert!(count <= 1 << 20 && code != json!(0), "{text}");
    // A sandbox that names no network has none, and is not told of any.
    let id = sandbox(&mut disco, json!("none")).await;
    assert_eq!(run(&mut disco, &id, "env | grep -ci proxy").await.0, "0\n");
    let system = disco.call("system_info", json!({})).await;
    let check = system["checks"].as_array().unwrap().iter().find(|one| one["name"] == "docker network");
    assert_eq!((&check.unwrap()["used"], &system["docker"]["network_refusal"]), (&json!(true), &Value::Null));
}
