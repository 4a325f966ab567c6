//! Code that is to be judged, or mended.

use disco_sdk::prelude::*;

/// What is most often compared with.
const BRANCHES: [&str; 4] = ["develop", "main", "master", "origin/main"];

/// What a review may look at.
const FOCUSES: [&str; 4] = ["correctness", "performance", "security", "tests"];
/// How tests are run most often.
const COMMANDS: [&str; 4] = ["cargo test", "go test ./...", "npm test", "pytest"];

/// Reviews the changes of a branch, as for a pull request.
#[prompt(title = "Review a pull request")]
fn review_pr(
    /// The branch or commit that the changes are compared with; `main` if left out.
    #[arg(complete = BRANCHES)]
    base: Option<String>,
    /// The repository's folder, relative to the workspace; the workspace itself if left out.
    path: Option<String>,
    /// What to look at above all, such as `security` or `tests`.
    #[arg(complete = FOCUSES)]
    focus: Option<String>,
) -> String {
    let (base, path) = (base.unwrap_or_else(|| "main".to_owned()), path.unwrap_or_else(|| ".".to_owned()));
    let focus = focus.map_or_else(String::new, |focus| format!(" Look at {focus} above all."));
    format!(
        "Review what the current branch of the repository in `{path}` changes against `{base}`.{focus}\n\
         1. See where it stands (`git_status`), and read the commits and the changes: `git log --oneline {base}..HEAD` \
         and `git diff {base}...HEAD` with `terminal_execute`. A long diff is shortened: read it file by file.\n\
         2. Read each changed file around its changes (`file_read`), and look for who uses what was changed \
         (`file_search`).\n\
         3. Run the tests (`terminal_execute`). Change nothing.\n\
         Tell what you have found as a list, the gravest first: file and line, what is wrong, what shows it, what to do \
         instead. Tell apart what must be changed from what is a matter of taste. If there is nothing, say so."
    )
}

/// Runs the tests, and mends what makes them fail.
#[prompt(title = "Fix failing tests")]
fn fix_failing_tests(
    /// The command that runs the tests; found out if left out.
    #[arg(complete = COMMANDS)]
    command: Option<String>,
    /// The project's folder, relative to the workspace; the workspace itself if left out.
    path: Option<String>,
) -> String {
    let path = path.unwrap_or_else(|| ".".to_owned());
    let run = command.map_or_else(
        || "Find out how its tests are run (`file_list`, `file_read`), and run them".to_owned(),
        |command| format!("Run its tests with `{command}`"),
    );
    format!(
        "Make the tests of the project in `{path}` pass.\n\
         1. {run} with `terminal_execute`; when they take longer than you can wait, with `submit_job` and \
         `get_job_logs`.\n\
         2. Take the first failure. Read the test and what it tests (`file_read`, `file_search`), and find out which of \
         the two is wrong. A test is changed only if it asks for the wrong thing; none is deleted, skipped or made \
         weaker.\n\
         3. Mend it (`file_edit`), run that test, then all of them. Go on until all pass, or until one needs a decision \
         that is not yours.\n\
         At the end tell what was wrong in each case, and what you have changed (`git_status`)."
    )
}
