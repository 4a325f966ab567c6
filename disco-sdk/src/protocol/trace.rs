//! Where a request stands in a distributed trace. Specification: basic/index "OpenTelemetry trace context".
//!
//! The values are those of W3C Trace Context and W3C Baggage, in `_meta` or in HTTP headers of the same
//! names. What is malformed is left out, as those pages demand: a request never fails by its trace.

use std::fmt;

/// The trace that a request belongs to.
pub const TRACEPARENT: &str = "traceparent";
/// What systems on the way have added to it.
pub const TRACESTATE: &str = "tracestate";
/// What travels with it.
pub const BAGGAGE: &str = "baggage";

/// The longest `tracestate` that is kept; W3C Trace Context demands as many at least.
const LONGEST_STATE: usize = 512;
/// The longest `baggage` that is kept; W3C Baggage demands as many at least.
const LONGEST_BAGGAGE: usize = 8192;

/// Where a request stands in a distributed trace.
///
/// ```
/// use disco_sdk::TraceContext;
/// let trace = TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01").unwrap();
/// assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
/// assert_eq!(trace.parent_id(), "00f067aa0ba902b7");
/// assert!(trace.is_sampled());
/// assert!(TraceContext::parse("00-zz").is_none());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TraceContext {
    traceparent: String,
    tracestate: Option<String>,
    baggage: Option<String>,
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TraceContext").field(&self.traceparent).finish()
    }
}

impl TraceContext {
    /// Reads a `traceparent`; `None` if it is malformed.
    #[must_use]
    pub fn parse(traceparent: &str) -> Option<Self> {
        is_traceparent(traceparent).then(|| Self {
            traceparent: traceparent.to_owned(),
            tracestate: None,
            baggage: None,
        })
    }

    /// Adds a `tracestate`, unless it is empty, too long or no visible ASCII.
    #[must_use]
    pub fn with_tracestate(mut self, tracestate: Option<&str>) -> Self {
        self.tracestate = kept(tracestate, LONGEST_STATE);
        self
    }

    /// Adds `baggage`, unless it is empty, too long or no visible ASCII.
    #[must_use]
    pub fn with_baggage(mut self, baggage: Option<&str>) -> Self {
        self.baggage = kept(baggage, LONGEST_BAGGAGE);
        self
    }

    /// All of it in one text, to be handed on.
    #[must_use]
    pub fn traceparent(&self) -> &str {
        &self.traceparent
    }

    /// What systems on the way have added.
    #[must_use]
    pub fn tracestate(&self) -> Option<&str> {
        self.tracestate.as_deref()
    }

    /// What travels with it.
    #[must_use]
    pub fn baggage(&self) -> Option<&str> {
        self.baggage.as_deref()
    }

    /// The trace, 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.traceparent[3..35]
    }

    /// The span of the client, 16 hexadecimal digits.
    #[must_use]
    pub fn parent_id(&self) -> &str {
        &self.traceparent[36..52]
    }

    /// Whether the client records the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        u8::from_str_radix(&self.traceparent[53..55], 16).is_ok_and(|flags| flags & 1 == 1)
    }
}

fn kept(value: Option<&str>, longest: usize) -> Option<String> {
    let value = value?.trim();
    let is_right = !value.is_empty()
        && value.len() <= longest
        && value.bytes().all(|byte| byte == b' ' || byte == b'\t' || byte.is_ascii_graphic());
    is_right.then(|| value.to_owned())
}

/// W3C Trace Context, "traceparent header field values".
fn is_traceparent(text: &str) -> bool {
    let is_id = |part: &str, length: usize| is_hex(part, length) && part.bytes().any(|byte| byte != b'0');
    let mut parts = text.splitn(5, '-');
    let mut next = || parts.next().unwrap_or_default();
    let (version, trace, parent, flags) = (next(), next(), next(), next());
    let is_whole = is_hex(version, 2) && is_id(trace, 32) && is_id(parent, 16) && is_hex(flags, 2);
    // Later versions may say more behind these four.
    is_whole && version != "ff" && text.len() <= LONGEST_STATE && (version != "00" || parts.next().is_none())
}

#[inline(never)]
fn is_hex(part: &str, length: usize) -> bool {
    part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

    #[test]
    fn what_is_malformed_is_no_trace() {
        assert!(TraceContext::parse(GOOD).is_some());
        assert!(TraceContext::parse(&GOOD.replace("00-0a", "cc-0a")).is_some(), "a later version");
        assert!(TraceContext::parse(&format!("{}-more", GOOD.replace("00-0a", "cc-0a"))).is_some());
        for wrong in [
            String::new(),
            GOOD.to_uppercase(),
            format!("{GOOD}-more"),
            GOOD.replace("00-0a", "ff-0a"),
            GOOD.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
            GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)),
            GOOD[..54].to_owned(),
            format!("cc{}-{}", &GOOD[2..], "x".repeat(LONGEST_STATE)),
            format!("00-{}", "é".repeat(26)),
        ] {
            assert!(TraceContext::parse(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn state_and_baggage_are_kept_as_far_as_they_are_sound() {
        let trace = TraceContext::parse(GOOD).unwrap();
        let with = trace.clone().with_tracestate(Some("a=1,b=2")).with_baggage(Some("user=ada"));
        assert_eq!((with.tracestate(), with.baggage()), (Some("a=1,b=2"), Some("user=ada")));
        let long = "x".repeat(LONGEST_BAGGAGE + 1);
        let without = trace.with_tracestate(Some("a=\n1")).with_baggage(Some(&long));
        assert_eq!((without.tracestate(), without.baggage()), (None, None));
    }
}
