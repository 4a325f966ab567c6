//! What runs while somebody is subscribed.

use std::time::Duration;

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::protocol::subscription::SubscriptionFilter;
use disco_sdk::server::resource::Watched;
use disco_sdk::testing::Cell;
use disco_sdk::{Limits, Version};
use tokio::sync::{Notify, watch};

/// How many watchers run, how many have begun, and what lets them tell of a change.
struct Bell {
    running: watch::Sender<usize>,
    begun: watch::Sender<usize>,
    rung: Notify,
}

impl Bell {
    fn new() -> Self {
        Self { running: watch::Sender::new(0), begun: watch::Sender::new(0), rung: Notify::new() }
    }

    /// Waits until so many watchers run.
    async fn runs(&self, count: usize) {
        self.running.subscribe().wait_for(|running| *running == count).await.unwrap();
    }

    fn begun(&self) -> usize {
        *self.begun.borrow()
    }
}

struct Running(State<Bell>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.send_modify(|running| *running -= 1);
    }
}

async fn ringing(room: Watched, bell: State<Bell>) {
    bell.begun.send_modify(|begun| *begun += 1);
    bell.running.send_modify(|running| *running += 1);
    let running = Running(bell);
    loop {
        running.0.rung.notified().await;
        room.updated();
        assert!(room.uri().ends_with(&room.variables().text("name").unwrap()));
    }
}

/// A room with a bell.
#[resource("room://{name}", watch = ringing)]
fn room(name: String) -> String {
    name
}

/// Nobody watches it.
#[resource("yard://one")]
fn yard() -> &'static str {
    "a yard"
}

/// Fails at once.
#[resource("cellar://{name}", watch = failing)]
fn cellar(name: String) -> String {
    name
}

async fn failing(watched: Watched, bell: State<Bell>) -> Result<()> {
    bell.begun.send_modify(|begun| *begun += 1);
    Err(Error::new(format!("{} is dark", watched.uri())))
}

struct Attic(Notify);

#[handlers]
impl Attic {
    /// The attic.
    #[resource("attic://one", watch = Self::look)]
    fn attic() -> &'static str {
        "an attic"
    }

    async fn look(&self, attic: Watched) {
        self.0.notified().await;
        attic.updated();
    }

    /// Makes a noise there.
    #[tool]
    fn knock(&self) {
        self.0.notify_one();
    }
}

fn house() -> Server {
    Server::new("house", "1")
        .state(Bell::new())
        .with(resources![room, yard, cellar])
        .with(Attic(Notify::new()))
}

fn to(uris: &[String]) -> SubscriptionFilter {
    SubscriptionFilter { resource_subscriptions: uris.iter().cloned().collect(), ..Default::default() }
}

#[disco_sdk::test(server = house())]
async fn a_watcher_runs_from_the_first_subscriber_to_the_last(cell: &Cell, bell: State<Bell>) -> Result<()> {
    let (one, other) = (cell.client().await?, cell.client().await?);
    let hall = [room::uri("hall")];
    let nobody = one.listen(to(&[yard::uri()])).await?;
    assert_eq!(bell.begun(), 0, "nothing watches the yard");
    nobody.end().await?;

    let mut first = one.listen(to(&hall)).await?;
    bell.runs(1).await;
    let mut second = other.listen(to(&hall)).await?;
    bell.rung.notify_one();
    for changes in [&mut first, &mut second] {
        let change = changes.next().await?.expect("a change");
        assert_eq!(change.method, "notifications/resources/updated");
        assert_eq!(change.params["uri"], "room://hall");
    }
    assert_eq!(bell.begun(), 1, "one watcher is enough for both");
    first.end().await?;
    bell.rung.notify_one();
    assert!(second.next().await?.is_some(), "it goes on for the other");
    second.end().await?;
    bell.runs(0).await;

    let again = one.listen(to(&[room::uri("hall"), room::uri("loft")])).await?;
    bell.runs(2).await;
    assert_eq!(bell.begun(), 3, "each URI has its own");
    again.end().await?;
    bell.runs(0).await;
    Ok(())
}

#[disco_sdk::test(server = house().limits(Limits { replay: Duration::ZERO, ..Limits::default() }))]
async fn a_client_that_goes_away_is_no_subscriber_any_more(cell: &Cell, bell: State<Bell>) -> Result<()> {
    let client = cell.client().await?;
    let changes = client.listen(to(&[room::uri("hall")])).await?;
    bell.runs(1).await;
    drop(changes);
    drop(client);
    bell.runs(0).await;
    Ok(())
}

#[disco_sdk::test(server = house(), transports(memory, http))]
async fn a_method_of_the_value_watches(client: Client) -> Result<()> {
    let mut changes = client.listen(to(&["attic://one".to_owned()])).await?;
    client.call("knock", serde_json::json!({})).await?;
    assert_eq!(changes.next().await?.expect("a change").params["uri"], "attic://one");
    changes.end().await
}

#[disco_sdk::test(server = house(), transports(memory))]
async fn one_that_has_ended_is_begun_again_with_the_next_first_subscriber(
    client: Client,
    bell: State<Bell>,
) -> Result<()> {
    for count in 1..=2 {
        let changes = client.listen(to(&[cellar::uri("left")])).await?;
        bell.begun.subscribe().wait_for(|begun| *begun == count).await.unwrap();
        changes.end().await?;
        assert_eq!(client.read("cellar://left").await?.contents.len(), 1, "the server goes on");
    }
    Ok(())
}

#[disco_sdk::test(server = house().limits(Limits { watches: 1, ..Limits::default() }), transports(memory))]
async fn no_more_is_watched_than_there_is_room_for(
    cell: &Cell,
    bell: State<Bell>,
    version: Version,
) -> Result<()> {
    let (client, other) = (cell.client().await?, cell.client().await?);
    let changes = client.listen(to(&[room::uri("hall"), yard::uri()])).await?;
    bell.runs(1).await;
    let refused = other.listen(to(&[room::uri("loft")])).await.unwrap_err();
    assert!(refused.message().contains("1 are the most"), "{version}: {refused}");
    let same = other.listen(to(&[room::uri("hall")])).await?;
    assert_eq!(bell.begun(), 1);
    same.end().await?;
    changes.end().await
}
