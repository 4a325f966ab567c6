//! Lists and watches of a server that is mounted in another.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::protocol::subscription::SubscriptionFilter;
use disco_sdk::server::resource::Watched;
use disco_sdk::{Notifier, Version};
use serde_json::json;
use tokio::sync::Notify;

struct Shelf {
    owner: &'static str,
    changed: Notify,
}

async fn books(shelf: State<Shelf>) -> Vec<ResourceLink> {
    vec![ResourceLink::new(book::uri("poems/1"), shelf.owner)]
}

async fn changes(book: Watched, notifier: Notifier, shelf: State<Shelf>) {
    loop {
        shelf.changed.notified().await;
        book.updated();
        notifier.resource_updated("catalog://all");
    }
}

/// A book.
#[resource("book://{+place}", list = books, watch = changes)]
fn book(place: String, shelf: State<Shelf>) -> String {
    format!("{place} of {}", shelf.owner)
}

/// All books.
#[resource("catalog://all")]
fn catalog() -> &'static str {
    "many"
}

/// Lends a book.
#[tool]
fn lend(shelf: State<Shelf>) {
    shelf.changed.notify_one();
}

fn shelf(owner: &'static str) -> Server {
    Server::new("shelf", "1")
        .with(tools![lend])
        .with(resources![book, catalog])
        .state(Shelf { owner, changed: Notify::new() })
}

fn house() -> Server {
    let room = Server::new("room", "1").mount("ada", shelf("ada"));
    Server::new("house", "1").mount("bob", shelf("bob")).mount("room", room)
}

#[disco_sdk::test(server = house())]
async fn members_are_named_by_their_own_server_and_called_as_they_are_outside(client: Client) -> Result<()> {
    let listed = client.resources().await?;
    let listed: Vec<_> = listed.iter().map(|one| (one.uri.as_str(), one.name.as_str())).collect();
    let expected = [
        ("book://bob/poems/1", "bob"),
        ("catalog://bob/all", "catalog"),
        ("book://room/ada/poems/1", "ada"),
        ("catalog://room/ada/all", "catalog"),
    ];
    assert_eq!(listed, expected);
    let read = client.read("book://room/ada/poems/1").await?;
    assert_eq!(read.contents[0].text.as_deref(), Some("poems/1 of ada"));
    Ok(())
}

#[disco_sdk::test(server = house(), transports(memory, http))]
async fn a_watcher_has_the_state_of_its_own_server_and_tells_of_what_is_seen_outside(
    client: Client,
    version: Version,
) -> Result<()> {
    let uris = ["book://room/ada/poems/1", "catalog://room/ada/all"];
    let filter = SubscriptionFilter {
        resource_subscriptions: uris.iter().copied().map(str::to_owned).collect(),
        ..Default::default()
    };
    let mut heard = client.listen(filter).await?;
    client.call("room_ada_lend", json!({})).await?;
    let mut told = Vec::new();
    for _ in uris {
        told.push(heard.next().await?.expect("a change").params["uri"].clone());
    }
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, uris, "{version}");
    heard.end().await
}
