//! In which dialect a server shows the schemas of its tools, and to whom.

use super::builder::Server;
use super::client_info::ClientInfo;
use super::service::Service;
use crate::schema::{Breach, Dialect};
use crate::transport::Caller;

/// The dialect of a caller, who uses this client.
type Chooser = Box<dyn Fn(&Caller, &ClientInfo) -> Dialect + Send + Sync>;

/// How the dialect is chosen.
pub(crate) enum Choice {
    Always(Dialect),
    By(Chooser),
}

impl Default for Choice {
    fn default() -> Self {
        Self::Always(Dialect::default())
    }
}

impl Choice {
    /// The dialect of one caller.
    pub(crate) fn of(&self, caller: &Caller, client: &ClientInfo) -> Dialect {
        match self {
            Self::Always(dialect) => *dialect,
            Self::By(choose) => choose(caller, client),
        }
    }

    /// The dialect of those of whom nothing is known.
    pub(crate) fn usual(&self) -> Dialect {
        match self {
            Self::Always(dialect) => *dialect,
            Self::By(_) => Dialect::default(),
        }
    }

    /// Whether it is not the same for all.
    pub(crate) fn depends_on_caller(&self) -> bool {
        matches!(self, Self::By(_))
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
        self.settings.dialect = Choice::Always(dialect);
        self
    }

    /// The same for each caller: by who it is, or by what its program calls itself. It has to depend on
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
        self.settings.dialect = Choice::By(Box::new(choose));
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
        let tools = offer.shown(dialect).iter().map(|tool| (tool.name.as_str(), &tool.input_schema));
        dialect.check_all(&self.0.info.name, tools)
    }
}
