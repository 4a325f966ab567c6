//! What clients of the Disco server can rely on, and what its tools cost them.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

use disco_sdk::Service;
use disco_sdk::schema::Dialect;
use disco_sdk::testing;
use disco_server::app::App;
use disco_server::config::{Config, Given};
use tempfile::TempDir;

async fn service() -> (TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let given = Given {
        config: None,
        workspace: Some(folder.path().join("workspace")),
        data_dir: Some(folder.path().join("data")),
        ..Given::default()
    };
    let app = App::open(Config::load(&given).unwrap()).await.unwrap();
    (folder, app.service().unwrap())
}

#[tokio::test]
async fn the_server_is_what_its_lock_says() {
    testing::contract(&service().await.1, "disco.lock.json");
}

#[tokio::test]
async fn the_catalogue_costs_less_than_6_000_tokens() {
    testing::token_budget(&service().await.1, 6_000);
}

#[tokio::test]
async fn every_client_takes_every_tool() {
    let (_folder, service) = service().await;
    for dialect in Dialect::ALL {
        assert_eq!(service.breaches(dialect), [], "{dialect}");
    }
}
