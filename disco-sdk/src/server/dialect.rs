//! In which dialect a server shows the schemas of its tools, and to whom.

use std::sync::Arc;

use super::builder::Server;
use super::client_info::ClientInfo;
use super::service::Service;
use super::tool::Tool;
use crate::schema::{Breach, Dialect, Spoken};
use crate::transport::Caller;

/// The dialect of a caller, who uses this client.
type Chooser = Box<dyn Fn(&Caller, &ClientInfo) -> Dialect + Send + Sync>;

/// How the dialect is chosen, and which there are to choose from.
pub(crate) struct Choice {
    /// That of callers of whom nothing is known.
    usual: Dialect,
    by: Option<Chooser>,
    spoken: Spoken,
}

impl Default for Choice {
    fn default() -> Self {
        Self { usual: Dialect::default(), by: None, spoken: Spoken::COMMON }
    }
}

impl Choice {
    /// The dialect of one caller.
    pub(crate) fn of(&self, caller: &Caller, client: &ClientInfo) -> Dialect {
        self.by.as_ref().map_or(self.usual, |choose| choose(caller, client))
    }

    /// The dialect of those of whom nothing is known.
    pub(crate) fn usual(&self) -> Dialect {
        self.usual
    }

    /// Whether it is not the same for all.
    pub(crate) fn depends_on_caller(&self) -> bool {
        self.by.is_some()
    }

    /// Those that can be chosen.
    pub(crate) fn spoken(&self) -> Spoken {
        self.spoken
    }
}

impl Dialect {
    /// The dialect of a client, by what its program calls itself: [`Claude`](Self::Claude) for names that begin with
    /// `claude` or `anthropic` (`claude-code`, `claude-ai`), [`Gemini`](Self::Gemini) for `gemini`
    /// (`gemini-cli-mcp-client`), [`Cursor`](Self::Cursor) for `cursor` (`cursor-vscode`), and
    /// [`Common`](Self::Common) for all others. OpenAI's programs are among those: none says by its name whether it
    /// uses the strict mode.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    /// use disco_sdk::schema::Dialect;
    ///
    /// let server = Server::new("demo", "1.0.0").dialect_by(|_, client| Dialect::for_client(client));
    /// ```
    #[must_use]
    pub fn for_client(client: &ClientInfo) -> Self {
        const KNOWN: [(&str, Dialect); 4] = [
            ("claude", Dialect::Claude),
            ("anthropic", Dialect::Claude),
            ("gemini", Dialect::Gemini),
            ("cursor", Dialect::Cursor),
        ];
        let name = client.implementation().map_or("", |client| client.name.as_str()).to_ascii_lowercase();
        KNOWN
            .into_iter()
            .find(|(begin, _)| name.starts_with(begin))
            .map_or(Self::Common, |(_, dialect)| dialect)
    }
}

/// Which schemas its lists show.
impl Server {
    /// The [`Dialect`] in which it shows the schemas of its tools' arguments; [`Dialect::Common`] unless it
    /// is said.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    /// use disco_sdk::schema::Dialect;
    ///
    /// let server = Server::new("demo", "1.0.0").dialect(Dialect::OpenAi);
    /// ```
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.settings.dialect = Choice { usual: dialect, by: None, spoken: Spoken::ALL };
        self
    }

    /// The same for each caller: by who it is, or by what its program calls itself
    /// ([`Dialect::for_client`] knows some names). It has to depend on
    /// the two alone, as it is asked for lists and again for calls. The list of tools is then private to
    /// each caller.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    /// use disco_sdk::schema::Dialect;
    ///
    /// let server = Server::new("demo", "1.0.0").dialect_by(|_, client| {
    ///     match client.implementation().map(|client| client.name.as_str()) {
    ///         Some(name) if name.starts_with("gemini") => Dialect::Gemini,
    ///         _ => Dialect::Common,
    ///     }
    /// });
    /// ```
    pub fn dialect_by(
        mut self,
        choose: impl Fn(&Caller, &ClientInfo) -> Dialect + Send + Sync + 'static,
    ) -> Self {
        self.settings.dialect =
            Choice { by: Some(Box::new(choose)), spoken: Spoken::ALL, ..Choice::default() };
        self
    }
}

impl Service {
    /// What a dialect does not have in the list of tools as it shows it: what no rewriting could mend, such
    /// as names that are too long.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    /// use disco_sdk::schema::Dialect;
    ///
    /// /// Adds two numbers.
    /// #[tool(name = "math.add")]
    /// fn add(a: i64, b: i64) -> i64 {
    ///     a + b
    /// }
    ///
    /// # fn main() -> Result<()> {
    /// let service = Server::new("demo", "1.0.0").with(tools![add]).build()?;
    /// let breaches = service.breaches(Dialect::Claude);
    /// assert_eq!(breaches[0].to_string(), "tool `math.add`: the name can have `A-Z a-z 0-9 _ -` only");
    /// assert!(service.breaches(Dialect::Gemini).is_empty());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn breaches(&self, dialect: Dialect) -> Vec<Breach> {
        let offer = self.0.registry.everything();
        let shown = |tool: &Arc<Tool>| (tool.info().name.clone(), dialect.rewrite(&tool.info().input_schema));
        let tools: Vec<_> = offer.tools().iter().map(shown).collect();
        dialect.check_all(&self.0.info.name, tools.iter().map(|(name, schema)| (name.as_str(), schema)))
    }
}
