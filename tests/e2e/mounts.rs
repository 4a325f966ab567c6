//! Servers inside of servers, tools with another face, and sets of tools.

mod facade;
mod mounted;
mod toolsets;
