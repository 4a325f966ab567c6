//! What questions and requests are known by: names, fingerprints, digests.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::{HMAC, Hash};
use serde_json::Value;
use serde_json::value::RawValue;

use super::question::Question;
use crate::protocol::version::Version;

/// The same for the same call, kind and key, and never for another: what a service that is called may know
/// a repetition by, and what nobody can guess.
pub(super) fn name_of_call(secret: &[u8; 32], kind: &str, key: &str) -> String {
    let mut mac = HMAC::new(secret);
    for part in ["disco ", kind, " ", key] {
        mac.update(part);
    }
    URL_SAFE_NO_PAD.encode(&mac.finalize()[..18])
}

/// What a question asks, in 12 characters.
pub(super) fn fingerprint(method: &str, params: &Value) -> String {
    let mut hash = Hash::new();
    hash.update(method);
    canonical(&mut hash, params);
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..9])
}

/// What a request asks, without what is new in every round. Equal values have equal digests, however
/// they are written.
pub(super) fn digest(method: &str, params: Option<&RawValue>) -> String {
    let mut params: Value =
        params.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or(Value::Null);
    if let Some(members) = params.as_object_mut() {
        for of_round in ["inputResponses", "requestState", "_meta"] {
            members.remove(of_round);
        }
        let is_empty = |arguments: &Value| arguments.as_object().is_some_and(serde_json::Map::is_empty);
        if members.get("arguments").is_some_and(|arguments| arguments.is_null() || is_empty(arguments)) {
            members.remove("arguments");
        }
    }
    let mut hash = Hash::new();
    hash.update(method);
    canonical(&mut hash, &params);
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..18])
}

fn canonical(hash: &mut Hash, value: &Value) {
    match value {
        Value::Null => hash.update(b"n"),
        Value::Bool(is) => hash.update(if *is { b"t" } else { b"f" }),
        Value::Number(number) => {
            // `1.0` is the same number as `1`.
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
            let whole = number
                .as_f64()
                .filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15)
                .map(|float| (float as i64).to_string());
            hash.update(b"#");
            hash.update(whole.unwrap_or_else(|| number.to_string()));
            hash.update(b";");
        }
        Value::String(text) => {
            hash.update(b"s");
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        Value::Array(values) => {
            hash.update(b"[");
            for value in values {
                canonical(hash, value);
            }
            hash.update(b"]");
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, value) in sorted {
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name);
                canonical(hash, value);
            }
            hash.update(b"}");
        }
    }
}

/// The name of a question or an effect: the key that it has, or else what it is.
pub(super) fn named(scope: Option<&str>, key: Option<&str>, fingerprint: &str) -> String {
    let name = key.map_or_else(|| format!("q-{}", &fingerprint[..fingerprint.len().min(8)]), spelled);
    scope.map_or_else(|| name.clone(), |scope| format!("{}/{name}", spelled(scope)))
}

/// The name of a question.
///
/// # Errors
/// Names the field that the revision has no words for.
pub(crate) fn name_of(
    scope: Option<&str>,
    key: Option<&str>,
    question: &Question,
    version: Version,
) -> Result<String, String> {
    let fingerprint = fingerprint(question.method().as_str(), &question.params(version, "")?);
    Ok(named(scope, key, &fingerprint))
}

/// A name in the letters that a key may have; `.` and `~` are kept for what is put behind names.
pub(super) fn spelled(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'/' => out.push(char::from(byte)),
            other => {
                let _ = write!(out, "~x{other:02x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(params: &str) -> String {
        digest("m", Some(serde_json::from_str(params).unwrap()))
    }

    #[test]
    fn a_digest_knows_the_value_and_not_the_spelling() {
        assert_eq!(
            of(r#"{"name":"t","arguments":{"a":1,"b":2}}"#),
            of(r#"{"arguments":{"b":2.0,"a":1},"name":"t"}"#)
        );
        assert_eq!(of(r#"{"name":"t","arguments":{}}"#), of(r#"{"name":"t","arguments":null}"#));
        assert_eq!(
            of(r#"{"name":"t"}"#),
            of(r#"{"name":"t","_meta":{"x":1},"requestState":"s","inputResponses":{}}"#)
        );
        assert_ne!(of(r#"{"name":"t","arguments":{"a":1}}"#), of(r#"{"name":"t","arguments":{"a":"1"}}"#));
        assert_ne!(fingerprint("m", &json!(["a", "b"])), fingerprint("m", &json!(["ab"])));
    }

    #[test]
    fn a_name_is_spelled_in_the_letters_of_the_wire() {
        assert_eq!(spelled("user_name"), "user_name");
        assert_eq!(spelled("a.b ü"), "a~x2eb~x20~xc3~xbc");
    }
}
