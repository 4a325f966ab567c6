//! A layer that tells of every call who made it, and what came of it.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hmac_sha256::Hash;

use super::call::{Call, Kind};
use super::outcome::Outcome;
use super::watch::{Ending, watched};
use super::within::{Handle, Next, is_layer};
use crate::error::Result;
use crate::protocol::jsonrpc::Id;
use crate::server::BoxFuture;
use crate::transport::Caller;

/// One call, when it has ended. The arguments themselves are not in it: they may be private.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Record {
    /// When it came.
    pub at: SystemTime,
    /// In whose name.
    pub caller: Caller,
    /// The id of the request.
    pub request_id: Id,
    /// What was called.
    pub kind: Kind,
    /// The name of the tool or prompt; of a resource its URI or template, as the lists have it.
    pub name: String,
    /// The URI that was read.
    pub uri: Option<String>,
    /// SHA-256 of the arguments as they were sent, in hexadecimal digits; of nothing if there were none.
    pub arguments_digest: String,
    /// What came of it.
    pub ending: Ending,
    /// How long it took.
    pub duration: Duration,
}

/// Calls a function at the end of every call, also of one that is dropped or that panics. The function is
/// called where the call runs: what takes time, such as writing to a disk, is sent to a task of its own.
///
/// ```
/// use disco_sdk::layer::Audit;
/// use disco_sdk::prelude::*;
///
/// let audit = Audit::new(|record| {
///     let who = record.caller.subject().unwrap_or("nobody");
///     println!("{who} has called {}: {:?} in {:?}", record.name, record.ending, record.duration);
/// });
/// let server = Server::new("demo", "1.0.0").layer(audit);
/// ```
#[derive(Clone)]
pub struct Audit(Arc<dyn Fn(Record) + Send + Sync>);

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Audit")
    }
}

impl Audit {
    /// Whoever is told. It must not panic.
    #[must_use]
    pub fn new(tell: impl Fn(Record) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }
}

impl Handle for Audit {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        let (tell, context) = (Arc::clone(&self.0), call.context());
        let mut record = Record {
            at: SystemTime::now(),
            caller: context.caller().clone(),
            request_id: context.request_id().clone(),
            kind: call.kind(),
            name: call.name().to_owned(),
            uri: call.uri().map(str::to_owned),
            arguments_digest: digest(call.arguments().map_or("", |arguments| arguments.get())),
            ending: Ending::Dropped,
            duration: Duration::ZERO,
        };
        watched(call, next, move |ending, duration, _| {
            (record.ending, record.duration) = (ending.clone(), duration);
            tell(record);
        })
    }
}

is_layer!(Audit);

fn digest(text: &str) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Hash::hash(text.as_bytes()) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
