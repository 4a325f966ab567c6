//! Templates over MCP.

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TemplateInfo;
use crate::app::App;
use crate::progress::tell::telling;

/// All templates.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct TemplateList {
    /// By their names.
    templates: Vec<Summary>,
}

/// A template in short.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TemplateSummary")]
struct Summary {
    /// The name to give to `sandbox_create`.
    name: String,
    /// What it is for.
    description: String,
    /// The kind of template.
    category: String,
    /// Those of its programs that are there.
    programs: Vec<String>,
}

/// Lists what a sandbox can be made after, and which programs each has here.
#[tool(title = "List templates", read_only, idempotent)]
async fn template_list(cx: Context, app: State<App>) -> Result<Json<TemplateList>> {
    Ok(Json(telling(&cx, "templates looked into", all(&app)).await?))
}

pub(super) async fn all(app: &App) -> crate::Result<TemplateList> {
    let templates = app.sandboxes.templates().await?.into_iter();
    let short = |TemplateInfo { template, found }| Summary {
        name: template.name,
        description: template.description,
        category: template.category,
        programs: found.into_keys().collect(),
    };
    Ok(TemplateList { templates: templates.map(short).collect() })
}

/// Tells all of one template: its variables, limits, files and commands, and the versions of its programs here.
#[tool(title = "Look at a template", read_only, idempotent)]
async fn template_get(
    app: State<App>,
    /// Its name.
    #[arg(example = "python")]
    name: String,
) -> Result<Json<TemplateInfo>> {
    Ok(Json(app.sandboxes.template(&name).await?))
}
