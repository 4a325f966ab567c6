//! Runs git inside the sandbox, and understands its failures.

use std::time::Duration;

use super::Author;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::network::Access;
use crate::sandbox::{ChunkSender, Ended, ExecRequest, RelPath, Sandbox};

/// How long git may take for what it does alone.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How much of each stream is kept.
const KEPT: usize = 4 << 20;

/// What holds for every run. Settings given by variables win over those of the repository.
const VARIABLES: [(&str, &str); 7] = [
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", "false"),
    ("GIT_EDITOR", "true"),
    ("GIT_PAGER", "cat"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_ALLOW_PROTOCOL", "http:file"),
    ("LC_ALL", "C.UTF-8"),
];
const CONFIG: [(&str, &str); 8] = [
    // The workspace may belong to another user than the command.
    ("safe.directory", "*"),
    ("core.quotePath", "false"),
    ("core.fsmonitor", "false"),
    ("color.ui", "false"),
    ("submodule.recurse", "false"),
    ("gc.autoDetach", "false"),
    ("commit.gpgSign", "false"),
    ("init.defaultBranch", "main"),
];

/// One repository, or the place where one is to be.
#[derive(Debug, Clone)]
pub(super) struct Git<'a> {
    pub(super) sandbox: &'a dyn Sandbox,
    pub(super) folder: String,
}

/// How to run git once.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// Variables beside those of every run.
    pub(super) env: Vec<(String, String)>,
    /// Settings that win over the repository's.
    pub(super) config: Vec<(String, String)>,
    /// The network of this run.
    pub(super) access: Option<Access>,
    pub(super) timeout: Option<Duration>,
    /// Where the output goes meanwhile.
    pub(super) chunks: Option<ChunkSender>,
}

/// What became of it.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
    /// Whether the middle is missing.
    pub(super) truncated: bool,
}

impl<'a> Git<'a> {
    /// Git in a folder of the workspace.
    pub(super) fn at(sandbox: &'a dyn Sandbox, path: &str) -> Result<Self> {
        Ok(Self { sandbox, folder: RelPath::parse(path)?.as_str().to_owned() })
    }

    /// Runs git; a failure is an error.
    pub(super) async fn run(&self, arguments: &[&str]) -> Result<Ran> {
        self.run_so(arguments, Way::default()).await?.or_fail()
    }

    /// Runs git and gives the first line of what it wrote; `None` if it failed.
    pub(super) async fn ask(&self, arguments: &[&str]) -> Result<Option<String>> {
        let ran = self.run_so(arguments, Way::default()).await?;
        Ok((ran.code == 0).then(|| ran.stdout.lines().next().unwrap_or_default().to_owned()))
    }

    /// Runs git, whatever comes of it.
    pub(super) async fn run_so(&self, arguments: &[&str], way: Way) -> Result<Ran> {
        let mut request = ExecRequest::new(["git"].into_iter().chain(arguments.iter().copied()));
        request.working_dir.clone_from(&self.folder);
        request.keep_output = KEPT;
        request.timeout = way.timeout.unwrap_or(TIMEOUT);
        request.access = way.access;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        request.env.extend(VARIABLES.map(owned).into_iter().chain(way.env));
        let config: Vec<_> = CONFIG.map(owned).into_iter().chain(way.config).collect();
        request.env.insert("GIT_CONFIG_COUNT".to_owned(), config.len().to_string());
        for (at, (key, value)) in config.into_iter().enumerate() {
            request.env.insert(format!("GIT_CONFIG_KEY_{at}"), key);
            request.env.insert(format!("GIT_CONFIG_VALUE_{at}"), value);
        }
        let timeout = request.timeout.as_secs();
        let done = self.sandbox.exec(request, way.chunks).await?;
        match (done.ended, done.exit_code) {
            (Ended::Exited, Some(code)) => {
                Ok(Ran { code, stdout: done.stdout, stderr: done.stderr, truncated: done.truncated })
            }
            (Ended::TimedOut, _) => {
                Err(Error::new(ErrorCode::Timeout, format!("git did not end within {timeout} seconds"))
                    .suggest("work on less at a time, or have `git_timeout_secs` of the settings raised"))
            }
            (ended, _) => Err(Error::new(ErrorCode::GitFailed, format!("git was ended ({})", ended.word()))
                .suggest("give the sandbox higher limits, or work on less at a time")),
        }
    }

    /// The variables of a commit's author and committer, where the repository names none.
    pub(super) async fn identity(&self, author: &Author) -> Result<Vec<(String, String)>> {
        let known = self.run_so(&["config", "--get-regexp", r"^user\.(name|email)$"], Way::default()).await?;
        let has = |key: &str| known.stdout.lines().any(|line| line.starts_with(key));
        let names = (!has("user.name"))
            .then_some([("GIT_AUTHOR_NAME", &author.name), ("GIT_COMMITTER_NAME", &author.name)]);
        let emails = (!has("user.email"))
            .then_some([("GIT_AUTHOR_EMAIL", &author.email), ("GIT_COMMITTER_EMAIL", &author.email)]);
        let variables = names.into_iter().chain(emails).flatten();
        Ok(variables.map(|(name, value)| (name.to_owned(), value.clone())).collect())
    }
}

impl Ran {
    /// A failure as an error, with git's words.
    pub(super) fn or_fail(self) -> Result<Self> {
        if self.code == 0 { Ok(self) } else { Err(self.failure()) }
    }

    pub(super) fn failure(&self) -> Error {
        let words = if self.stderr.trim().is_empty() { self.stdout.trim() } else { self.stderr.trim() };
        let says = |part: &str| words.contains(part);
        if says("not a git repository") {
            return Error::new(ErrorCode::NotAGitRepository, "the folder is not in a git repository")
                .suggest("run `git init`, or name the repository's folder in `path`");
        }
        let told =
            |code, suggestion: &str| Error::new(code, format!("git: {}", last(words))).suggest(suggestion);
        if says("would be overwritten")
            || says("unmerged")
            || says("You have not concluded")
            || says("not possible because")
        {
            return told(
                ErrorCode::GitConflict,
                "commit the changes, or undo them with `git_reset` or `git_checkout`",
            );
        }
        if says("unknown revision")
            || says("did not match any file")
            || says("bad revision")
            || says("pathspec")
        {
            return told(ErrorCode::GitFailed, "check the name with `git_branch`, `git_log` or `git_status`");
        }
        told(ErrorCode::GitFailed, "look at git's words, or run git with `terminal_execute`")
    }
}

/// The end of long words: what matters comes last, after progress and hints.
fn last(words: &str) -> String {
    let lines = words.lines().map(|line| line.rsplit('\r').next().unwrap_or(line));
    let lines: Vec<_> = lines.filter(|line| !line.starts_with("hint:")).collect();
    let text = lines[lines.len().saturating_sub(20)..].join("\n");
    let start = text.len().saturating_sub(2000);
    text[text.ceil_char_boundary(start)..].to_owned()
}
