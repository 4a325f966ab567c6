//! Puts the parts together: settings, backend, registry.

use std::sync::Arc;

use crate::config::Config;
use crate::error::Result;
use crate::sandbox::Registry;
use crate::sandbox::local::Local;

/// What every face of the server shares.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// All sandboxes.
    pub sandboxes: Registry,
}

impl App {
    /// Opens what the settings name.
    ///
    /// # Errors
    /// When a folder or a record cannot be read or made.
    pub async fn open(config: Config) -> Result<Self> {
        let backend = Arc::new(Local::new(config.local()));
        let sandboxes = Registry::open(config.sandboxes(), backend).await?;
        Ok(Self { config, sandboxes })
    }
}
