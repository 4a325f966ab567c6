//! The contract: what clients can rely on, in a file beside the code, so that no change goes unnoticed.

mod drift;
mod items;
mod schema;

use std::path::Path;
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

pub use drift::Drift;
use items::Items;

use crate::error::{Error, Result};
use crate::server::Service;

/// The variable that has locks written anew.
const UPDATE: &str = "UPDATE_CONTRACT";
/// The variable by which build servers say that they are ones: there a lock has to be in the repository.
const BUILD_SERVER: &str = "CI";

/// Compares a server with the lock file at `path`, and fails the test if clients would see a difference.
///
/// The first run writes the file, to be committed; with `CI` set a missing file is a failure.
/// `UPDATE_CONTRACT=1` in the environment writes it anew, where a change is meant. Relative paths begin
/// where `cargo test` runs the test: at the package.
///
/// ```no_run
/// use disco_sdk::prelude::*;
/// use disco_sdk::testing;
///
/// fn server() -> Server {
///     Server::new("demo", "1.0.0").registered()
/// }
///
/// #[test]
/// fn the_contract_is_kept() {
///     testing::contract(&server().build().unwrap(), "disco.lock.json");
/// }
/// ```
///
/// # Panics
/// When something has changed: the words name each change, the breaking ones first. When the file cannot
/// be read or written, or is no lock.
#[track_caller]
pub fn contract(service: &Service, path: impl AsRef<Path>) {
    let path = path.as_ref();
    let is_updated = env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0");
    let checked = check(service, path, is_updated, env::var_os(BUILD_SERVER).is_some());
    if let Err(error) = checked {
        panic!("{error}");
    }
}

fn check(service: &Service, path: &Path, is_updated: bool, has_to_be: bool) -> Result<()> {
    let now = Contract::of(service);
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && (is_updated || !has_to_be) => {
            return Ok(fs::write(path, now.to_string())?);
        }
        Err(error) => return Err(Error::new(format!("{}: {error}", path.display()))),
    };
    if is_updated {
        return Ok(fs::write(path, now.to_string())?);
    }
    let locked: Contract = serde_json::from_str(&text)
        .map_err(|error| Error::new(format!("{} is no lock: {error}", path.display())))?;
    let drifts = locked.drift(&now);
    if drifts.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = drifts.iter().map(Drift::to_string).collect();
    let (path, lines) = (path.display(), lines.join("\n"));
    Err(Error::new(format!(
        "the server is not what {path} says:\n{lines}\nif this is meant, run the test with {UPDATE}=1"
    )))
}

/// What clients can rely on: all that a server lists, with the full schemas, in an order that does not
/// depend on the code's.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::testing::Contract;
///
/// /// Adds two numbers.
/// #[tool]
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// mod later {
///     # use disco_sdk::prelude::*;
///     /// Adds numbers.
///     #[tool]
///     pub fn add(a: i64, b: i64, c: i64) -> i64 {
///         a + b + c
///     }
/// }
///
/// # fn main() -> Result<()> {
/// let before = Contract::of(&Server::new("demo", "1.0.0").with(tools![add]).build()?);
/// let after = Contract::of(&Server::new("demo", "1.1.0").with(tools![later::add]).build()?);
/// let drifts: Vec<String> = before.drift(&after).iter().map(ToString::to_string).collect();
/// assert_eq!(
///     drifts,
///     [
///         "breaking: tool `add`: argument `c` is new, and required",
///         "additive: tool `add`: its description is another",
///     ]
/// );
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// The version of this format.
    lock: u32,
    #[serde(flatten)]
    items: Items,
}

impl Contract {
    /// That of a server, with what it offers now.
    #[must_use]
    pub fn of(service: &Service) -> Self {
        Self { lock: 1, items: Items::of(&service.0.registry.everything()) }
    }

    /// What `later` does otherwise, the breaking changes first.
    #[must_use]
    pub fn drift(&self, later: &Self) -> Vec<Drift> {
        let mut drifts = Vec::new();
        items::compare(&self.items, &later.items, &mut drifts);
        drifts.sort_by_key(|drift| !drift.is_breaking);
        drifts
    }
}

/// As it stands in the file.
impl std::fmt::Display for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = serde_json::to_string_pretty(self).map_err(|_| std::fmt::Error)?;
        writeln!(f, "{text}")
    }
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests;
