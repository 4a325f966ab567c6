//! The list of tools in each dialect: made when somebody asks for it, and kept.

use std::sync::{Arc, OnceLock};

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::pages::{Entry, List, Lists, Pages};
use crate::error::Result;
use crate::protocol::tool as wire;
use crate::protocol::version::Version;
use crate::schema::{Dialect, Rewritten};
use crate::server::tool::Tool;

/// The tools of one audience, as each dialect shows them.
pub(super) struct Shown {
    private: [bool; 4],
    lists: Arc<Lists>,
    by_dialect: [OnceLock<Box<InDialect>>; Dialect::ALL.len()],
}

/// The tools as one dialect shows them.
struct InDialect {
    tools: Vec<wire::Tool>,
    /// Whether the arguments of each have to be read back.
    are_read_back: Vec<bool>,
    pages: Pages,
}

impl Shown {
    pub(super) fn new(private: [bool; 4], lists: Arc<Lists>) -> Self {
        Self { private, lists, by_dialect: Default::default() }
    }

    pub(super) fn tools(&self, dialect: Dialect, tools: &[Arc<Tool>]) -> &[wire::Tool] {
        &self.shown(dialect, tools).tools
    }

    /// One page of the list.
    pub(super) fn page(
        &self,
        dialect: Dialect,
        tools: &[Arc<Tool>],
        version: Version,
        cursor: Option<&str>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let shown = self.shown(dialect, tools);
        let entries = || shown.tools.iter().map(|tool| tool as &dyn Entry).collect();
        shown.pages.write(List::Tools, version, cursor, &entries, out)
    }

    /// The arguments of the tool at `at` as its full schema has them; `None` if they are so already.
    pub(super) fn read_back(
        &self,
        dialect: Dialect,
        tools: &[Arc<Tool>],
        at: usize,
        arguments: &RawValue,
    ) -> Option<Box<RawValue>> {
        let is_read_back = *self.shown(dialect, tools).are_read_back.get(at)?;
        let tool = tools.get(at).filter(|_| is_read_back)?;
        let arguments: Value = serde_json::from_str(arguments.get()).ok()?;
        to_raw_value(&self.lists.spoken.read_back(&tool.info().input_schema, arguments)).ok()
    }

    fn shown(&self, dialect: Dialect, tools: &[Arc<Tool>]) -> &InDialect {
        self.by_dialect[dialect as usize].get_or_init(|| {
            let in_dialect = |tool: &Arc<Tool>| {
                let info = tool.info();
                let rewriting = tool.particulars().rich.map(|rich| rich.rewriting);
                let Rewritten { schema, is_read_back } =
                    self.lists.spoken.rewritten(dialect, &info.input_schema, rewriting);
                (wire::Tool { input_schema: schema, ..info.clone() }, is_read_back)
            };
            let (tools, are_read_back) = tools.iter().map(in_dialect).unzip();
            Box::new(InDialect {
                tools,
                are_read_back,
                pages: Pages::new(self.private, Arc::clone(&self.lists)),
            })
        })
    }
}
