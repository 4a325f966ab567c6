//! Moments, as they are told: `2026-11-21T12:00:00Z`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last second of the year 9999, behind which there is no such text.
const LAST: u64 = 253_402_300_799;

/// Now.
pub(crate) fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// Now, with milliseconds.
pub(crate) fn now_with_millis() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

/// So many seconds after the beginning of 1970.
pub(crate) fn at(seconds: u64) -> String {
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds.min(LAST))).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_whatever_the_number() {
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(u64::MAX), "9999-12-31T23:59:59Z");
    }
}
