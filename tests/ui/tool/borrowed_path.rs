use disco_sdk::prelude::*;

/// Reads a file.
#[tool]
fn read(path: &std::path::Path) -> String {
    path.display().to_string()
}

fn main() {}
