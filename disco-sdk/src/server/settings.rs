//! What a server says of callers, audiences, caching, time and extensions.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::builder::Server;
use super::caller::IntoCaller;
use super::core;
use super::registry::List;
use crate::error::{Error, Result};
use crate::protocol::cache::Cache;
use crate::transport::{Caller, RequestParts};

/// A result that clients may keep: which of them [`Server::cache`] speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cached {
    /// What the server is and can do.
    Discovery,
    /// The list of tools.
    Tools,
    /// The list of resources.
    Resources,
    /// The list of resource templates.
    ResourceTemplates,
    /// The list of prompts.
    Prompts,
}

/// Who calls, and what it sees.
impl Server {
    /// Says who calls: `identify` looks at the parts of each HTTP request, and once at the environment
    /// of this process on standard input and output. Without it everybody is anonymous.
    ///
    /// It gives a [`Caller`], an `Option` of one, a `Result`, or a future of these. An error refuses the
    /// request before it is read: HTTP says 401, or 403 for [`Error::forbidden`](crate::Error::forbidden).
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// fn known(token: &str) -> Option<Caller> {
    ///     (token == "secret").then(|| Caller::new("https://login.example", "ada"))
    /// }
    ///
    /// let server = Server::new("demo", "1.0.0").caller(|parts| match parts.bearer() {
    ///     Some(token) => known(token).ok_or_else(|| Error::unauthorized("this token is not known here")),
    ///     None => Ok(Caller::anonymous()),
    /// });
    /// ```
    pub fn caller<R, Via>(mut self, identify: impl Fn(&RequestParts<'_>) -> R + Send + Sync + 'static) -> Self
    where
        R: IntoCaller<Via>,
    {
        self.settings.identify = Some(Box::new(move |parts| identify(parts).found()));
        self
    }

    /// Says which audiences a caller belongs to. A tool, a resource or a prompt that names an audience
    /// (`#[tool(audience = "admin")]`) is there for its members only; for everybody else it does not
    /// exist. What names none is there for all.
    ///
    /// It has to depend on the caller alone: lists are kept for each set of audiences.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Deletes everything.
    /// #[tool(destructive, audience = "admin")]
    /// fn purge() -> &'static str {
    ///     "all is gone"
    /// }
    ///
    /// let server = Server::new("demo", "1.0.0")
    ///     .with(tools![purge])
    ///     .audiences(|caller| caller.has_scope("admin").then_some("admin"));
    /// ```
    pub fn audiences<I>(mut self, of: impl Fn(&Caller) -> I + Send + Sync + 'static) -> Self
    where
        I: IntoIterator<Item: Into<String>>,
    {
        let named = move |caller: &Caller| of(caller).into_iter().map(Into::into).collect::<BTreeSet<_>>();
        self.audiences = Some(Box::new(named));
        self
    }

    /// Tells clients from the start that there can be tools, resources and prompts, though there are none
    /// yet: for servers whose [`Registry`](crate::Registry) is filled while they serve.
    pub fn dynamic(mut self) -> Self {
        self.is_dynamic = true;
        self
    }
}

/// What clients are told, and how long things take.
impl Server {
    /// How long clients may keep one of the lists (since 2026-07-28); five minutes unless it is said. A
    /// list that depends on the caller is private, whatever is said here.
    ///
    /// ```
    /// use std::time::Duration;
    /// use disco_sdk::prelude::*;
    /// use disco_sdk::{Cache, Cached};
    ///
    /// let hour = Cache::public(Duration::from_hours(1));
    /// let server = Server::new("demo", "1.0.0").cache(Cached::Tools, hour);
    /// ```
    pub fn cache(mut self, what: Cached, cache: Cache) -> Self {
        let of_list = match what {
            Cached::Discovery => &mut self.settings.discover_cache,
            Cached::Tools => &mut self.list_caches[List::Tools as usize],
            Cached::Resources => &mut self.list_caches[List::Resources as usize],
            Cached::ResourceTemplates => &mut self.list_caches[List::Templates as usize],
            Cached::Prompts => &mut self.list_caches[List::Prompts as usize],
        };
        *of_list = cache;
        self
    }

    /// How long a call may take: a handler that takes longer is dropped, and the caller is told. No end
    /// unless it is said, here or of a tool. Time in which the client is asked something does not count;
    /// since 2026-07-28, where a handler begins anew when the answers are there, each run has all of it.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.settings.timeout = Some(limit);
        self
    }

    /// Whether an argument of another type is taken for what it must mean, for clients whose models get
    /// types wrong: `"10"` for `10`, `"true"` for `true`, `10` for `"10"`, and JSON in a string where an object or a list is
    /// expected. They are refused unless it is said.
    ///
    /// Only what would be refused is looked at: a `String` keeps its `"10"`, and bounds hold as ever.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    /// # /// Waits.
    /// # #[tool]
    /// # fn wait(seconds: u64) -> u64 { seconds }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let client = Server::new("demo", "1.0.0").lenient(true).with(tools![wait]).client().await?;
    /// assert_eq!(client.call("wait", serde_json::json!({"seconds": "10"})).await?.text(), "10");
    /// # Ok(()) }
    /// ```
    pub fn lenient(mut self, is: bool) -> Self {
        self.settings.is_lenient = is;
        self
    }

    /// Whether callers are told the causes of a failure, from [`std::error::Error::source`], and not only its
    /// own words. They are not unless it is said: causes name files, addresses and queries, and callers may
    /// be strangers. The log has them either way.
    pub fn causes_in_errors(mut self, tells: bool) -> Self {
        self.settings.tells_causes = tells;
        self
    }

    /// Says that the server speaks an extension of the protocol, named like `com.example/feature`, with
    /// these settings: an object (since 2026-07-28).
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    /// let server = Server::new("demo", "1.0.0")
    ///     .extension("com.example/maps", serde_json::json!({"tiles": "vector"}));
    /// ```
    pub fn extension(mut self, name: impl Into<String>, settings: impl Into<Value>) -> Self {
        self.settings.extensions.insert(name.into(), settings.into());
        self
    }

    /// Whether results say in their `_meta` what the server is (since 2026-07-28). They do unless it is
    /// said.
    pub fn server_info_in_results(mut self, says: bool) -> Self {
        self.settings.names_server = says;
        self
    }
}

impl core::Settings {
    /// 2026-07-28, basic/versioning "extension negotiation": names have a prefix, and settings are objects.
    pub(super) fn check_extensions(&self) -> Result<()> {
        for (name, settings) in &self.extensions {
            let has_prefix = name
                .split_once('/')
                .is_some_and(|(prefix, name)| !prefix.is_empty() && !name.is_empty() && !name.contains('/'));
            if !has_prefix {
                let words = format!("the extension {name:?} has no prefix");
                return Err(Error::new(words).with_suggestion("name it like `com.example/feature`"));
            }
            if !settings.is_object() {
                return Err(Error::new(format!("the settings of the extension {name:?} are no object"))
                    .with_suggestion("write `json!({})` if there are none"));
            }
        }
        Ok(())
    }
}
