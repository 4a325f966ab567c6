//! Questions of handlers, in every revision and over every transport.

mod direct;
mod edges;
mod fixture;
mod kept;
mod rounds;
mod same;
mod single_use;
mod stores;
mod urls;

use disco_sdk::Version;
use disco_sdk::client::{Answers, Client, Question};
use disco_sdk::protocol::capability::ClientCapabilities;
use serde_json::{Value, json};

use fixture::asking;

/// The revisions in which a form can be shown.
pub(crate) fn with_forms() -> impl Iterator<Item = Version> {
    Version::ALL.into_iter().filter(|&version| version >= Version::V2025_06_18)
}

/// Everything that a client can be asked.
pub(crate) fn capabilities() -> Value {
    json!({"elicitation": {"form": {}, "url": {}}, "sampling": {"tools": {}}, "roots": {}})
}

/// A client that gives these results, by what is asked.
pub(crate) async fn client(
    version: Version,
    hook: impl Fn(&Question) -> Option<Value> + Send + Sync + 'static,
) -> Client {
    let service = asking().build().expect("the server builds");
    service.client_with(version, Answers::new(capabilities(), hook)).await.expect("it connects")
}

/// What a person fills into the form.
#[expect(clippy::unnecessary_wraps, reason = "it is what a hook gives")]
pub(crate) fn accept(content: &Value) -> Option<Value> {
    Some(json!({"action": "accept", "content": content}))
}

#[test]
fn a_client_is_believed_only_what_its_revision_has() {
    let read: ClientCapabilities = serde_json::from_value(capabilities()).unwrap();
    assert!(read.elicitation.is_some());
}
