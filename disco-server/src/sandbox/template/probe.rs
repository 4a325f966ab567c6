//! What a template offers here, found out by trying it in a sandbox.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::Template;
use crate::error::Result;
use crate::progress;
use crate::sandbox::ExecRequest;
use crate::sandbox::registry::{CreateRequest, Registry};

/// Tells the first line of what each program says of its version.
const SCRIPT: &str = r#"for name in "$@"; do
    command -v "$name" > /dev/null || continue
    printf '%s\t%s\n' "$name" "$(timeout 5 "$name" --version 2>&1 < /dev/null | head -n 1)"
done"#;

/// What is found out once for each template.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Probed(Mutex<HashMap<String, Arc<OnceCell<Found>>>>);

/// Programs, with what they say of their versions.
type Found = BTreeMap<String, String>;

/// A template, and what it offers here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateInfo {
    /// The template.
    #[serde(flatten)]
    pub template: Template,
    /// Those of its programs that are there, with what they say of their versions.
    pub found: Found,
}

impl Registry {
    /// All templates by their names.
    ///
    /// # Errors
    /// When a sandbox cannot be made to look into.
    pub async fn templates(self: &Arc<Self>) -> Result<Vec<TemplateInfo>> {
        let mut all = Vec::new();
        for template in self.templates.all() {
            all.push(self.look_into(template).await?);
            progress::count(1);
        }
        Ok(all)
    }

    /// One template.
    ///
    /// # Errors
    /// `TEMPLATE_NOT_FOUND`, and when a sandbox cannot be made to look into.
    pub async fn template(self: &Arc<Self>, name: &str) -> Result<TemplateInfo> {
        self.look_into(self.templates.find(name)?).await
    }

    async fn look_into(self: &Arc<Self>, template: &Arc<Template>) -> Result<TemplateInfo> {
        let cell = {
            let mut known = self.probed.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(template.name.clone()).or_default().clone()
        };
        let (registry, tried) = (self.clone(), template.clone());
        let found = cell.get_or_try_init(|| async move { registry.probe(&tried).await }).await?.clone();
        Ok(TemplateInfo { template: Template::clone(template), found })
    }

    async fn probe(&self, template: &Template) -> Result<Found> {
        if template.programs.is_empty() {
            return Ok(Found::new());
        }
        let record = self.wish(CreateRequest::default(), template)?;
        self.hidden(&record).await?;
        let request = ExecRequest {
            timeout: Duration::from_secs(30),
            ..ExecRequest::new(
                ["sh", "-c", SCRIPT, "sh"].into_iter().chain(template.programs.iter().map(String::as_str)),
            )
        };
        let done = match self.enter(record.clone()).await {
            Ok(entry) => entry.sandbox.inner().exec(request, None).await,
            Err(error) => Err(error),
        };
        self.discard(&record).await?;
        let lines = done?.stdout;
        let found = lines.lines().filter_map(|line| line.split_once('\t'));
        Ok(found.map(|(name, version)| (name.to_owned(), version.trim().to_owned())).collect())
    }
}
