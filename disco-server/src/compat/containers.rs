//! Four tools with shapes of their own: a *container* was what a sandbox is now.

use std::time::Instant;

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::files::{self, Encoding, ReadRequest, WriteRequest};
use crate::sandbox::CreateRequest;
use crate::terminal::{ExecuteRequest, execute};

/// Their names.
pub(crate) const TOOLS: [&str; 4] = ["create_container", "execute_command", "create_file", "read_file"];

/// A container that was made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Created {
    /// Always true: a failure is told otherwise.
    success: bool,
    /// The handle to give to the other tools.
    container_id: String,
    /// How it stands.
    status: String,
    /// The resource that tells all about it.
    url: String,
    /// What was done.
    message: String,
}

/// What a command wrote.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Executed {
    /// Whether it ended with the exit code 0.
    success: bool,
    /// What it wrote to standard output, and behind it what it wrote to standard error.
    output: String,
    /// Its exit code; -1 if it did not end by itself.
    exit_code: i32,
    /// How long it ran, in milliseconds.
    duration: u64,
}

/// A file that was written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Written {
    /// Always true: a failure is told otherwise.
    success: bool,
    /// The file.
    path: String,
    /// What was done.
    message: String,
    /// How the content was written.
    encoding: String,
}

/// What is in a file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct FileRead {
    /// Always true: a failure is told otherwise.
    success: bool,
    /// The file.
    path: String,
    /// The text, or the bytes in base64.
    content: String,
    /// Which of the two.
    encoding: String,
}

/// Makes a container. Today's name: `sandbox_create`.
#[tool(title = "Create a container")]
async fn create_container(
    app: State<App>,
    /// Whose it is; it becomes the name of the sandbox.
    #[arg(rename = "userId")]
    user_id: String,
    /// What it is to have; see `template_list`.
    #[arg(default = "node", example = "python")]
    template: String,
    /// Taken, and of no effect: a sandbox needs no warming.
    #[arg(rename = "preWarm", default = true)]
    pre_warm: bool,
) -> Result<Json<Created>> {
    let _ = pre_warm;
    let message = format!("made after the template {template}");
    let request = CreateRequest { name: Some(user_id), template: Some(template), ..CreateRequest::default() };
    let made = app.sandboxes.create(request).await?;
    let url = format!("disco://sandboxes/{}", made.sandbox_id);
    Ok(Json(Created {
        success: true,
        container_id: made.sandbox_id,
        status: "ready".to_owned(),
        url,
        message,
    }))
}

/// Runs a shell command in a container. Today's name: `terminal_execute`.
#[tool(title = "Execute a command", destructive, open_world)]
async fn execute_command(
    app: State<App>,
    /// The container.
    #[arg(rename = "containerId")]
    container_id: String,
    /// The command line.
    #[arg(example = "npm test")]
    command: String,
    /// The folder to run it in; `/` is the workspace.
    #[arg(rename = "workingDirectory", default = "/")]
    working_directory: String,
) -> Result<Json<Executed>> {
    let start = Instant::now();
    let sandbox = app.sandboxes.get(Some(&container_id)).await?;
    let working_dir = working_directory.trim_start_matches('/').to_owned();
    let request = ExecuteRequest { command, working_dir, ..ExecuteRequest::default() };
    let done = execute(&*sandbox, request, None).await?;
    Ok(Json(Executed {
        success: done.exit_code == Some(0),
        output: done.stdout + &done.stderr,
        exit_code: done.exit_code.unwrap_or(-1),
        duration: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    }))
}

/// Writes a file in a container. Today's name: `file_write`.
#[tool(title = "Create a file", destructive, idempotent)]
async fn create_file(
    app: State<App>,
    /// The container.
    #[arg(rename = "containerId")]
    container_id: String,
    /// The file, from the workspace.
    #[arg(example = "src/index.js")]
    path: String,
    /// The text, or the bytes in base64.
    content: String,
    /// `utf-8` or `base64`.
    #[arg(default = "utf-8", one_of("utf-8", "utf8", "base64"))]
    encoding: String,
) -> Result<Json<Written>> {
    let sandbox = app.sandboxes.get(Some(&container_id)).await?;
    let request = WriteRequest {
        path: inside(&path),
        content,
        encoding: read_encoding(&encoding),
        create_dirs: true,
        expected_sha256: None,
        dry_run: false,
    };
    let written = files::aside(&*sandbox, move |root| files::write(root, &request)).await?;
    Ok(Json(Written { success: true, message: format!("wrote {} bytes", written.size), path, encoding }))
}

/// Reads a file in a container. Today's name: `file_read`.
#[tool(title = "Read a file", read_only, idempotent)]
async fn read_file(
    app: State<App>,
    /// The container.
    #[arg(rename = "containerId")]
    container_id: String,
    /// The file, from the workspace.
    #[arg(example = "src/index.js")]
    path: String,
    /// `utf-8` or `base64`.
    #[arg(default = "utf-8", one_of("utf-8", "utf8", "base64"))]
    encoding: String,
) -> Result<Json<FileRead>> {
    let sandbox = app.sandboxes.get(Some(&container_id)).await?;
    let request = ReadRequest {
        path: inside(&path),
        encoding: read_encoding(&encoding),
        // What is too long is shortened like every answer.
        max_bytes: Some(usize::MAX),
        ..ReadRequest::default()
    };
    let read = files::aside(&*sandbox, move |root| files::read(root, &request)).await?;
    Ok(Json(FileRead { success: true, path, content: read.content, encoding }))
}

/// `/` was the workspace.
fn inside(path: &str) -> String {
    path.trim_start_matches('/').to_owned()
}

fn read_encoding(word: &str) -> Encoding {
    if word == "base64" { Encoding::Base64 } else { Encoding::Utf8 }
}
