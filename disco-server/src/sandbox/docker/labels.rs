//! The labels by which containers are known as ours.

use std::collections::HashMap;

/// Which data folder: the name that its state gave itself.
pub(crate) const OWNER: &str = "io.disco.owner";
/// Which sandbox.
pub(crate) const SANDBOX: &str = "io.disco.sandbox";
/// Which process of the server made it.
pub(crate) const PROCESS: &str = "io.disco.process";

/// Only what carries this label.
pub(crate) fn only(label: &str, value: &str) -> HashMap<&'static str, Vec<String>> {
    HashMap::from([("label", vec![format!("{label}={value}")])])
}
