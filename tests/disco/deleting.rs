//! Deleting files: what goes at once, and what is asked about, in both eras.

use serde_json::{Value, json};

use super::{Disco, modern_call};
use disco_sdk::Version;
use disco_tests::support::{call, initialize, request};

const CAPABLE: &str = r#"{"elicitation": {"form": {}}}"#;

/// Deletes the folder `full` and answers what is asked with this, if it is asked: the question, and the result.
async fn delete(version: Version, disco: &mut Disco, answer: Value) -> (Option<String>, Value) {
    delete_so(version, disco, json!({"paths": ["full"], "recursive": true}), answer).await
}

async fn delete_so(
    version: Version,
    disco: &mut Disco,
    arguments: Value,
    answer: Value,
) -> (Option<String>, Value) {
    if version == Version::LATEST {
        return delete_by_rounds(disco, arguments, answer).await;
    }
    let mut hello = initialize(version);
    hello["params"]["capabilities"] = serde_json::from_str(CAPABLE).unwrap();
    disco.process.ask(&hello).await;
    disco.process.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
    let mut message = disco.process.ask(&call("delete", "file_delete", arguments)).await;
    let mut question = None;
    if message["method"] == "elicitation/create" {
        question = message["params"]["message"].as_str().map(str::to_owned);
        let said = json!({"jsonrpc": "2.0", "id": message["id"], "result": answer});
        message = disco.process.ask(&said).await;
    }
    (question, message["result"].clone())
}

/// The client is told the question as a result, and calls again with the answer.
async fn delete_by_rounds(disco: &mut Disco, arguments: Value, answer: Value) -> (Option<String>, Value) {
    let mut message = modern_call("first", "file_delete", arguments);
    let capabilities: Value = serde_json::from_str(CAPABLE).unwrap();
    message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities;
    let asked = disco.process.ask(&message).await["result"].clone();
    if asked["resultType"] != "input_required" {
        return (None, asked);
    }
    let (key, question) = asked["inputRequests"].as_object().unwrap().iter().next().unwrap();
    message["id"] = json!("second");
    message["params"]["inputResponses"] = json!({key: answer});
    message["params"]["requestState"] = asked["requestState"].clone();
    let question = question["params"]["message"].as_str().map(str::to_owned);
    (question, disco.process.ask(&message).await["result"].clone())
}

/// A folder with twelve files.
async fn full(disco: &mut Disco) {
    disco.run("mkdir -p full/deep; touch full/deep/{1..11}; ln -s / full/deep/out").await;
}

async fn is_there(disco: &mut Disco) -> bool {
    disco.run("ls full/deep | wc -l").await["stdout"] == "12\n"
}

#[tokio::test]
async fn a_full_folder_goes_when_the_user_agrees_and_only_then() {
    let yes = json!({"action": "accept", "content": {"value": true}});
    let no = json!({"action": "accept", "content": {"value": false}});
    let answers = [
        (yes, true),
        (no, false),
        (json!({"action": "decline"}), false),
        (json!({"action": "cancel"}), false),
    ];
    for version in [Version::V2025_06_18, Version::V2025_11_25, Version::LATEST] {
        for (answer, agreed) in &answers {
            let mut disco = Disco::start();
            full(&mut disco).await;
            let (question, result) = delete(version, &mut disco, answer.clone()).await;
            let question = question.unwrap_or_else(|| panic!("{version}: nobody was asked: {result}"));
            assert!(question.contains("`full`") && question.contains("14 files and folders"), "{question}");
            assert_eq!(!is_there(&mut disco).await, *agreed, "{version} {answer}: {result}");
            if *agreed {
                assert_eq!(result["structuredContent"]["entries"], 14, "{result}");
            } else {
                let said = &result["_meta"]["dev.disco/error"];
                assert_eq!(said["code"], "DECLINED", "{version} {answer}: {result}");
                assert!(said["message"].as_str().unwrap().contains("nothing was deleted"), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn a_model_that_says_that_the_user_agreed_does_not_spare_them_the_question() {
    let no = json!({"action": "decline"});
    for version in [Version::V2025_06_18, Version::LATEST] {
        let mut disco = Disco::start();
        full(&mut disco).await;
        let arguments = json!({"paths": ["full"], "recursive": true, "confirm": true});
        let (question, result) = delete_so(version, &mut disco, arguments, no.clone()).await;
        assert!(question.is_some(), "{version}: nobody was asked: {result}");
        assert_eq!(result["_meta"]["dev.disco/error"]["code"], "DECLINED", "{version}: {result}");
        assert!(is_there(&mut disco).await, "{version}");
    }
}

#[tokio::test]
async fn a_client_that_cannot_be_asked_has_to_say_that_the_user_agreed() {
    let mut disco = Disco::start();
    full(&mut disco).await;
    let said = disco.fail("file_delete", json!({"paths": ["full"], "recursive": true})).await;
    assert_eq!(said["code"], "CONFIRMATION_NEEDED");
    assert!(said["suggestion"].as_str().unwrap().contains("`confirm`"), "{said}");
    assert!(is_there(&mut disco).await);
    let done =
        disco.call("file_delete", json!({"paths": ["full"], "recursive": true, "confirm": true})).await;
    assert_eq!((&done["entries"], &done["deleted"]), (&json!(14), &json!(true)));
    assert!(!is_there(&mut disco).await);

    let mut old = Disco::start();
    full(&mut old).await;
    old.process.ask(&initialize(Version::V2025_06_18)).await;
    old.process.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
    let arguments = json!({"name": "file_delete", "arguments": {"glob": "full/deep/*"}});
    let answer = old.process.ask(&request("many", "tools/call", arguments)).await;
    assert_eq!(answer["result"]["_meta"]["dev.disco/error"]["code"], "CONFIRMATION_NEEDED", "{answer}");
    assert!(is_there(&mut old).await);
}

#[tokio::test]
async fn a_few_files_go_at_once_by_names_and_by_a_glob() {
    let mut disco = Disco::start();
    disco.run("mkdir empty sub .git; touch a.log sub/b.log keep .git/c.log; ln -s keep link").await;
    let done = disco.call("file_delete", json!({"paths": ["empty", "link"], "glob": "*.log"})).await;
    assert_eq!(done["paths"], json!(["a.log", "empty", "link", "sub/b.log"]));
    assert_eq!(
        disco.run("find . -mindepth 1 | sort").await["stdout"],
        "./.git\n./.git/c.log\n./keep\n./sub\n"
    );

    assert_eq!(disco.fail("file_delete", json!({"paths": [".git"]})).await["code"], "DIRECTORY_NOT_EMPTY");
    assert_eq!(disco.fail("file_delete", json!({"paths": ["none"]})).await["code"], "FILE_NOT_FOUND");
    assert_eq!(disco.fail("file_delete", json!({"glob": "*.none"})).await["code"], "FILE_NOT_FOUND");
    assert_eq!(disco.fail("file_delete", json!({})).await["code"], "INVALID_ARGUMENT");
    assert_eq!(
        disco.fail("file_delete", json!({"paths": ["."], "recursive": true})).await["code"],
        "PERMISSION_DENIED"
    );
    assert_eq!(disco.fail("file_delete", json!({"paths": ["../x"]})).await["code"], "PATH_OUTSIDE_WORKSPACE");
}

#[tokio::test]
async fn how_many_files_go_unasked_is_a_setting() {
    let mut disco = Disco::start_with(&["--ask-above", "1"]);
    disco.run("touch a b").await;
    assert_eq!(disco.fail("file_delete", json!({"paths": ["a", "b"]})).await["code"], "CONFIRMATION_NEEDED");
    disco.call("file_delete", json!({"paths": ["a"]})).await;
}
