//! New work.

use disco_sdk::prelude::*;

/// The kinds of project that are offered when somebody types one.
const KINDS: [&str; 5] = ["go", "node", "python", "rust", "static site"];

/// Sets up a new project in the workspace.
#[prompt(title = "Set up a project")]
fn setup_project(
    /// The kind of project, such as `rust` or `python`.
    #[arg(rename = "type", complete = KINDS)]
    kind: String,
    /// What it has to have, such as `tests, a command line`.
    features: Option<String>,
) -> String {
    let features = features.map_or_else(String::new, |features| format!(" It has to have: {features}."));
    format!(
        "Set up a new {kind} project in the workspace.{features}\n\
         First look at what is there (`file_list`) and at what the system offers (`system_info`). There is no \
         network, so use only what is installed. Write the files (`file_write`), build and test the project \
         (`terminal_execute`), and at the end tell how it is run."
    )
}
