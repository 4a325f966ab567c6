//! The call that is being answered, as a handler sees it.

mod telling;
mod traced;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::value::RawValue;

use super::ask::direct::Direct;
use super::ask::rounds::Rounds;
use super::ask::{Asking, Bounds};
use super::client_info::ClientInfo;
use super::core::Core;
use super::extension::Extensions;
use super::key::random_bytes;
use super::mount::Home;
use super::outbox::Outbox;
use super::registry::Registry;
use super::task::{Live, Owner, Slot};
use crate::error::Result;
use crate::protocol::jsonrpc::Id;
use crate::protocol::logging::LogLevel;
use crate::protocol::trace::TraceContext;
use crate::protocol::version::{Feature, Version};
use crate::transport::{Caller, Said};

/// Values given to the server by type, shared by every call.
pub(crate) type StateMap = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// The call that is being answered: who calls, in which revision, and how to say something before
/// the answer. Cheap to clone; a handler takes it as a parameter.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// Counts to three.
/// #[tool]
/// async fn count(cx: Context) -> &'static str {
///     for step in 1..=3 {
///         cx.progress(f64::from(step), 3.0, "counting");
///     }
///     "three"
/// }
/// ```
#[derive(Clone)]
pub struct Context(Arc<CallState>, Option<Arc<str>>, Option<Arc<Home>>);

/// What is known of a call, and what it says. What the whole server knows stands in its core.
pub(crate) struct CallState {
    pub(crate) core: Arc<Core>,
    pub(crate) caller: Caller,
    pub(crate) span: tracing::Span,
    pub(crate) trace: Option<Box<TraceContext>>,
    /// What it came over, as OpenTelemetry calls it.
    #[cfg(feature = "layers")]
    pub(crate) network: Option<&'static str>,
    pub(crate) version: Version,
    pub(crate) id: Id,
    pub(crate) client: ClientInfo,
    pub(crate) progress_token: Option<Box<RawValue>>,
    /// The least severe level that the client wants to hear of; `None`: nothing.
    pub(crate) log_level: Option<LogLevel>,
    pub(crate) outbox: Outbox,
    pub(crate) cancelled: Said,
    pub(crate) asking: Asking,
    pub(crate) owner: Owner,
    /// `None`: it cannot become a task.
    pub(crate) task: Option<Box<Slot>>,
    pub(crate) extensions: Extensions,
    /// Made when it is first wanted: what idempotency keys are made of.
    pub(crate) secret: OnceLock<[u8; 32]>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("id", &self.0.id)
            .field("version", &self.0.version)
            .finish_non_exhaustive()
    }
}

impl Context {
    /// A call that nobody made.
    #[cfg(test)]
    pub(crate) fn for_test() -> Self {
        Self::new(CallState {
            core: super::Server::new("test", "1.0.0").build().expect("an empty server").0,
            caller: Caller::anonymous(),
            span: tracing::Span::none(),
            trace: None,
            #[cfg(feature = "layers")]
            network: None,
            version: Version::LATEST,
            id: Id::Number(1),
            client: ClientInfo::default(),
            progress_token: None,
            log_level: None,
            outbox: Outbox::default(),
            cancelled: Said::default(),
            asking: Asking::Never,
            owner: Owner::Nobody,
            task: None,
            extensions: Extensions::default(),
            secret: OnceLock::new(),
        })
    }

    pub(crate) fn new(call: CallState) -> Self {
        Self(Arc::new(call), None, None)
    }

    /// The value of type `T` that was given to [`Server::state`](crate::Server::state).
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let state = self.2.as_ref().map_or(&self.0.core.state, |home| &home.state);
        let value = state.get(&TypeId::of::<T>())?;
        Arc::clone(value).downcast().ok()
    }

    /// Puts a value into this call, for whatever comes behind: the handler takes it as
    /// [`Extension<T>`](crate::Extension). One of each type; a later one replaces an earlier one.
    pub fn set_extension<T: Send + Sync + 'static>(&self, value: T) {
        self.0.extensions.set(value);
    }

    /// The value of type `T` that was put into this call.
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.extensions.get()
    }

    /// In whose name the request comes, as [`Server::caller`](crate::Server::caller) has it.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0.caller
    }

    /// What the server offers, to be changed.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.0.core.registry
    }

    /// The revision that this call speaks.
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// The id of the request.
    #[must_use]
    pub fn request_id(&self) -> &Id {
        &self.0.id
    }

    /// Who calls, and what it can do.
    #[must_use]
    pub fn client(&self) -> &ClientInfo {
        &self.0.client
    }

    /// Whether the client has given up on this call.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.is_said()
    }

    /// Comes back when the client gives up on this call. The handler's future is dropped then; this
    /// is for tasks that it has spawned.
    pub async fn cancelled(&self) {
        self.0.cancelled.said().await;
    }

    /// Whether the two are of the same call.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether somebody else has it too.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    pub(crate) fn cancel(&self) {
        self.0.cancelled.say();
        self.0.outbox.close();
        self.0.asking.close();
        if let Some(slot) = &self.0.task {
            drop(slot.take_hold());
        }
    }

    /// How the client can be asked.
    pub(crate) fn asking(&self) -> &Asking {
        &self.0.asking
    }

    /// The questions of the old era that wait for an answer.
    pub(crate) fn direct(&self) -> Option<&Direct> {
        match &self.0.asking {
            Asking::Direct(direct) => Some(direct),
            _ => None,
        }
    }

    /// The questions of the modern era, until the call becomes a task.
    pub(crate) fn rounds(&self) -> Option<&Rounds> {
        match &self.0.asking {
            Asking::Rounds(rounds) if self.task().is_none() => Some(rounds),
            _ => None,
        }
    }

    /// Whether the call may be answered with questions.
    pub(crate) fn can_ask_in_rounds(&self) -> bool {
        self.rounds().is_some() && self.client().capabilities().can_be_asked()
    }

    /// Whether the client has to answer something before the call can go on.
    #[cfg(feature = "layers")]
    pub(crate) fn is_asking(&self) -> bool {
        self.direct().is_some_and(Direct::is_asking) || self.has_asked()
    }

    /// Whether this run of the handler waits for answers that only the next run will have.
    #[cfg(feature = "layers")]
    pub(crate) fn has_asked(&self) -> bool {
        self.rounds().is_some_and(Rounds::is_stuck)
    }

    /// The task that the call has become.
    pub(crate) fn task(&self) -> Option<&Arc<Live>> {
        self.0.task.as_ref()?.live()
    }

    /// Where its task goes; `None`: it cannot become one.
    pub(crate) fn task_slot(&self) -> Option<&Slot> {
        self.0.task.as_deref()
    }

    /// Whom the tasks of whoever calls belong to.
    pub(crate) fn owner(&self) -> &Owner {
        &self.0.owner
    }

    /// Tells the session of this call that what was begun by a URL is done, if its revision has words for it.
    pub(crate) fn elicitation_complete(&self, id: &str) {
        if let (true, Some(owner)) = (self.0.version.has(Feature::ElicitationId), self.0.owner.name()) {
            self.0.core.notifier.elicitation_complete(id, owner);
        }
    }

    /// What nobody else knows of this call.
    pub(crate) fn call_secret(&self) -> Result<[u8; 32]> {
        if let Some(secret) = self.0.secret.get() {
            return Ok(*secret);
        }
        let fresh = random_bytes()?;
        Ok(*self.0.secret.get_or_init(|| fresh))
    }

    pub(crate) fn is_lenient(&self) -> bool {
        self.0.core.settings.is_lenient
    }

    pub(crate) fn bounds(&self) -> Bounds {
        self.0.core.bounds()
    }

    /// What the names of questions and effects begin with.
    pub(crate) fn scope_name(&self) -> Option<&str> {
        self.1.as_deref()
    }

    pub(crate) fn in_scope(&self, name: Arc<str>) -> Self {
        Self(Arc::clone(&self.0), Some(name), self.2.clone())
    }

    /// The same call, inside of a mounted server.
    pub(crate) fn at_home(&self, home: &Arc<Home>) -> Self {
        // What it tells of changes goes out through the server that it comes from.
        home.notifier(self.notifier());
        Self(Arc::clone(&self.0), self.1.clone(), Some(Arc::clone(home)))
    }

    /// The server that answers.
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.0.core
    }

    /// Whether nothing came of it yet: no message, no question, no task.
    pub(crate) fn is_quiet(&self) -> bool {
        let has_asked = matches!(&self.0.asking, Asking::Rounds(rounds) if rounds.has_journal());
        !has_asked && self.task().is_none() && !self.0.outbox.has_messages()
    }

    fn queue_limit(&self) -> usize {
        self.0.core.limits.queued_messages
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }
}
