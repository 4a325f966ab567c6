//! The settings of the backend. They are keys of `disco.toml`.

use serde::{Deserialize, Serialize};

/// Which engine, which image, and how long containers are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DockerSettings {
    /// Where the engine listens, as in `unix:///var/run/docker.sock`; looked for if empty.
    pub docker_host: String,
    /// The image of a sandbox whose creator names none.
    pub docker_image: String,
    /// Which images a caller may name, with `*` for anything. One that is not on the machine is never pulled.
    pub docker_images: Vec<String>,
    /// How many seconds a container rests after its last command before it is thrown away.
    pub docker_keep_s: u64,
}

impl Default for DockerSettings {
    fn default() -> Self {
        Self {
            docker_host: String::new(),
            docker_image: "debian:stable-slim".to_owned(),
            docker_images: vec!["*".to_owned()],
            docker_keep_s: 300,
        }
    }
}
