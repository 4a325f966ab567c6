//! Commands, terminals and processes over MCP.

mod execute;
mod processes;
mod terminals;
mod wish;

pub(super) use processes::{ProcessList, process_list};
pub(super) use terminals::{Reached, TerminalList, terminal_list};
pub(super) use wish::Look;
