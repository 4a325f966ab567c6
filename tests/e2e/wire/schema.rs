//! The official schemas.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use disco_sdk::Version;
use jsonschema::Validator;
use serde_json::Value;

/// The definitions of one revision, or of an extension.
pub(crate) struct Schema {
    name: String,
    root: Value,
    definitions: &'static str,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Schema {
    /// The schema of a revision.
    pub(crate) fn of(version: Version) -> &'static Self {
        static ALL: LazyLock<Vec<Schema>> =
            LazyLock::new(|| Version::ALL.iter().map(|version| Schema::read(version.as_str())).collect());
        &ALL[version.index()]
    }

    /// The schema of the extension for tasks.
    pub(crate) fn of_tasks() -> &'static Self {
        static TASKS: LazyLock<Schema> = LazyLock::new(|| Schema::read("tasks"));
        &TASKS
    }

    fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("wire").join(format!("{name}.schema.json"));
        let text = std::fs::read_to_string(path).expect("the schema is there");
        let root: Value = serde_json::from_str(&text).expect("the schema is JSON");
        let definitions = if root.get("$defs").is_some() { "$defs" } else { "definitions" };
        Self { name: name.to_owned(), root, definitions, validators: Mutex::default() }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.root[self.definitions].get(name).is_some()
    }

    fn validator(&self, name: &str) -> Arc<Validator> {
        assert!(self.has(name), "{} has no {name}", self.name);
        let mut validators = self.validators.lock().expect("no test has failed in here");
        let made = validators.entry(name.to_owned()).or_insert_with(|| {
            let mut schema = self.root.clone();
            schema["$ref"] = format!("#/{}/{name}", self.definitions).into();
            Arc::new(jsonschema::validator_for(&schema).expect("the schema is one"))
        });
        Arc::clone(made)
    }

    /// Fails unless `value` is a `name`.
    pub(crate) fn check(&self, name: &str, value: &Value) {
        let faults: Vec<String> =
            self.validator(name).iter_errors(value).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{} {name}: {faults:?}\n{value}", self.name);
    }
}
