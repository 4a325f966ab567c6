//! Files: looked at, moved, shown, carried over in parts.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Disco;

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[tokio::test]
async fn names_are_looked_at_folders_made_and_files_moved() {
    let mut disco = Disco::start();
    let made = disco.call("file_mkdir", json!({"path": "a/b"})).await;
    assert_eq!(made, json!({"path": "a/b", "created": true}));
    assert_eq!(disco.call("file_mkdir", json!({"path": "a/b"})).await["created"], false);
    disco.run("echo one > a/b/one; chmod 600 a/b/one; ln -s one a/b/link; echo two > two").await;
    assert_eq!(disco.fail("file_mkdir", json!({"path": "two"})).await["code"], "NOT_A_DIRECTORY");

    let file = disco.call("file_stat", json!({"path": "a/b/one"})).await;
    assert_eq!(
        (&file["kind"], &file["size"], &file["mode"], &file["sha256"]),
        (&json!("file"), &json!(4), &json!("0600"), &json!(sha256(b"one\n")))
    );
    let link = disco.call("file_stat", json!({"path": "a/b/link"})).await;
    assert_eq!((&link["kind"], &link["target"]), (&json!("symlink"), &json!("one")));
    assert_eq!(disco.call("file_stat", json!({"path": "/workspace"})).await["kind"], "directory");
    assert_eq!(disco.fail("file_stat", json!({"path": "none"})).await["code"], "FILE_NOT_FOUND");

    let there = json!({"from": "two", "to": "a/b/one"});
    assert_eq!(disco.fail("file_move", there).await["code"], "FILE_EXISTS");
    let moved = disco.call("file_move", json!({"from": "two", "to": "a/b/one", "overwrite": true})).await;
    assert_eq!((&moved["overwritten"], &moved["moved"]), (&json!(true), &json!(true)));
    disco.call("file_move", json!({"from": "a/b", "to": "c/d/e"})).await;
    assert_eq!(disco.run("cat c/d/e/one; ls a").await["stdout"], "two\n");
    let inside = json!({"from": "c", "to": "c/d/f"});
    assert_eq!(disco.fail("file_move", inside).await["code"], "INVALID_ARGUMENT");
}

#[tokio::test]
async fn a_dry_run_tells_what_would_be_and_changes_nothing() {
    let mut disco = Disco::start();
    disco.run("echo one > one; mkdir full; echo x > full/x").await;
    let before = disco.run("find . -type f | sort | xargs sha256sum").await["stdout"].clone();
    let write = json!({"path": "new/two", "content": "2", "dry_run": true});
    let told = disco.call("file_write", write).await;
    assert_eq!((&told["created"], &told["written"]), (&json!(true), &json!(false)));
    let wrong = json!({"path": "full", "content": "2", "dry_run": true});
    assert_eq!(disco.fail("file_write", wrong).await["code"], "IS_A_DIRECTORY");
    let edit = json!({"path": "one", "edits": [{"old": "one", "new": "1"}], "dry_run": true});
    assert_eq!(disco.call("file_edit", edit).await["written"], false);
    let moved = disco.call("file_move", json!({"from": "one", "to": "deep/er/one", "dry_run": true})).await;
    assert_eq!(moved["moved"], false);
    let delete = json!({"paths": ["full", "one"], "recursive": true, "dry_run": true});
    let told = disco.call("file_delete", delete).await;
    assert_eq!((&told["entries"], &told["deleted"]), (&json!(3), &json!(false)));
    assert_eq!(disco.run("find . -type f | sort | xargs sha256sum").await["stdout"], before);
    assert_eq!(disco.run("ls -d new deep 2>/dev/null").await["stdout"], "");
}

/// A picture of one dot, of 68 bytes.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";

#[tokio::test]
async fn a_picture_is_shown_and_one_that_is_too_large_is_told_so() {
    let mut disco = Disco::start_with(&["--image-kb", "1"]);
    disco.call("file_upload", json!({"path": "dot.png", "content": DOT})).await;
    let shown = disco.try_call("file_read", json!({"path": "dot.png"})).await;
    let picture = shown["content"].as_array().unwrap().iter().find(|block| block["type"] == "image").unwrap();
    assert_eq!((&picture["data"], &picture["mimeType"]), (&json!(DOT), &json!("image/png")));
    let facts = &shown["structuredContent"];
    assert_eq!(
        (&facts["is_image"], &facts["size"], &facts["content"]),
        (&json!(true), &json!(68), &json!(""))
    );
    let as_bytes = disco.call("file_read", json!({"path": "dot.png", "encoding": "base64"})).await;
    assert_eq!(as_bytes["content"], DOT);

    disco.run("head -c 2000 /dev/zero >> dot.png").await;
    let large = disco.try_call("file_read", json!({"path": "dot.png"})).await;
    let kinds: Vec<&Value> =
        large["content"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
    assert_eq!(kinds, ["text", "resource_link"]);
    assert!(large["structuredContent"]["note"].as_str().unwrap().contains("2068 bytes"), "{large}");
}

#[tokio::test]
async fn a_large_file_is_carried_over_in_parts_and_checked() {
    let mut disco = Disco::start();
    let bytes: Vec<u8> = (0..70_000_u32).flat_map(u32::to_le_bytes).collect();
    let digest = sha256(&bytes);
    let half = bytes.len() / 2;
    let part = |from: usize, to: usize, more: Value| {
        let mut part =
            json!({"path": "in/large", "content": BASE64.encode(&bytes[from..to]), "offset": from});
        part.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        part
    };
    let early = disco.fail("file_upload", part(half, bytes.len(), json!({}))).await;
    assert_eq!(early["code"], "FILE_CHANGED");
    let first = disco.call("file_upload", part(0, half, json!({"is_last": false}))).await;
    assert_eq!((&first["size"], &first["complete"]), (&json!(half), &json!(false)));
    assert_eq!(disco.fail("file_read", json!({"path": "in/large"})).await["code"], "FILE_NOT_FOUND");
    let gap = disco.fail("file_upload", part(half + 1, bytes.len(), json!({}))).await;
    assert!(gap["suggestion"].as_str().unwrap().contains(&half.to_string()), "{gap}");
    let last = disco.call("file_upload", part(half, bytes.len(), json!({"sha256": digest}))).await;
    assert_eq!((&last["sha256"], &last["complete"]), (&json!(digest), &json!(true)));
    assert_eq!(disco.run("ls -A in; sha256sum < in/large").await["stdout"], format!("large\n{digest}  -\n"));

    disco.run("chmod 755 in/large; ln -s in/large link").await;
    disco.call("file_upload", part(0, 10, json!({"path": "link"}))).await;
    assert_eq!(
        disco.run("stat -c '%a %s' in/large; readlink link; rm link").await["stdout"],
        "755 10\nin/large\n"
    );
    disco.call("file_upload", part(0, bytes.len(), json!({"sha256": digest}))).await;

    let wrong = part(0, 10, json!({"path": "other", "sha256": digest}));
    assert_eq!(disco.fail("file_upload", wrong).await["code"], "CHECKSUM_MISMATCH");
    assert_eq!(disco.run("ls -A").await["stdout"], "in\n");

    let (mut back, mut offset) = (Vec::new(), json!(0));
    loop {
        let part = disco.call("file_download", json!({"path": "in/large", "offset": offset})).await;
        back.extend(BASE64.decode(part["content"].as_str().unwrap()).unwrap());
        offset = part["next_offset"].clone();
        if part["is_last"] == true {
            assert_eq!((&part["size"], &part["sha256"]), (&json!(bytes.len()), &json!(digest)));
            break;
        }
    }
    assert_eq!(back, bytes);
}

#[tokio::test]
async fn a_folder_that_is_refused_leaves_none_of_those_above_it() {
    let mut disco = Disco::start_with(&["--disk-mb", "1"]);
    disco.call("file_mkdir", json!({"path": "kept"})).await;
    let refused = disco.fail("file_mkdir", json!({"path": format!("kept{}", "/d".repeat(400))})).await;
    assert_eq!(refused["code"], "DISK_FULL");
    assert_eq!(disco.run("find").await["stdout"], ".\n./kept\n");
    disco.call("file_mkdir", json!({"path": "kept/a/b"})).await;
}

#[tokio::test]
async fn how_far_a_walk_goes_is_a_setting_and_what_it_leaves_out_is_told() {
    let mut disco = Disco::start_with(&["--walk-names", "100", "--walk-ignore-kb", "1"]);
    disco.run("mkdir many few; touch few/hidden few/seen; for i in $(seq 150); do touch many/$i; done").await;
    disco.run("(yes '#' | head -n 600; echo hidden) > .gitignore").await;
    let listed = disco.call("file_list", json!({"depth": 2})).await;
    let paths: Vec<_> = listed["entries"].as_array().unwrap().iter().map(|entry| &entry["path"]).collect();
    assert!(paths.contains(&&json!("few/hidden")), "{paths:?}");
    // The three of the workspace are held too.
    assert_eq!(paths.len(), 3 + 2 + 97, "{paths:?}");
    let left_out = listed["left_out"].to_string();
    assert!(
        left_out.contains("all but 97 names of `many`") && left_out.contains("`walk_names`"),
        "{left_out}"
    );
    assert!(left_out.contains("`walk_ignore_kb`"), "{left_out}");
    let refused = disco.fail("file_delete", json!({"glob": "many/*"})).await;
    assert!(refused["message"].as_str().unwrap().contains("`walk_names`"), "{refused}");
}

#[tokio::test]
async fn how_deep_a_walk_goes_and_what_is_searched_are_settings_and_what_is_left_out_is_told() {
    let mut disco = Disco::start_with(&["--walk-depth", "2", "--search-mb", "1"]);
    disco
        .run("mkdir -p a/b/c; echo needle | tee a/near a/b/far > large; head -c 2M /dev/zero >> large")
        .await;
    let listed = disco.call("file_list", json!({"depth": 9})).await;
    assert_eq!(listed["entries"].as_array().unwrap().len(), 4, "{listed}");
    assert!(listed["left_out"].to_string().contains("`walk_depth`"), "{listed}");
    let shallow = disco.call("file_list", json!({"depth": 2})).await;
    assert_eq!(shallow["left_out"], Value::Null, "nothing more was asked for");

    let found = disco.call("file_search", json!({"query": "needle"})).await;
    let paths: Vec<_> = found["matches"].as_array().unwrap().iter().map(|found| &found["path"]).collect();
    assert_eq!((paths, &found["files_skipped"]), (vec![&json!("a/near")], &json!(1)), "{found}");
    let left_out = found["left_out"].to_string();
    for setting in [
        "what is in `a/b`: a walk goes 2 folders deep (`walk_depth`)",
        "files of more than 1 MiB: 1 (`search_mb`)",
    ] {
        assert!(left_out.contains(setting), "{left_out}");
    }
    let refused = disco.fail("file_delete", json!({"glob": "**/far"})).await;
    assert!(refused["message"].as_str().unwrap().contains("`walk_depth`"), "{refused}");
    let deleted =
        disco.call("file_delete", json!({"paths": ["a"], "recursive": true, "confirm": true})).await;
    assert_eq!(deleted["deleted"], true, "what is not counted is deleted nevertheless");
}

#[tokio::test]
async fn an_upload_is_bounded_by_the_file_size_of_the_sandbox() {
    let mut disco = Disco::start_with(&["--file-mb", "1"]);
    let two_mib = BASE64.encode(vec![0; 2 << 20]);
    let refused = disco.fail("file_upload", json!({"path": "x", "content": two_mib})).await;
    assert_eq!(refused["code"], "FILE_TOO_LARGE");
}
