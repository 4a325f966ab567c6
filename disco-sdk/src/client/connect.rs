//! The ways to begin: a conversation in this process, and with the feature `testing` every transport.

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::link::{Link, Memory};
use super::{Answers, Client, Profile, era};
use crate::error::Result;
use crate::protocol::method::{Method, Notice};
use crate::protocol::version::Version;
use crate::transport::Conversation;
#[cfg(feature = "testing")]
use crate::transport::line::{Input, Output};

impl Client {
    /// Begins to talk in this process; in the old era that is an `initialize`.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn connect(conversation: Arc<dyn Conversation>, profile: impl Into<Profile>) -> Result<Self> {
        Self::over(Arc::new(Memory(conversation)), profile.into()).await
    }

    /// The same for a client that can be asked.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn connect_with(
        conversation: Arc<dyn Conversation>,
        version: Version,
        answers: Answers,
    ) -> Result<Self> {
        Self::connect(conversation, Profile::new(version).answers(answers)).await
    }

    /// Talks to whoever reads `output` and writes `input`, one message a line: the standard output and
    /// input of a child process, say.
    ///
    /// # Errors
    /// Whatever the server answers.
    #[cfg(feature = "testing")]
    pub async fn connect_lines(input: Input, output: Output, profile: impl Into<Profile>) -> Result<Self> {
        let profile = profile.into();
        Self::over(super::link::lines(input, output, profile.answers.clone()), profile).await
    }

    /// Talks over Streamable HTTP. The URL is one of `http:` and ends in `/mcp` most of the time.
    ///
    /// # Errors
    /// The URL is none, the server cannot be reached, or whatever it answers.
    #[cfg(feature = "testing")]
    pub async fn connect_http(url: &str, profile: impl Into<Profile>) -> Result<Self> {
        let profile = profile.into();
        Self::over(Arc::new(super::link::Http::new(url, profile.version)?), profile).await
    }

    /// Talks over HTTP+SSE of 2024-11-05. The URL is that of the stream, and ends in `/sse` most of the time.
    ///
    /// # Errors
    /// The URL is none, the server cannot be reached, or whatever it answers.
    #[cfg(feature = "testing")]
    pub async fn connect_sse(url: &str, profile: impl Into<Profile>) -> Result<Self> {
        let profile = profile.into();
        Self::over(super::link::first_revision(url, profile.answers.clone()).await?, profile).await
    }

    async fn over(link: Arc<dyn Link>, profile: Profile) -> Result<Self> {
        let client = Self { link, profile, next_id: AtomicI64::new(1), log_level: Mutex::default() };
        if client.version().is_legacy() {
            client.request(Method::Initialize.as_str(), era::initialize_params(&client.profile)).await?;
            client.notify(Notice::Initialized.as_str(), json!({})).await?;
        }
        Ok(client)
    }
}
