//! Outputs as resources.

use std::io::Read;

use disco_sdk::ResourceContents;
use disco_sdk::prelude::*;

use super::{Outputs, owner};
use crate::app::App;

/// The whole of an answer that was too long, as far back as it is kept.
#[resource("disco://outputs/{id}")]
async fn output(app: State<App>, caller: Caller, id: String) -> Result<ResourceContents> {
    let uri = output::uri(&id);
    let outputs: Outputs = app.outputs.clone();
    let read = tokio::task::spawn_blocking(move || {
        let (mut file, kind) = outputs.open(&owner(&caller), &id).ok()?;
        let mut text = String::new();
        file.read_to_string(&mut text).ok()?;
        Some((text, kind))
    });
    let (text, kind) = read.await.ok().flatten().ok_or_else(|| Error::resource_not_found(&uri))?;
    Ok(ResourceContents::text(uri, text).with_mime_type(kind.mime_type()))
}
