//! Templates over REST.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::TemplateInfo;
use super::tools::{self, TemplateList};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Path, Route};

/// Which template.
#[derive(Debug, Deserialize, JsonSchema)]
struct Name {
    /// The template, as the list of templates names it.
    name: String,
}

pub(in crate::sandbox) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/v1/templates",
            "template_list",
            "Lists what a sandbox can be made after, and which programs each has here.",
            list,
        )
        .may_fail(&[ErrorCode::TemplateFailed]),
        Route::get("/api/v1/templates/{name}", "template_get", "Tells all of one template.", get)
            .may_fail(&[ErrorCode::TemplateNotFound, ErrorCode::TemplateFailed]),
    ]
}

async fn list(app: State<App>) -> Result<TemplateList> {
    tools::all(&app).await
}

async fn get(app: State<App>, Path(Name { name }): Path<Name>) -> Result<TemplateInfo> {
    app.sandboxes.template(&name).await
}
