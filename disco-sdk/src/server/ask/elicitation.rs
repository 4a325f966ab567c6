//! Sending the person to a URL, where something happens that the client does not see.

use std::fmt;

use super::super::context::Context;
use super::future::Ask;
use super::key::name_of_call;
use super::question::{Link, Question};
use crate::error::Result;

/// Something that the person does at a URL, with a name that the URL may carry. Cheap to clone; it may
/// outlive the call.
///
/// The name is the same in every run of the handler, and nobody can guess it. Specification:
/// client/elicitation, "URL mode".
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// Shows the balance of an account.
/// #[tool(read_only)]
/// async fn balance(cx: Context) -> Result<&'static str> {
///     let connecting = cx.elicitation("bank")?;
///     let url = format!("https://bank.example/connect?by={}", connecting.id());
///     connecting.ask("Sign in to your bank.", url).await?;
///     # let signed_in = async || {};
///     signed_in().await; // whoever serves that page knows
///     connecting.complete();
///     Ok("a lot")
/// }
/// ```
#[derive(Clone)]
pub struct Elicitation {
    context: Context,
    id: String,
}

impl fmt::Debug for Elicitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elicitation").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Context {
    /// Something that the person is to do at a URL: `key` names it among those of this handler.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn elicitation(&self, key: &str) -> Result<Elicitation> {
        let id = name_of_call(&self.call_secret()?, "elicitation", &self.key_in_scope(key));
        Ok(Elicitation { context: self.clone(), id })
    }
}

impl Elicitation {
    /// Its name: the `elicitationId` of 2025-11-25.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Sends the person there. It comes back when they have agreed to go, and not when they are done.
    pub fn ask(&self, message: impl Into<String>, url: impl Into<String>) -> Ask<()> {
        self.send(message.into(), url.into(), false)
    }

    /// Sends the person there before the call can go on. On 2025-11-25 the call fails with `-32042`, which
    /// has the URL in it, and the client calls again when the person was there; elsewhere it is the same as
    /// [`Elicitation::ask`].
    pub fn require(&self, message: impl Into<String>, url: impl Into<String>) -> Ask<()> {
        self.send(message.into(), url.into(), true)
    }

    fn send(&self, message: String, url: String, is_required: bool) -> Ask<()> {
        let link = Link { url, id: Some(self.id.clone()), is_required };
        Ask::new(&self.context, Question::Url { message, link }, |_| Ok(()))
    }

    /// Tells the client that the person is done (2025-11-25), also after the call has ended. Whoever speaks
    /// another revision hears nothing.
    pub fn complete(&self) {
        self.context.elicitation_complete(&self.id);
    }
}
