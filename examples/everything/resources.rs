//! Resources: text, bytes, and a family of them.

use disco_sdk::prelude::*;
use serde::Serialize;

use crate::content::PNG;

/// A text that never changes.
#[resource("test://static-text")]
fn static_text() -> &'static str {
    "This is the content of the static text resource."
}

/// A picture that never changes.
#[resource("test://static-binary", mime_type = "image/png")]
fn static_binary() -> Image {
    Image::png(PNG)
}

/// The data of one id.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    id: String,
    template_test: bool,
    data: String,
}

/// The data of any id.
#[resource("test://template/{id}/data")]
fn template_data(id: String) -> Json<Record> {
    Json(Record { data: format!("Data for ID: {id}"), id, template_test: true })
}
