//! Files are looked at, moved, deleted and carried over.

use reqwest::Method;
use serde_json::{Value, json};

use super::Rest;

const FILES: &str = "/api/v1/files/default";

fn at(what: &str) -> String {
    format!("{FILES}/{what}")
}

#[tokio::test]
async fn names_are_looked_at_folders_are_made_and_files_are_moved() {
    let rest = Rest::start().await;
    rest.post(FILES, json!({"path": "a.txt", "content": "words"})).await;
    let stat = rest.get(&at("stat?path=a.txt")).await;
    assert_eq!((&stat["kind"], &stat["size"], &stat["mode"]), (&json!("file"), &json!(5), &json!("0644")));
    assert_eq!(rest.post(&at("mkdir"), json!({"path": "one/two"})).await["created"], true);
    assert_eq!(rest.post(&at("mkdir"), json!({"path": "one/two"})).await["created"], false);

    let wish = json!({"from": "a.txt", "to": "one/two/b.txt"});
    assert_eq!(rest.post(&at("move"), wish.clone()).await["moved"], true);
    let gone = rest.fail(Method::POST, &at("move"), Some(wish)).await;
    assert_eq!(gone, (404, "FILE_NOT_FOUND".into()));
    rest.post(FILES, json!({"path": "c.txt", "content": ""})).await;
    let over = json!({"from": "c.txt", "to": "one/two/b.txt"});
    let there = rest.fail(Method::POST, &at("move"), Some(over)).await;
    assert_eq!(there, (409, "FILE_EXISTS".into()));
    assert_eq!(rest.get(&at("content?path=one/two/b.txt")).await["content"], "words");
}

#[tokio::test]
async fn much_is_deleted_only_by_those_who_say_that_somebody_has_agreed() {
    let rest = Rest::start().await;
    for path in ["folder/a", "folder/b", "x.log", "y.log", "kept"] {
        rest.post(FILES, json!({"path": path, "content": "12345"})).await;
    }
    let deleted = rest.post(&at("delete"), json!({"paths": ["x.log"], "glob": "*.log"})).await;
    assert_eq!((&deleted["paths"], &deleted["deleted"]), (&json!(["x.log", "y.log"]), &json!(true)));

    let delete = async |query: &str| {
        let answer = rest.send(Method::DELETE, &format!("{FILES}?path=folder{query}"), None).await;
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let code = |(status, answer): (u16, Value)| (status, answer["error"]["code"].clone());
    assert_eq!(code(delete("").await), (409, json!("DIRECTORY_NOT_EMPTY")));
    let (_, told) = delete("&recursive=true&dry_run=true").await;
    assert_eq!((&told["data"]["entries"], &told["data"]["deleted"]), (&json!(3), &json!(false)));
    assert_eq!(code(delete("&recursive=true").await), (409, json!("CONFIRMATION_NEEDED")));
    rest.get(&at("stat?path=folder/a")).await;
    assert_eq!(delete("&recursive=true&confirm=true").await.0, 200);
    assert_eq!(rest.get(FILES).await["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_comes_in_in_parts_and_goes_out_as_it_came() {
    let rest = Rest::start().await;
    let part = |content: &str, offset: u64, is_last: bool| json!({"path": "in.bin", "content": content, "offset": offset, "is_last": is_last});
    let first = rest.post(&at("upload"), part("AAEC", 0, false)).await;
    assert_eq!((&first["size"], &first["complete"]), (&json!(3), &json!(false)));
    let absent = rest.fail(Method::GET, &at("download?path=in.bin"), None).await;
    assert_eq!(absent, (404, "FILE_NOT_FOUND".into()));
    let whole = rest.post(&at("upload"), part("/w==", 3, true)).await;
    let given = rest.get(&at("download?path=in.bin")).await;
    assert_eq!((&given["content"], &given["is_last"]), (&json!("AAEC/w=="), &json!(true)));
    assert_eq!(given["sha256"], whole["sha256"]);
    assert_eq!(rest.get(&at("download?path=in.bin&offset=3")).await["content"], "/w==");

    let mut wrong = part("AAEC", 0, true);
    wrong["sha256"] = "0".repeat(64).into();
    let refused = rest.fail(Method::POST, &at("upload"), Some(wrong)).await;
    assert_eq!(refused, (422, "CHECKSUM_MISMATCH".into()));
}
