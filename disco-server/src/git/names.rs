//! Names that callers give: none of them can be taken for an option.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};

/// The longest name, in characters.
const LONGEST: usize = 250;
/// What the name of a branch or a remote looks like, for those who read the description.
pub(super) const NAME: &str = "^[^-@/. ~^:?*\\[\\\\{\\x00-\\x1f\\x7f-\\x9f][^/. ~^:?*\\[\\\\{\\x00-\\x1f\\x7f-\\x9f]*\
    ([/.][^/. ~^:?*\\[\\\\{\\x00-\\x1f\\x7f-\\x9f]+)*$";
/// What a commit is called.
pub(super) const REVISION: &str = "^[^-\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$";
/// `Name <email>`.
pub(super) const AUTHOR: &str =
    "^[^\\s<>\\x00-\\x1f\\x7f-\\x9f][^<>\\x00-\\x1f\\x7f-\\x9f]* <[^\\s<>\\x00-\\x1f\\x7f-\\x9f]+>$";

/// A branch or a remote.
pub(super) fn check_name(what: &str, name: &str) -> Result<()> {
    let odd = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let bad = name.contains("..") || name.contains("@{") || name.contains("//") || name == "@";
    let ends = name.starts_with('/') || name.ends_with(['/', '.']);
    if bad || ends || name.contains(odd) {
        return Err(wrong(what, name, "git allows no such name"));
    }
    check_revision(what, name)
}

/// A commit, as git names one: `main`, `HEAD~2`, `v1.0`, `1a2b3c4`.
pub(super) fn check_revision(what: &str, name: &str) -> Result<()> {
    if name.is_empty() || name.chars().count() > LONGEST || name.contains(|c: char| c.is_control()) {
        return Err(wrong(what, name, "it is empty, too long, or has control characters"));
    }
    if name.starts_with('-') {
        return Err(wrong(what, name, "it begins with `-`"));
    }
    Ok(())
}

fn wrong(what: &str, name: &str, why: &str) -> Error {
    let name: String = name.chars().take(80).collect();
    Error::new(ErrorCode::InvalidArgument, format!("`{what}` is `{}`: {why}", name.escape_debug()))
        .suggest("list the branches with `git_branch`, and the commits with `git_log`")
}

/// Who wrote a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitAuthor")]
pub struct Author {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl Author {
    /// Reads `Name <email>`.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is written otherwise.
    pub fn parse(text: &str) -> Result<Self> {
        let parts = text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        let plain =
            |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_control() || "<>".contains(c));
        match parts.map(|(name, email)| (name.trim(), email.trim())) {
            Some((name, email)) if plain(name) && plain(email) => {
                Ok(Self { name: name.to_owned(), email: email.to_owned() })
            }
            _ => {
                Err(Error::new(ErrorCode::InvalidArgument, format!("`{}` is no author", text.escape_debug()))
                    .suggest("write `Name <name@example.org>`"))
            }
        }
    }
}

impl std::fmt::Display for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_be_taken_for_an_option() {
        for good in ["main", "feature/x-1", "v1.0"] {
            check_name("branch", good).unwrap();
        }
        for bad in ["", "-f", "--upload-pack=x", "a b", "a..b", "a~1", "/a", "a\n", "HEAD:x", "a@{1}"] {
            assert_eq!(check_name("branch", bad).unwrap_err().code, ErrorCode::InvalidArgument, "{bad:?}");
        }
        check_revision("revision", "HEAD~2^{commit}").unwrap();
        check_revision("revision", "--output=x").unwrap_err();
    }

    #[test]
    fn what_is_described_is_taken() {
        let fits = |pattern: &str, text: &str| regex::Regex::new(pattern).unwrap().is_match(text);
        for (name, is_described) in [
            ("main", true),
            ("a/b.c-1", true),
            ("a..b", false),
            ("a/", false),
            ("-a", false),
            ("a b", false),
            ("@", false),
        ] {
            assert_eq!(fits(NAME, name), is_described, "{name}");
            assert!(!is_described || check_name("branch", name).is_ok(), "{name}");
        }
        assert!(fits(REVISION, "HEAD~2^{commit}") && !fits(REVISION, "--output=x"));
        assert!(fits(AUTHOR, "Ada Lövelace <ada@example.org>") && !fits(AUTHOR, "Ada <>"));
    }

    #[test]
    fn an_author_has_a_name_and_an_address() {
        let author = Author::parse("Ada Lovelace <ada@example.org>").unwrap();
        assert_eq!(
            (author.name.as_str(), author.to_string().as_str()),
            ("Ada Lovelace", "Ada Lovelace <ada@example.org>")
        );
        for bad in ["Ada", "<a@b>", "Ada <>", "Ada <a\nb>", "A <b> <c>"] {
            Author::parse(bad).unwrap_err();
        }
    }
}
