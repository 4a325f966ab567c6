//! Commands, terminals and processes over MCP.

mod execute;
mod processes;
mod terminals;
mod wish;
