//! Who may talk to us at all: `Host` and `Origin` (2026-07-28, streamable-http "security").

use std::net::IpAddr;

use http::{HeaderName, StatusCode};

use super::Shared;
use super::known::{Known, is_decisive};
use crate::transport::{ALLOWED_HOSTS, ALLOWED_ORIGINS};

/// The status and the words of a refusal.
pub(super) type Refusal = (StatusCode, String);

/// Refuses a request that a page in somebody's browser could have been tricked into.
///
/// # Errors
/// 403, naming the setting that would let it in; 400 for a header that is there twice.
pub(super) fn check(shared: &Shared, headers: &Known<'_>) -> Result<(), Refusal> {
    single(headers)?;
    let access = shared.endpoint.access();
    if let Some(origin) = headers.origin {
        let known = access.origins.iter().any(|known| known == origin);
        if !known && !is_loopback(host_of_origin(origin)) {
            let words = format!(
                "the origin {origin:?} may not use this server; allow it with allow_origin or {ALLOWED_ORIGINS}"
            );
            return Err((StatusCode::FORBIDDEN, words));
        }
    }
    let Some(name) = headers.host.map(without_port) else {
        return Ok(());
    };
    let known = access.hosts.iter().any(|known| known.eq_ignore_ascii_case(name));
    let bound = || shared.bound.is_some_and(|bound| name.parse() == Ok(bound.ip()));
    if !known && name != "127.0.0.1" && !is_loopback(name) && !bound() {
        let words = format!(
            "the host {name:?} is not a name of this server; allow it with allow_host or {ALLOWED_HOSTS}"
        );
        return Err((StatusCode::FORBIDDEN, words));
    }
    Ok(())
}

/// What the names of headers begin with that mirror an argument.
const PARAMETER: &str = "mcp-param-";

/// Refuses headers that are there twice or are no text: if one of them came twice, a proxy before us and we
/// might look at different ones.
///
/// # Errors
/// 400, naming the header.
fn single(headers: &Known<'_>) -> Result<(), Refusal> {
    let refused =
        |name: &str, what: &str| Err((StatusCode::BAD_REQUEST, format!("the header {name} {what}")));
    let all = headers.all;
    if all.len() > all.keys_len() {
        let counts = |name: &&HeaderName| is_decisive(name.as_str()) || name.as_str().starts_with(PARAMETER);
        let twice = |name: &&HeaderName| all.get_all(*name).iter().nth(1).is_some();
        if let Some(name) = all.keys().filter(counts).find(twice) {
            return refused(name.as_str(), "is given more than once");
        }
    }
    match headers.unreadable {
        Some(name) => refused(name.as_str(), "has bytes in it that are no visible ASCII"),
        None => Ok(()),
    }
}

fn host_of_origin(origin: &str) -> &str {
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    without_port(host)
}

/// `[::1]:80` and `localhost:80` without their ports and brackets.
fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').map_or(rest, |(host, _)| host);
    }
    host.rsplit_once(':').map_or(host, |(host, _)| host)
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_names_that_look_like_it() {
        for good in ["localhost:3000", "LOCALHOST", "127.0.0.1:80", "127.9.9.9", "[::1]:3000", "[::1]"] {
            assert!(is_loopback(without_port(good)), "{good}");
        }
        for bad in ["localhost.evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::2]"] {
            assert!(!is_loopback(without_port(bad)), "{bad}");
        }
        assert!(is_loopback(host_of_origin("http://localhost:6274")));
        assert!(!is_loopback(host_of_origin("null")));
        assert!(!is_loopback(host_of_origin("https://evil.example")));
    }
}
