//! One mistake, one error: the type can still be returned.

use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error(message = "there is no note {id}", cod = "NONE")]
    No { id: u64 },
}

/// Reads.
#[tool]
fn read(id: u64) -> Result<String, Failed> {
    Err(Failed::No { id })
}

fn again() -> Result<()> {
    read(7)?;
    Ok(())
}

fn main() {
    let _ = again;
    let _ = tools![read];
}
