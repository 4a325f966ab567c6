//! Who wants to hear of changes, and the handle that tells them.
//!
//! A listener has a mailbox of what it has not read yet. The same change is in it once at the most, so
//! that a client that reads slowly misses nothing and the mailbox never outgrows what it has asked for.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use serde::Serialize;
use serde_json::{Map, Value};

use super::interest::Interest;
use super::mount::Outward;
use super::resource::Watches;
use super::task::{self, TaskRecord};
use crate::protocol::jsonrpc::{self, Id};
use crate::protocol::meta;
use crate::protocol::method::Notice;

/// Who is told of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hearers {
    Everyone,
    /// Only those of these audiences: nobody else can see it.
    Audiences(BTreeSet<String>),
}

impl Hearers {
    fn have(&self, audiences: &BTreeSet<String>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Audiences(names) => !names.is_disjoint(audiences),
        }
    }
}

/// Something that has changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Tools,
    Prompts,
    Resources,
    Resource(String),
    Task(TaskChange),
    /// What was begun by a URL is done: its name, and whose it is.
    Elicitation {
        id: String,
        owner: String,
    },
}

/// How a task stands now. What was not read yet of the same task is outdated.
#[derive(Clone, Debug)]
pub(crate) struct TaskChange {
    pub(crate) record: Arc<TaskRecord>,
    /// How it is told.
    message: fn(&TaskRecord, Option<&Id>) -> Vec<u8>,
}

impl TaskChange {
    pub(crate) fn new(record: Arc<TaskRecord>) -> Self {
        Self { record, message: task::changed }
    }
}

impl Ord for TaskChange {
    fn cmp(&self, other: &Self) -> Ordering {
        self.record.id.cmp(&other.record.id)
    }
}

impl PartialOrd for TaskChange {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for TaskChange {
    fn eq(&self, other: &Self) -> bool {
        self.record.id == other.record.id
    }
}

impl Eq for TaskChange {}

impl Change {
    /// How it is told: in the modern era with the subscription that it belongs to.
    pub(crate) fn message(&self, subscription: Option<&Id>) -> Vec<u8> {
        #[derive(Serialize)]
        struct Params<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            uri: Option<&'a str>,
            #[serde(rename = "elicitationId", skip_serializing_if = "Option::is_none")]
            elicitation: Option<&'a str>,
            #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
            meta: Option<Map<String, Value>>,
        }
        let (notice, uri, elicitation) = match self {
            Self::Tools => (Notice::ToolsListChanged, None, None),
            Self::Prompts => (Notice::PromptsListChanged, None, None),
            Self::Resources => (Notice::ResourcesListChanged, None, None),
            Self::Resource(uri) => (Notice::ResourceUpdated, Some(uri.as_str()), None),
            Self::Elicitation { id, .. } => (Notice::ElicitationComplete, None, Some(id.as_str())),
            Self::Task(TaskChange { record, message }) => return message(record, subscription),
        };
        let params = Params { uri, elicitation, meta: subscription.map(subscription_meta) };
        jsonrpc::notification(notice.as_str(), &params)
    }
}

/// The `_meta` of everything that a subscription says.
pub(crate) fn subscription_meta(id: &Id) -> Map<String, Value> {
    let id = match id {
        Id::Number(number) => Value::from(*number),
        Id::Text(text) => Value::from(&**text),
    };
    Map::from_iter([(meta::SUBSCRIPTION_ID.to_owned(), id)])
}

/// Tells the clients that want to know that something has changed. Cheap to clone.
///
/// Handlers have it of their [`Context`](crate::Context), and everybody else of the
/// [`Service`](crate::Service). Clients of 2026-07-28 hear of it on the subscriptions that they have
/// opened, those of older revisions on the stream of their session.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// Writes the note.
/// #[tool]
/// fn write(cx: Context, text: String) -> &'static str {
///     // It is kept somewhere, and then:
///     cx.notifier().resource_updated("note://1");
///     "written"
/// }
/// ```
#[derive(Clone, Default)]
pub struct Notifier(Arc<Inner>, Option<Arc<Outward>>);

#[derive(Default)]
struct Inner {
    ears: Mutex<Ears>,
    watches: Watches,
}

#[derive(Default)]
struct Ears {
    next: u64,
    mailboxes: HashMap<u64, Arc<Mailbox>>,
}

struct Mailbox {
    interest: Interest,
    /// Those that whoever listens belongs to.
    audiences: BTreeSet<String>,
    /// In their order, each once.
    unread: Mutex<(VecDeque<Change>, Option<Waker>)>,
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").field("listeners", &self.listeners()).finish()
    }
}

impl Notifier {
    /// The resource at `uri` reads differently now.
    pub fn resource_updated(&self, uri: impl Into<String>) {
        let uri = match &self.1 {
            Some(outward) => outward.turn(uri.into()),
            None => uri.into(),
        };
        self.tell(&Change::Resource(uri), &Hearers::Everyone);
    }

    /// Other tools are there now.
    pub fn tools_list_changed(&self) {
        self.tell(&Change::Tools, &Hearers::Everyone);
    }

    /// Other prompts are there now.
    pub fn prompts_list_changed(&self) {
        self.tell(&Change::Prompts, &Hearers::Everyone);
    }

    /// Other resources are there now.
    pub fn resources_list_changed(&self) {
        self.tell(&Change::Resources, &Hearers::Everyone);
    }

    /// A task stands differently now.
    pub(crate) fn task_changed(&self, record: Arc<TaskRecord>) {
        self.tell(&Change::Task(TaskChange::new(record)), &Hearers::Everyone);
    }

    /// What was begun by a URL is done.
    pub(crate) fn elicitation_complete(&self, id: &str, owner: String) {
        self.tell(&Change::Elicitation { id: id.to_owned(), owner }, &Hearers::Everyone);
    }

    /// The same for whoever calls resources otherwise.
    pub(crate) fn through(&self, outward: impl FnOnce(Option<Arc<Outward>>) -> Arc<Outward>) -> Self {
        Self(Arc::clone(&self.0), Some(outward(self.1.clone())))
    }

    /// How many streams are open on which clients hear of changes.
    #[must_use]
    pub fn listeners(&self) -> usize {
        lock(&self.0.ears).mailboxes.len()
    }

    /// What runs while somebody is subscribed.
    pub(crate) fn watches(&self) -> &Watches {
        &self.0.watches
    }

    /// Listens from now on, as somebody of these audiences.
    pub(crate) fn listen(&self, interest: Interest, audiences: BTreeSet<String>) -> Ear {
        let mailbox = Arc::new(Mailbox { interest, audiences, unread: Mutex::default() });
        mailbox.interest.begin_listening(&self.0.watches);
        let mut ears = lock(&self.0.ears);
        let at = ears.next;
        ears.next += 1;
        ears.mailboxes.insert(at, Arc::clone(&mailbox));
        drop(ears);
        Ear { at, mailbox, notifier: self.clone() }
    }

    pub(crate) fn tell(&self, change: &Change, hearers: &Hearers) {
        let ears = lock(&self.0.ears);
        let wakers: Vec<Waker> = ears
            .mailboxes
            .values()
            .filter(|mailbox| hearers.have(&mailbox.audiences) && mailbox.interest.has(change))
            .filter_map(|mailbox| {
                let mut unread = lock(&mailbox.unread);
                match unread.0.binary_search(change) {
                    Ok(at) => unread.0[at] = change.clone(),
                    Err(at) => unread.0.insert(at, change.clone()),
                }
                unread.1.take()
            })
            .collect();
        drop(ears);
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// One listener; dropping it ends the listening.
pub(crate) struct Ear {
    at: u64,
    mailbox: Arc<Mailbox>,
    notifier: Notifier,
}

impl Ear {
    /// Tells this listener alone, unless it has heard something newer.
    pub(crate) fn tell(&self, change: Change) {
        if self.mailbox.interest.has(&change) {
            let unread = &mut lock(&self.mailbox.unread).0;
            if let Err(at) = unread.binary_search(&change) {
                unread.insert(at, change);
            }
        }
    }

    /// The next change.
    pub(crate) fn poll_change(&self, cx: &mut Context<'_>) -> Poll<Change> {
        let mut unread = lock(&self.mailbox.unread);
        if let Some(change) = unread.0.pop_front() {
            return Poll::Ready(change);
        }
        unread.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        lock(&self.notifier.0.ears).mailboxes.remove(&self.at);
        self.mailbox.interest.end_listening();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::subscription::SubscriptionFilter;

    #[test]
    fn a_change_that_was_not_read_yet_is_told_once() {
        let notifier = Notifier::default();
        let filter = SubscriptionFilter { tools_list_changed: true, ..SubscriptionFilter::default() };
        let ear = notifier.listen(Interest::of(filter, task::Owner::Nobody), BTreeSet::new());
        for _ in 0..3 {
            notifier.tools_list_changed();
            notifier.prompts_list_changed();
        }
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(ear.poll_change(&mut cx), Poll::Ready(Change::Tools));
        assert!(ear.poll_change(&mut cx).is_pending());
        drop(ear);
        assert_eq!(notifier.listeners(), 0);
    }
}
