//! What is given, as words of a command line again.

use std::any::TypeId;
use std::path::{Path, PathBuf};

use super::{Given, Secret, keys, wrong};
use crate::error::{Error, Result};

impl Given {
    /// Every setting that a flag or a variable gives, as flags that mean the same in every folder. A secret is not among
    /// them: all users of a machine can read its command lines.
    ///
    /// # Errors
    /// When there is no working folder any more.
    pub fn as_arguments(&self) -> Result<Vec<String>> {
        let mut table = toml::Table::try_from(self).map_err(|error| wrong(error.to_string()))?;
        table.extend(
            self.config.as_ref().map(|path| ("config".to_owned(), path.display().to_string().into())),
        );
        let mut arguments = Vec::new();
        for flag in keys::flags().iter().filter(|flag| *flag.get_id() != Secret::KEY) {
            let Some(value) = table.remove(flag.get_id().as_str()) else { continue };
            let is_path = flag.get_value_parser().type_id() == TypeId::of::<PathBuf>();
            let name = format!("--{}", flag.get_long().unwrap_or(flag.get_id().as_str()));
            for word in words(value) {
                arguments.push(name.clone());
                arguments.push(if is_path { absolute(&word)? } else { word });
            }
        }
        Ok(arguments)
    }
}

fn words(value: toml::Value) -> Vec<String> {
    match value {
        toml::Value::Array(values) => values.into_iter().flat_map(words).collect(),
        toml::Value::String(word) => vec![word],
        other => vec![other.to_string()],
    }
}

fn absolute(path: &str) -> Result<String> {
    let absolute = std::path::absolute(Path::new(path)).map_err(|error| Error::from_io(path, &error))?;
    // `.` at the end is the folder itself.
    Ok(absolute.components().collect::<PathBuf>().display().to_string())
}
