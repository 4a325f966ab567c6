//! Templates: what a new sandbox is made after, and what is done in it before anybody sees it.

mod probe;
mod routes;
mod setup;
mod tools;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use probe::Probed;
pub use probe::TemplateInfo;
pub(super) use routes::routes;

use super::limits::LimitsWish;
use super::network::Network;
use super::store::Record;
use crate::error::{Error, ErrorCode, Result};

/// The templates that are always there; one of the same name in the folder of templates takes its place.
const BUILT_IN: [&str; 4] = [
    include_str!("../../../templates/base.toml"),
    include_str!("../../../templates/python.toml"),
    include_str!("../../../templates/node.toml"),
    include_str!("../../../templates/rust.toml"),
];

/// What a new sandbox is made after: a file `NAME.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its name: that of its file.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The kind of template, as in `language`.
    #[serde(default = "general")]
    pub category: String,
    /// The image of its root, for backends with images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A folder of the server's machine that is the root, in the place of the machine's own, for `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<PathBuf>,
    /// Variables for every command.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// What it may take, if less than the server allows.
    #[serde(default)]
    pub limits: LimitsWish,
    /// What its commands can reach.
    #[serde(default)]
    pub network: Network,
    /// Files that are written when a sandbox is made.
    #[serde(default)]
    pub files: Vec<TemplateFile>,
    /// Commands that are run then, one after the other.
    #[serde(default)]
    pub setup: Vec<String>,
    /// How many seconds all of them together may take.
    #[serde(default = "ten_minutes")]
    pub setup_timeout_s: u64,
    /// Programs that it is good to know of whether they are there.
    #[serde(default)]
    pub programs: Vec<String>,
}

/// A file of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateFile {
    /// Relative to the workspace.
    pub path: String,
    /// Its text.
    pub content: String,
}

fn general() -> String {
    "general".to_owned()
}

fn ten_minutes() -> u64 {
    600
}

impl Template {
    /// What an existing sandbox would be made after again.
    pub(super) fn of(record: &Record) -> Self {
        Self {
            name: record.template.clone(),
            description: String::new(),
            category: general(),
            image: record.image.clone(),
            root: record.root.clone(),
            env: record.env.clone(),
            limits: LimitsWish::from(&record.limits),
            network: record.network.clone(),
            files: Vec::new(),
            setup: Vec::new(),
            setup_timeout_s: ten_minutes(),
            programs: Vec::new(),
        }
    }

    /// Whether anything is to be done in a new sandbox.
    pub(super) fn has_setup(&self) -> bool {
        !self.files.is_empty() || !self.setup.is_empty()
    }
}

/// All templates by their names.
#[derive(Debug)]
pub(super) struct Templates(BTreeMap<String, Arc<Template>>);

impl Templates {
    /// Reads those of the folder; that it is not there is no error.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let built_in = BUILT_IN.iter().map(|text| parse(text, "a template of the server"));
        let mut all = built_in.collect::<Result<Vec<_>>>()?;
        for path in files(folder)? {
            all.push(read(&path)?);
        }
        Ok(Self(all.into_iter().map(|template| (template.name.clone(), Arc::new(template))).collect()))
    }

    pub(super) fn find(&self, name: &str) -> Result<&Arc<Template>> {
        self.0.get(name).ok_or_else(|| {
            let known: Vec<_> = self.0.keys().map(|name| format!("`{name}`")).collect();
            Error::new(ErrorCode::TemplateNotFound, format!("there is no template `{}`", name.escape_debug()))
                .suggest(format!("there are {}; `template_list` tells what they are", known.join(", ")))
        })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Template>> {
        self.0.values()
    }
}

/// The files of templates in a folder, by their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: &std::io::Error| wrong(&folder.display().to_string(), &error.to_string());
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(&error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| failed(&error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Template> {
    let at = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&at, &error.to_string()))?;
    let template = parse(&text, &at)?;
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(template.name.as_str()) {
        return Err(wrong(&at, &format!("`name` is `{}`, but must be that of the file", template.name)));
    }
    Ok(template)
}

fn parse(text: &str, at: &str) -> Result<Template> {
    let template: Template = toml::from_str(text).map_err(|error| wrong(at, error.to_string().trim_end()))?;
    if !(1..=3600).contains(&template.setup_timeout_s) {
        return Err(wrong(at, "`setup_timeout_s` must be 1 to 3600"));
    }
    if let Some(root) = template.root.as_ref().filter(|root| !root.is_absolute() || !root.is_dir()) {
        return Err(wrong(at, &format!("`root`: {} is not a folder with an absolute name", root.display())));
    }
    for file in &template.files {
        super::RelPath::parse(&file.path)
            .map_err(|error| wrong(at, &format!("`files`: {}", error.message)))?;
    }
    Ok(template)
}

fn wrong(at: &str, what: &str) -> Error {
    Error::new(ErrorCode::InvalidConfig, format!("{at}: {what}"))
        .suggest("the book tells the keys of a template; `template_get` shows one that works")
}
