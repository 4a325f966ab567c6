//! Speaking to other repositories: clone, pull, push.

mod clone;
mod pull;
mod push;

use tokio::sync::mpsc;

use super::Settings;
use super::names::check_name;
use super::progress::{Progress, Tell};
use super::remote::{Broker, Credential, Place, Remote, Seen, Service};
use super::run::{Git, Ran, Way};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::network::PORT;

pub use clone::{CloneRequest, Cloned, clone};
pub use pull::{Outcome, PullRequest, Pulled, pull};
pub use push::{PushRequest, Pushed, push};

/// How many pieces of output may wait to be read.
const QUEUE: usize = 64;

/// What a run to the outside needs beside the repository.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// What the settings say of git.
    pub settings: &'a Settings,
    /// Where progress is told.
    pub tell: Tell<'a>,
}

impl std::fmt::Debug for Outside<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").field("settings", self.settings).finish_non_exhaustive()
    }
}

/// One run of git to one remote.
struct Transfer<'a> {
    service: Service,
    /// How the repository writes the remote.
    written: &'a str,
    remote: &'a Remote,
    /// The name of the credential, if the caller names one.
    credential: Option<&'a str>,
}

impl Outside<'_> {
    /// Runs git with the remote as its only network, and tells its progress.
    async fn run(&self, git: &Git<'_>, transfer: Transfer<'_>, arguments: &[&str]) -> Result<Ran> {
        let Transfer { service, written, remote, credential } = transfer;
        let (chunks, mut output) = mpsc::channel(QUEUE);
        let mut way = Way { timeout: Some(self.settings.timeout), chunks: Some(chunks), ..Way::default() };
        way.config = config(written, remote);
        let mut broker = None;
        if let Remote::Web(place) = remote {
            let found = Credential::find(self.settings.credentials.as_deref(), credential, place)?;
            let new = Broker::new(place.clone(), service, found.as_ref(), self.settings.ca_file.as_deref())?;
            way.access = Some(new.access(&self.settings.allowed));
            broker = Some((new, place, found.is_some()));
        }
        let read = async {
            let mut progress = Progress::default();
            while let Some(chunk) = output.recv().await {
                progress.read(&chunk, self.tell);
            }
        };
        let (ran, ()) = tokio::join!(git.run_so(arguments, way), read);
        let ran = ran?;
        let seen =
            broker.and_then(|(broker, place, had)| broker.seen().map(|seen| explain(seen, place, had)));
        match seen.filter(|_| ran.code != 0) {
            Some(error) => Err(error),
            None => Ok(ran),
        }
    }
}

/// What no repository can undo: where the remote is asked for, and that nothing of the repository runs meanwhile.
fn config(written: &str, remote: &Remote) -> Vec<(String, String)> {
    let mut config = vec![
        ("core.hooksPath".to_owned(), "/dev/null".to_owned()),
        ("credential.helper".to_owned(), String::new()),
        ("fetch.recurseSubmodules".to_owned(), "false".to_owned()),
        ("push.recurseSubmodules".to_owned(), "no".to_owned()),
    ];
    if let Remote::Web(place) = remote {
        let inside = place.inside();
        config.extend([
            ("http.proxy".to_owned(), format!("http://127.0.0.1:{PORT}")),
            ("http.followRedirects".to_owned(), "false".to_owned()),
            // The longest match wins, and nothing is longer than the whole.
            (format!("url.{inside}.insteadOf"), written.to_owned()),
            (format!("url.{inside}.pushInsteadOf"), written.to_owned()),
        ]);
    }
    config
}

fn explain(seen: Seen, place: &Place, had_credential: bool) -> Error {
    let url = place.url();
    match seen {
        Seen::Unauthorized(status) if had_credential => Error::new(
            ErrorCode::GitAuthFailed,
            format!("{url} refuses the credential ({})", status.as_u16()),
        )
        .suggest(
            "have the server's file of `git_credentials` corrected, or name another one in `credential`",
        ),
        Seen::Unauthorized(status) => {
            let what =
                format!("{url} wants a credential ({}), and there is none for its host", status.as_u16());
            Error::new(ErrorCode::GitAuthFailed, what).suggest(
                "have one added to the file of `git_credentials` on the server; never give it in a call",
            )
        }
        Seen::NotFound => Error::new(
            ErrorCode::GitRemoteNotFound,
            format!("there is no repository at {url}, or none that may be seen"),
        )
        .suggest("check the URL; a private repository needs a credential in the file of `git_credentials`"),
        Seen::Redirect(location) => {
            let what = format!("{url} points to `{}`; redirects are not followed", location.escape_debug());
            Error::new(ErrorCode::GitRemoteRefused, what).suggest("use that URL, if you trust it")
        }
        Seen::Refused(words) => Error::new(ErrorCode::GitRemoteRefused, words)
            .suggest("use a public host, or have `network_hosts` of the server's settings name it"),
        Seen::Unreachable(words) => {
            Error::new(ErrorCode::GitRemoteUnreachable, words).suggest("check the URL, and try again later")
        }
    }
}

/// A remote that a repository knows: how it writes it, and where it is.
struct Known {
    written: String,
    remote: Remote,
    /// As it is told.
    url: String,
}

impl Git<'_> {
    /// Looks up a remote by its name.
    async fn remote(&self, name: &str, service: Service) -> Result<Known> {
        check_name("remote", name)?;
        let (key, push_key) = (format!("remote.{name}.url"), format!("remote.{name}.pushurl"));
        let mut written = None;
        if service == Service::Push {
            written = self.ask(&["config", "--get-all", &push_key]).await?;
        }
        if written.is_none() {
            written = self.ask(&["config", "--get-all", &key]).await?;
        }
        let Some(written) = written else {
            // Where there is no repository at all, this says so.
            let known = self.run(&["remote"]).await?;
            let names = known.stdout.split_whitespace().take(20).collect::<Vec<_>>().join(", ");
            let there = if names.is_empty() { "none".to_owned() } else { names };
            return Err(Error::new(
                ErrorCode::GitRemoteNotFound,
                format!("there is no remote `{name}`; there are: {there}"),
            )
            .suggest("run `git remote add` with `terminal_execute`"));
        };
        let mut arguments = vec!["remote", "get-url", "--all"];
        if service == Service::Push {
            arguments.push("--push");
        }
        arguments.push(name);
        let urls = self.run(&arguments).await?.stdout;
        let mut urls = urls.lines();
        let url = urls.next().unwrap_or_default().to_owned();
        if service == Service::Push && urls.next().is_some() {
            return Err(Error::new(
                ErrorCode::GitRemoteRefused,
                format!("the remote `{name}` has more than one URL to push to"),
            )
            .suggest("push to remotes with one URL each"));
        }
        Ok(Known { written, remote: Remote::parse(&url)?, url })
    }

    /// The branch that is checked out.
    async fn current_branch(&self) -> Result<String> {
        let branch = self.ask(&["symbolic-ref", "--short", "--quiet", "HEAD"]).await?;
        branch.map_or_else(|| Err(detached()), Ok)
    }
}

fn detached() -> Error {
    Error::new(
        ErrorCode::GitFailed,
        "no branch is checked out (HEAD is detached), or there is no repository here",
    )
    .suggest("go to a branch with `git_checkout`, or name one in `branch`")
}

/// The folder that a URL names, as git would call it.
fn folder_of(url: &str) -> Option<&str> {
    let name = url.trim_end_matches('/').rsplit(['/', ':']).next()?;
    Some(name.strip_suffix(".git").unwrap_or(name)).filter(|name| !name.is_empty() && *name != "workspace")
}
