//! Tags and toolsets.

use disco_sdk::prelude::*;
use serde_json::json;
use tokio::process::Command;

/// Reads a file.
#[tool(read_only, tags("files", "read"))]
fn read() -> &'static str {
    "read"
}

/// Writes a file.
#[tool(tags("files"))]
fn write() -> &'static str {
    "written"
}

/// Looks into the log.
#[tool(tags("git", "read"))]
fn log() -> &'static str {
    "nothing"
}

/// Helps.
#[tool]
fn help() -> &'static str {
    "help"
}

/// A file.
#[resource("file://{name}", tags("files"))]
fn file(name: String) -> String {
    name
}

/// What this is.
#[resource("about://it")]
fn about() -> &'static str {
    "it"
}

/// Asks for a commit message.
#[prompt(tags("git"))]
fn message() -> &'static str {
    "Write a commit message."
}

fn server() -> Server {
    let server = Server::new("tools", "1").with(tools![read, write, log, help]).with(resources![file, about]);
    server.with(prompts![message]).toolset("core", ["help", "files"]).toolset("looking", ["read"])
}

async fn offered(server: Server) -> (Vec<String>, usize, usize) {
    let client = server.client().await.unwrap();
    let names = async |method: &str, member: &str| -> Vec<String> {
        let Ok(result) = client.request(method, json!({})).await else { return Vec::new() };
        let named = |one: &serde_json::Value| one["name"].as_str().unwrap().to_owned();
        result[member].as_array().unwrap().iter().map(named).collect()
    };
    let resources = names("resources/list", "resources").await.len()
        + names("resources/templates/list", "resourceTemplates").await.len();
    (names("tools/list", "tools").await, resources, names("prompts/list", "prompts").await.len())
}

#[tokio::test]
async fn only_what_is_chosen_is_served_by_set_by_tag_or_by_both() {
    for (chosen, tools, resources, prompts) in [
        (vec!["core"], vec!["read", "write", "help"], 2, 0),
        (vec!["looking"], vec!["read", "log"], 1, 0),
        (vec!["git"], vec!["log"], 1, 1),
        (vec!["core", "git"], vec!["read", "write", "log", "help"], 2, 1),
    ] {
        let tools: Vec<String> = tools.into_iter().map(str::to_owned).collect();
        assert_eq!(
            offered(server().toolsets(chosen.clone())).await,
            (tools, resources, prompts),
            "{chosen:?}"
        );
    }
    assert_eq!(offered(server()).await.0.len(), 4);
    let client = server().toolsets(["git"]).client().await.unwrap();
    let error = client.call("write", json!({})).await.unwrap_err();
    assert!(error.message().contains("there is no tool \"write\""), "{error}");
}

#[tokio::test]
async fn the_sets_of_a_mounted_server_have_its_prefix_and_the_prefix_is_a_set() {
    let office = |chosen: Option<&str>| {
        let office = Server::new("office", "1").with(tools![help]).mount("a", server());
        if let Some(chosen) = chosen { office.toolsets([chosen]) } else { office }
    };
    assert_eq!(offered(office(None)).await.0.len(), 5);
    assert_eq!(offered(office(Some("a"))).await.0, ["a_read", "a_write", "a_log", "a_help"]);
    assert_eq!(offered(office(Some("a_core"))).await.0, ["a_read", "a_write", "a_help"]);
    assert_eq!(offered(office(Some("git"))).await.0, ["a_log"]);
    let inside = Server::new("office", "1").mount("a", server().toolsets(["looking"]));
    assert_eq!(offered(inside).await.0, ["a_read", "a_log"]);
}

#[test]
fn what_is_no_set_is_named_by_build() {
    let words = |server: Server| server.build().unwrap_err().to_string();
    let told = words(server().toolsets(["cor"]));
    assert!(told.contains("there is no toolset or tag `cor`: did you mean `core`?"), "{told}");
    let told = words(server().toolsets(["everything"]));
    assert!(told.contains("there are `core`, `files`, `git`, `looking`, `read`"), "{told}");
    let told = words(server().toolset("odd", ["fils"]));
    assert!(told.contains("the toolset `odd` names `fils`, which is no tool and no tag"), "{told}");
}

#[tokio::test]
async fn the_command_line_chooses_or_else_the_environment() {
    let list = async |arguments: &[&str], environment: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
        let command = command.args(arguments).arg("--list").env("DISCO_TOOLSETS", environment);
        let output = command.output().await.unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (arguments, environment) in [
        (&["--toolsets", "sums, echoes"][..], ""),
        (&[], "sums,echoes"),
        (&["--toolsets", "sums echoes"], "no-such"),
    ] {
        let (out, error) = list(arguments, environment).await;
        let tools: Vec<&str> = out.lines().skip(1).take_while(|line| line.starts_with("  ")).collect();
        let names: Vec<&str> = tools.iter().map(|line| line.split_whitespace().next().unwrap()).collect();
        assert_eq!(names, ["add", "echo"], "{out}{error}");
    }
    assert!(list(&[], " ").await.0.contains("mirror"), "what is empty is not set");
    let (_, error) = list(&["--toolsets", "sum"], "").await;
    assert!(error.contains("there is no toolset or tag `sum`: did you mean `sums`?"), "{error}");
}
