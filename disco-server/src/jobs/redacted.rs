//! What of the variables of a job may be kept: of the record, and of the fingerprint, which would let a weak secret be
//! guessed. What no rule knows is kept, so secrets are best named as such.

use std::collections::BTreeMap;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";
/// A variable with one of these in its name is secret, and so is a value that says `password=` and the like.
const WORDS: [&str; 10] =
    ["TOKEN", "SECRET", "PASS", "PWD", "KEY", "CREDENTIAL", "AUTH", "COOKIE", "SIGNATURE", "SESSION"];
/// The shell's own variables, which are folders in spite of their names.
const FOLDERS: [&str; 2] = ["PWD", "OLDPWD"];
/// How the values of well-known kinds of keys begin.
const BEGINNINGS: [&str; 9] =
    ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "sk-", "xox", "AKIA", "-----BEGIN "];

/// The variables without what looks secret: by their names, by words in the values, and by passwords in URLs.
pub(super) fn redacted(env: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    env.iter().map(|(name, value)| (name.clone(), shown(name, value))).collect()
}

fn shown(name: &str, value: &str) -> String {
    let name = name.to_ascii_uppercase();
    let is_secret = WORDS.iter().any(|word| name.contains(word)) && !FOLDERS.contains(&name.as_str());
    if is_secret || says_a_secret(value) || BEGINNINGS.iter().any(|beginning| value.starts_with(beginning)) {
        return REDACTED.to_owned();
    }
    without_passwords(value)
}

/// Whether it says `token=...` or `password: ...`, as URLs and connection strings do.
fn says_a_secret(value: &str) -> bool {
    let value = value.to_ascii_uppercase();
    let is_said = |behind: &str| {
        let behind = behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        behind.trim_start_matches(['"', '\'', ' ']).starts_with(['=', ':'])
    };
    WORDS.iter().any(|word| value.match_indices(word).any(|(at, _)| is_said(&value[at + word.len()..])))
}

/// Leaves the password out of every `scheme://user:password@host`, and all of `scheme://token@host`.
fn without_passwords(value: &str) -> String {
    let mut parts = value.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str("://");
        let end = part.find(['/', '?', '#', ' ', '"', '\'']).unwrap_or(part.len());
        // A password may hold an `@` that nobody has escaped: the last one counts.
        match part[..end].rfind('@') {
            None => shown.push_str(part),
            Some(at) => {
                if let Some((user, _)) = part[..at].split_once(':') {
                    shown.push_str(user);
                    shown.push(':');
                }
                shown.push_str(REDACTED);
                shown.push_str(&part[at..]);
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_sounds_secret_is_left_out() {
        for (name, value) in [
            ("GITHUB_TOKEN", "hunter2"),
            ("db_password", "hunter2"),
            ("MYSQL_PWD", "hunter2"),
            ("A", "ghp_hunter2"),
            ("A", "host=db password=hunter2"),
            ("A", "https://example.org/?access_token=hunter2"),
            ("A", r#"{"client_secret": "hunter2"}"#),
        ] {
            assert_eq!(shown(name, value), "[redacted]", "{name}={value}");
        }
    }

    #[test]
    fn of_urls_only_the_password_is_left_out() {
        for (value, wanted) in [
            ("postgres://u:hunter2@db:5432/a", "postgres://u:[redacted]@db:5432/a"),
            ("redis://:hunter2@cache", "redis://:[redacted]@cache"),
            ("https://hunter2@example.org/a.git", "https://[redacted]@example.org/a.git"),
            ("https://u:hunter@2@example.org", "https://u:[redacted]@example.org"),
            ("a://u:x@h b://u:y@h", "a://u:[redacted]@h b://u:[redacted]@h"),
        ] {
            assert_eq!(shown("URL", value), wanted);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for (name, value) in [
            ("A", "1"),
            ("PWD", "/workspace"),
            ("URL", "https://example.org/u@host?a=b"),
            ("PATH", "/usr/bin:/bin"),
        ] {
            assert_eq!(shown(name, value), value, "{name}");
        }
    }
}
