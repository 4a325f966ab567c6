//! Jobs in containers of their own.

use serde_json::{Value, json};

use super::{flags, ids, start};
use crate::{Disco, command};
use disco_tests::support::Process;

async fn run(disco: &mut Disco, wish: Value) -> Value {
    disco.call("run_job", wish).await
}

#[tokio::test]
async fn a_job_has_a_container_of_the_image_that_it_names_and_leaves_none() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let commands = ["test -e /bin/bash && echo bash || echo no bash", "echo left > out.txt"];
    for (image, said) in [("disco/small", "no bash\n"), ("disco/debian:latest", "bash\n")] {
        let run =
            run(&mut disco, json!({"image": image, "commands": commands, "artifacts": ["*.txt"]})).await;
        let told = ["status", "backend", "image_ref", "cleanup_status"].map(|field| &run[field]);
        assert_eq!(told, ["success", "docker", image, "destroyed"], "{run}");
        assert_eq!(run["steps"][0]["stdout"], said, "{run}");
        assert_eq!(ids(&mut disco).await, [""; 0]);
        let gone = disco.fail("sandbox_get", json!({"sandbox_id": run["sandbox_id"]})).await;
        assert_eq!(gone["code"], "SANDBOX_NOT_FOUND", "{gone}");
        let kept = json!({"job_id": run["job_id"], "filename": "out.txt"});
        assert!(disco.call("get_artifact", kept).await.to_string().contains("left"));
    }
}

#[tokio::test]
async fn an_image_that_may_not_be_named_or_is_not_there_is_refused_before_there_is_a_job() {
    let Some(mut flags) = flags() else { return };
    flags.extend(["--docker-images", "disco/s*,no/*"].map(str::to_owned));
    let mut disco = start(&flags);
    for (wish, code) in [
        (json!({"image": "disco/debian", "commands": ["true"]}), "INVALID_ARGUMENT"),
        (json!({"image": "no/such", "commands": ["true"]}), "IMAGE_NOT_FOUND"),
        (json!({"image": "disco/small", "template": "base", "commands": ["true"]}), "INVALID_ARGUMENT"),
        (json!({"image": "disco/small", "sandbox_id": "default", "commands": ["true"]}), "INVALID_ARGUMENT"),
    ] {
        for tool in ["run_job", "submit_job"] {
            let refused = disco.fail(tool, wish.clone()).await;
            assert_eq!(refused["code"], code, "{wish}");
            assert!(!refused["suggestion"].as_str().unwrap().is_empty(), "{refused}");
        }
    }
    assert_eq!(disco.call("list_jobs", json!({})).await["jobs"], json!([]));
    let run = run(&mut disco, json!({"image": "disco/small", "commands": ["true"]})).await;
    assert_eq!(run["status"], "success", "{run}");
    // A sandbox is asked the same, and says what it was made of.
    let made = disco.call("sandbox_create", json!({"image": "disco/small"})).await;
    assert_eq!((&made["backend"], &made["image"]), (&json!("docker"), &json!("disco/small")), "{made}");
    for wish in [json!({"image": "disco/debian"}), json!({"image": "disco/small", "backend": "local"})] {
        assert_eq!(disco.fail("sandbox_create", wish).await["code"], "INVALID_ARGUMENT");
    }
}

#[tokio::test]
async fn a_job_by_image_is_known_by_its_old_name_and_needs_an_engine() {
    let Some(flags) = flags() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut program = command(&folder);
    program.args(["stdio", "--toolsets", "all", "--compat"]).args(&flags);
    let mut disco = Disco { process: Process::run(&mut program), folder, next: 0 };
    let old = json!({"image": "disco/debian", "commands": ["echo $((6 * 7))"]});
    let run = disco.call("orcaops_run_job", old.clone()).await;
    assert_eq!(
        (&run["steps"][0]["stdout"], &run["image_ref"]),
        (&json!("42\n"), &json!("disco/debian")),
        "{run}"
    );
    let mut without = Disco::start_with(&["--docker-host", "unix:///no/such.sock"]);
    assert_eq!(without.fail("run_job", old).await["code"], "DOCKER_UNAVAILABLE");
}
