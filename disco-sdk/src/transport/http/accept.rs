//! `Accept`: which kinds of answer a client takes.

use http::HeaderValue;

/// What clients send, nearly all of them: the specification asks for these two.
const USUAL: [&[u8]; 2] = [b"application/json, text/event-stream", b"text/event-stream, application/json"];

/// Which kinds of answer a client takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accept {
    pub(super) json: bool,
    pub(super) events: bool,
}

impl Accept {
    /// Who sends no `Accept` takes everything.
    pub(super) const ALL: Self = Self { json: true, events: true };
    const NONE: Self = Self { json: false, events: false };

    /// What one `Accept` says; `others` is what those before it said.
    pub(super) fn and(others: Option<Self>, value: &HeaderValue) -> Self {
        // To compare with the usual saves some 2,000 instructions a request of taking it apart.
        if USUAL.contains(&value.as_bytes()) {
            return Self::ALL;
        }
        let mut all = others.unwrap_or(Self::NONE);
        for range in value.to_str().unwrap_or_default().split(',').filter_map(wanted) {
            let takes = |family: &str, kind: &str| {
                range == "*/*" || [family, kind].iter().any(|known| range.eq_ignore_ascii_case(known))
            };
            all.json |= takes("application/*", "application/json");
            all.events |= takes("text/*", "text/event-stream");
        }
        all
    }
}

/// The media range of one entry; `None` if it says `q=0`: anything but this.
fn wanted(entry: &str) -> Option<&str> {
    let (range, parameters) = entry.split_once(';').unwrap_or((entry, ""));
    let mut weights = parameters.split(';').filter_map(|parameter| parameter.trim().strip_prefix("q="));
    let is_refused = weights.any(|weight| weight.trim().parse() == Ok(0.0));
    (!is_refused).then(|| range.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_kind_of_answer_is_understood() {
        for (values, json, events) in [
            (&["application/json, text/event-stream"][..], true, true),
            (&["application/json"], true, false),
            (&["text/event-stream; charset=utf-8"], false, true),
            (&["application/json", "Text/*"], true, true),
            (&["*/*;q=0.1"], true, true),
            (&["application/json, text/event-stream; q=0"], true, false),
            (&["text/html, image/*"], false, false),
        ] {
            let says = |all, value: &&'static str| Some(Accept::and(all, &HeaderValue::from_static(value)));
            let accept = values.iter().fold(None, says).unwrap();
            assert_eq!((accept.json, accept.events), (json, events), "{values:?}");
        }
    }
}
