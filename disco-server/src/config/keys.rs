//! The names of all settings, as the command line knows them.

use clap::{Arg, Args as _};

use super::Given;
use crate::sandbox::Limits;

/// Every flag; its id is the key of `disco.toml`, but for `config`, which names that file.
pub(super) fn flags() -> Vec<Arg> {
    let command = Given::augment_args(clap::Command::new("disco"));
    command.get_arguments().cloned().collect()
}

/// The keys of `disco.toml`.
pub(super) fn all() -> Vec<String> {
    flags().iter().map(|flag| flag.get_id().to_string()).filter(|key| key != "config").collect()
}

/// The variables.
pub(super) fn variables() -> impl Iterator<Item = String> {
    flags().into_iter().filter_map(|flag| Some(flag.get_env()?.to_str()?.to_owned()))
}

/// What sets a key on the command line, as in `--data-dir`.
pub(super) fn flag(key: &str) -> String {
    let flags = flags();
    let flag = flags.iter().find(|flag| *flag.get_id() == key).and_then(Arg::get_long);
    format!("--{}", flag.unwrap_or(key))
}

/// Takes those out of a table that are limits of sandboxes.
pub(super) fn take_limits(table: &mut toml::Table) -> toml::Table {
    let limits = toml::Table::try_from(Limits::default()).unwrap_or_default();
    limits.keys().filter_map(|key| table.remove_entry(key)).collect()
}
