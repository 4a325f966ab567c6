//! The program itself, as a child process on its standard streams.

use std::process::Stdio;

use disco_sdk::Version;
use disco_sdk::client::{Client, Profile};
use serde_json::json;
use tokio::process::Command;

use super::{check, person};
use crate::support::program;

#[tokio::test]
async fn a_child_process_is_called_in_every_revision() {
    for version in Version::ALL {
        let mut child = Command::new(program("disco-examples", "everything"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (input, output) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        let profile = Profile::new(version).answers(person()).reader(check);
        let client = Client::connect_lines(Box::new(input), Box::new(output), profile).await.unwrap();
        let sampled = client.call("test_sampling", json!({"prompt": "The capital of France?"})).await;
        assert_eq!(sampled.unwrap().text(), "LLM response: Paris", "{version}");
        // Without a client there is nothing to read: the program ends by itself.
        drop(client);
        assert!(child.wait().await.unwrap().success(), "{version}");
    }
}
