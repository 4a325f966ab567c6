//! An argument that HTTP clients say in a header too, for whatever routes by it.

use disco_sdk::prelude::*;

/// Gives a value back that stands in the header `Mcp-Param-Value` as well.
#[tool(read_only)]
fn test_custom_header(
    /// What to give back.
    #[arg(header = "Value")]
    value: String,
) -> String {
    value
}
