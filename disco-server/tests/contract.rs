//! What clients of the Disco server can rely on, and what its tools cost them.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

use disco_sdk::Service;
use disco_sdk::schema::Dialect;
use disco_sdk::testing;
use disco_server::app::App;
use disco_server::config::{Config, Given};
use disco_server::toolsets::SETS;
use tempfile::TempDir;

async fn service(toolsets: &str) -> (TempDir, Service) {
    compatible(toolsets, false).await
}

async fn compatible(toolsets: &str, compat: bool) -> (TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let given = Given {
        config: None,
        workspace: Some(folder.path().join("workspace")),
        data_dir: Some(folder.path().join("data")),
        toolsets: Some(vec![toolsets.to_owned()]),
        compat: compat.then_some(true),
        ..Given::default()
    };
    let app = App::open(Config::load(&given).unwrap()).await.unwrap();
    (folder, app.service().unwrap())
}

#[tokio::test]
async fn the_server_is_what_its_lock_says() {
    testing::contract(&service("all").await.1, "disco.lock.json");
}

#[tokio::test]
async fn the_core_costs_less_than_6_000_tokens() {
    testing::token_budget(&service("core").await.1, 6_000);
}

#[tokio::test]
async fn every_client_takes_every_tool() {
    let (_folder, service) = service("all").await;
    for dialect in Dialect::ALL {
        assert_eq!(service.breaches(dialect), [], "{dialect}");
    }
}

#[tokio::test]
async fn every_tool_says_all_four_hints_and_they_fit_each_other() {
    // Those that run what the caller writes, which reaches out where the sandbox may, and those that reach remotes.
    const OUTSIDE: [&str; 9] = [
        "execute_command",
        "git_clone",
        "git_pull",
        "git_push",
        "run_job",
        "submit_job",
        "terminal_execute",
        "terminal_open",
        "terminal_write",
    ];
    // Those that write, but only add.
    const ADD: [&str; 12] = [
        "create_container",
        "file_mkdir",
        "git_add",
        "git_clone",
        "git_commit",
        "orcaops_create_sandbox",
        "orcaops_start_sandbox",
        "sandbox_create",
        "sandbox_fork",
        "sandbox_snapshot",
        "sandbox_start",
        "terminal_resize",
    ];
    for compat in [false, true] {
        let (_folder, service) = compatible("all", compat).await;
        let tools = service.client().await.unwrap().tools().await.unwrap();
        assert!(tools.len() >= 68, "{}", tools.len());
        for tool in tools {
            let (name, hints) = (&tool.name, tool.annotations.clone().unwrap_or_default());
            let told = |hint: Option<bool>, what: &str| {
                hint.unwrap_or_else(|| panic!("{name} does not say `{what}`"))
            };
            let (read_only, destructive) =
                (told(hints.read_only_hint, "read only"), told(hints.destructive_hint, "destructive"));
            told(hints.idempotent_hint, "idempotent");
            let new = name.strip_prefix("orcaops_").unwrap_or(name);
            assert_eq!(told(hints.open_world_hint, "open world"), OUTSIDE.contains(&new), "{name}");
            assert!(!(read_only && destructive), "{name}");
            assert_eq!(!read_only && !destructive, ADD.contains(&name.as_str()), "{name}");
        }
    }
}

#[tokio::test]
async fn every_tool_that_takes_something_shows_an_example() {
    // Clients that know no `examples` are told in words, with every dialect but the full one.
    let (_folder, service) = compatible("all", true).await;
    for tool in service.client().await.unwrap().tools().await.unwrap() {
        let schema = serde_json::to_value(&tool.input_schema).unwrap();
        let takes_nothing = schema["properties"].as_object().is_none_or(serde_json::Map::is_empty);
        let shows_one = schema.to_string().contains("(such as ");
        assert!(takes_nothing || shows_one, "{} shows none: {schema}", tool.name);
    }
}

#[tokio::test]
async fn every_tool_is_in_a_set() {
    let (_folder, service) = service("all").await;
    let sets: Vec<_> = SETS.iter().flat_map(|(_, _, tools)| tools.iter().copied()).collect();
    let tools = testing::token_costs(&service);
    let stray: Vec<_> = tools.iter().filter(|(name, _)| !sets.contains(&name.as_str())).collect();
    assert!(stray.is_empty(), "in no set: {stray:?}");
}
