//! What a job may be asked to be.

use super::run::Spec;
use crate::error::{Error, ErrorCode, Result};
use crate::files;
use crate::sandbox::RelPath;
use crate::terminal::MAX_COMMAND;

/// The most of each.
const MOST_COMMANDS: usize = 50;
const MOST_BYTES: usize = 256 << 10;
const MOST_VARIABLES: usize = 64;
const MOST_PATTERNS: usize = 32;
const MOST_TAGS: usize = 16;
const LONGEST_TAG: usize = 64;
const LONGEST_INTENT: usize = 500;
/// What no pattern of artifacts may have: it means something to shells, and nothing here.
const SHELL: &[char] = &[';', '|', '&', '$', '`', '(', ')', '{', '}', '!'];
/// The longest that a job may be given, in seconds.
const LONGEST: usize = 3600;

/// Refuses what cannot be run, naming the argument.
pub(super) fn spec(spec: &Spec) -> Result<()> {
    between("commands", spec.commands.len(), 1, MOST_COMMANDS)?;
    let bytes = spec.commands.iter().map(String::len).sum::<usize>();
    let fits = |command: &String| {
        !command.trim().is_empty() && !command.contains('\0') && command.len() <= MAX_COMMAND
    };
    if bytes > MOST_BYTES || !spec.commands.iter().all(fits) {
        let what = format!(
            "one of `commands` is empty, holds a NUL byte or is longer than {MAX_COMMAND} bytes, or all together are \
             longer than {MOST_BYTES}"
        );
        return Err(wrong(what, "put a long script into a file with `file_write` and run the file"));
    }
    between("timeout", usize::try_from(spec.timeout).unwrap_or(usize::MAX), 1, LONGEST)?;
    between("env", spec.env.len(), 0, MOST_VARIABLES)?;
    between("artifacts", spec.artifacts.len(), 0, MOST_PATTERNS)?;
    between("tags", spec.tags.len(), 0, MOST_TAGS)?;
    for tag in spec.tags.iter().chain([&spec.triggered_by]) {
        between("a tag or `triggered_by`", tag.len(), 1, LONGEST_TAG)?;
    }
    between("intent", spec.intent.len(), 0, LONGEST_INTENT)?;
    if spec.env.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MOST_BYTES {
        return Err(wrong(format!("`env` is longer than {MOST_BYTES} bytes"), "put long values into files"));
    }
    if let Some(pattern) = spec.artifacts.iter().find(|pattern| pattern.contains(SHELL)) {
        let what = format!("`{}` in `artifacts` has one of ;|&$`(){{}}!", pattern.escape_debug());
        return Err(wrong(
            what,
            "write it with `*`, `**`, `?` and `[...]`; give one pattern for each kind of file",
        ));
    }
    files::patterns(&spec.artifacts)?;
    RelPath::parse(&spec.working_dir)?;
    spec.job_id.as_deref().map_or(Ok(()), id)
}

fn id(id: &str) -> Result<()> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let begins = id.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if begins && id.len() <= 128 && id.bytes().all(fits) {
        return Ok(());
    }
    Err(wrong(
        format!("`job_id` is `{}`", id.escape_debug()),
        "begin with a letter or digit, and use at most 128 of letters, digits, `_` and `-`",
    ))
}

fn between(name: &str, count: usize, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&count) {
        return Ok(());
    }
    Err(wrong(
        format!("`{name}` has or is {count}, but must be {least} to {most}"),
        "choose a value in this range",
    ))
}

fn wrong(what: String, suggestion: &str) -> Error {
    Error::new(ErrorCode::InvalidArgument, what).suggest(suggestion)
}
