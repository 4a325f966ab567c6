//! What is done in a new sandbox before anybody sees it.

use std::time::{Duration, Instant};

use super::Template;
use crate::error::{Error, ErrorCode, Result};
use crate::files;
use crate::progress;
use crate::sandbox::{ExecResult, Sandbox};
use crate::terminal::{ExecuteRequest, execute_within};

/// How much is told of what a command wrote that failed, in bytes.
const TOLD: usize = 2000;

impl Template {
    /// Writes the files and runs the commands.
    pub(in crate::sandbox) async fn set_up(&self, sandbox: &dyn Sandbox) -> Result<()> {
        for file in &self.files {
            let (root, file) = (sandbox.root().clone(), file.clone());
            let request = files::WriteRequest {
                path: file.path,
                content: file.content,
                encoding: files::Encoding::default(),
                create_dirs: true,
                expected_sha256: None,
                dry_run: false,
            };
            crate::sandbox::tree::aside(move || files::write(&root, &request)).await?;
        }
        let end = Instant::now() + Duration::from_secs(self.setup_timeout_s);
        for command in &self.setup {
            let request = ExecuteRequest { command: command.clone(), ..ExecuteRequest::default() };
            let left = end.saturating_duration_since(Instant::now());
            progress::count(1);
            let done = execute_within(sandbox, request, left, None, None).await?;
            if done.exit_code != Some(0) {
                return Err(self.failed(command, &done));
            }
        }
        Ok(())
    }

    fn failed(&self, command: &str, done: &ExecResult) -> Error {
        let how = match (done.exit_code, done.ended) {
            (Some(code), _) => format!("with exit code {code}"),
            (None, ended) => format!("by `{}`", ended.word()),
        };
        let output = format!("{}{}", done.stdout, done.stderr);
        let start = output.len().saturating_sub(TOLD);
        let tail: String =
            output.char_indices().filter(|(at, _)| *at >= start).map(|(_, char)| char).collect();
        let what =
            format!("`{command}`, which sets up the template `{}`, has ended {how}: {tail}", self.name);
        Error::new(ErrorCode::TemplateFailed, what.trim_end())
            .suggest("no sandbox was made; choose another template, or correct this one")
    }
}
