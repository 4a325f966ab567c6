//! The list of resources where families name their members: it is asked for, every time.

use std::collections::HashSet;
use std::sync::Arc;

use super::offer::Offer;
use super::pages::{Entry, List};
use crate::error::Result;
use crate::protocol::resource::Resource;
use crate::protocol::version::Version;
use crate::server::BoxFuture;
use crate::server::context::Context;

/// Writes one page of the list. It comes with a lister: a server whose families name no members is without it.
pub(crate) type PageWithMembers =
    fn(Arc<Offer>, Context, Version, Option<String>) -> BoxFuture<'static, Result<Vec<u8>>>;

/// One page of the list of resources: the members of its result, without braces. What stands in it twice is what
/// came first.
///
/// # Errors
/// What a lister has failed with; `-32602` for a cursor as [`Offer::page`] says.
pub(crate) fn page_with_members(
    offer: Arc<Offer>,
    cx: Context,
    version: Version,
    cursor: Option<String>,
) -> BoxFuture<'static, Result<Vec<u8>>> {
    Box::pin(async move {
        let mut entries: Vec<Resource> = Vec::new();
        for resource in offer.resources() {
            match resource.listed() {
                Some(fixed) => entries.push(fixed.clone()),
                None => entries.extend(resource.list(&cx).await?),
            }
        }
        let mut seen = HashSet::new();
        entries.retain(|entry| seen.insert(entry.uri.clone()));
        let entries: Vec<&dyn Entry> = entries.iter().map(|entry| entry as &dyn Entry).collect();
        offer.pages.write_once(List::Resources, version, cursor.as_deref(), &entries)
    })
}
