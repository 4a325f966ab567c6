//! Where each setting comes from: what `disco config` tells.

use std::fmt;

use clap::parser::ValueSource;
use serde::Serialize;

use super::{Config, Given, Secret, in_file, keys, wrong};
use crate::error::Result;

/// One setting as it holds, and who says so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// The key of `disco.toml`.
    pub key: String,
    /// What holds; of a secret, only whether there is one.
    pub value: toml::Value,
    /// The flag, the variable or the file that says it; `default` if none does.
    pub source: String,
}

/// What stands in the place of a secret.
const HIDDEN: &str = "[hidden]";

impl Setting {
    fn is_hidden(&self) -> bool {
        self.value.as_str() == Some(HIDDEN)
    }
}

/// A line of `disco.toml`, with the source behind it.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line with the word for a secret would set it.
        let mark = if self.is_hidden() { "# " } else { "" };
        write!(f, "{:48} # {}", format!("{mark}{} = {}", self.key, self.value), self.source)
    }
}

impl Config {
    /// Every setting with its source. `source` is what `clap` knows of a flag or its variable.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn explain(given: &Given, source: impl Fn(&str) -> Option<ValueSource>) -> Result<Vec<Setting>> {
        let config = Self::load(given)?;
        let file = in_file(given)?;
        let mut values = toml::Table::try_from(&config).map_err(|error| wrong(error.to_string()))?;
        if let Some(secret) = values.get_mut(Secret::KEY)
            && secret.as_str() != Some("")
        {
            *secret = HIDDEN.into();
        }
        let told = |key: &String| Setting {
            key: key.clone(),
            value: values.get(key).cloned().unwrap_or_else(|| String::new().into()),
            source: match (source(key), &file) {
                (Some(ValueSource::CommandLine), _) => keys::flag(key),
                (Some(ValueSource::EnvVariable), _) => format!("DISCO_{}", key.to_ascii_uppercase()),
                (_, Some((path, table))) if table.contains_key(key) => path.display().to_string(),
                _ => "default".to_owned(),
            },
        };
        Ok(keys::all().iter().map(told).collect())
    }
}
