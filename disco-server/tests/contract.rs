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
    let folder = tempfile::tempdir().unwrap();
    let given = Given {
        config: None,
        workspace: Some(folder.path().join("workspace")),
        data_dir: Some(folder.path().join("data")),
        toolsets: Some(vec![toolsets.to_owned()]),
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
async fn every_tool_is_in_a_set() {
    let (_folder, service) = service("all").await;
    let sets: Vec<_> = SETS.iter().flat_map(|(_, _, tools)| tools.iter().copied()).collect();
    let tools = testing::token_costs(&service);
    let stray: Vec<_> = tools.iter().filter(|(name, _)| !sets.contains(&name.as_str())).collect();
    assert!(stray.is_empty(), "in no set: {stray:?}");
}
