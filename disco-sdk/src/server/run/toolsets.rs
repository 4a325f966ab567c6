//! `--toolsets`: which tools are served.

use crate::error::{Error, Result};
use crate::server::builder::Server;

/// The sets or tags whose tools are served, as `--toolsets` says it.
const TOOLSETS: &str = "DISCO_TOOLSETS";

/// Serves what the command line chooses, or else the environment.
pub(super) fn chosen(server: Server, flag: Option<String>) -> Result<Server> {
    let named = match (flag, std::env::var_os(TOOLSETS)) {
        (Some(named), _) => Some(named),
        (None, Some(named)) => {
            Some(named.into_string().map_err(|_| Error::new(format!("{TOOLSETS} is no text")))?)
        }
        (None, None) => None,
    };
    let named = named.filter(|named| !named.trim().is_empty());
    let Some(named) = named else {
        return Ok(server);
    };
    Ok(server.toolsets(named.split([',', ' ']).filter(|word| !word.is_empty())))
}
