//! The containers that an engine has.

use std::time::{Duration, Instant};

use bollard::errors::Error as Failure;
use bollard::models::ContainerSummary;
use bollard::query_parameters::ListContainersOptions;

use super::engine::{Connection, refused};
use crate::error::Result;

/// How long a container may take to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How soon it is asked again.
const BREATH: Duration = Duration::from_millis(20);

impl Connection {
    /// Those that the options name. While a container ends, Podman calls it by a word that Docker has not, and its whole
    /// list cannot be read: that is waited out.
    pub(crate) async fn list(&self, options: ListContainersOptions) -> Result<Vec<ContainerSummary>> {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.api.list_containers(Some(options.clone())).await;
            let is_ending = self.engine.is_podman() && matches!(found, Err(Failure::JsonDataError { .. }));
            if !is_ending || Instant::now() >= end {
                return found.map_err(|error| refused("the containers cannot be listed", &error));
            }
            tokio::time::sleep(BREATH).await;
        }
    }
}
