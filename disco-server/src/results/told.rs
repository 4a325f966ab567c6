//! An answer with a long text: its head and its tail are told, and all of it is kept, to be read line by line.

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, ends, owner, shrink, written};
use crate::app::App;

/// Room in an answer for the link, and for the words in the place of what is left out.
const FACTS: usize = 2000;

/// What a tool tells, and where all of its text is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Told<T> {
    #[serde(flatten)]
    result: T,
    /// All of the text, when a part of it is left out here: a resource, which `file_read` reads as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_uri: Option<String>,
}

/// Shortens a text of the result to what an answer holds beside the rest, marks it as truncated, and keeps it whole.
pub(crate) async fn told<T: Serialize>(
    app: &App,
    caller: &Caller,
    mut result: T,
    text: impl Fn(&mut T) -> Option<(&mut String, &mut bool)>,
) -> WithContent<Told<T>> {
    let Some(whole) = text(&mut result).map(|(text, _)| std::mem::take(text)) else {
        return Json(Told { result, output_uri: None }).with_content([]);
    };
    let most = app.config.answers.result_bytes.saturating_sub(FACTS);
    // What is beside it may take half; if it is more, the net shortens it.
    let room = most - shrink::written(&result).min(most / 2);
    let is_long = written(&whole) > room;
    if let Some((text, truncated)) = text(&mut result) {
        *truncated |= is_long;
        *text = ends(&whole, room);
    }
    let kept =
        if is_long { app.outputs.keep(&owner(caller), Kind::Text, whole).await.ok().flatten() } else { None };
    let link = kept.as_ref().map(|kept| kept.link("output", "All of the text, for a while."));
    Json(Told { result, output_uri: kept.map(|kept| kept.uri) }).with_content(link)
}
