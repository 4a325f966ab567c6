//! Flags and variables of the docker backend.

use clap::Args;
use serde::Serialize;

/// What flags and variables say of it.
#[derive(Debug, Clone, Default, Args, Serialize)]
#[expect(clippy::struct_field_names, reason = "they are the keys of the settings")]
pub struct DockerGiven {
    /// Where Docker or Podman listens, as in `unix:///var/run/docker.sock`; looked for, if absent.
    #[arg(long, global = true, env = "DISCO_DOCKER_HOST", value_name = "SOCKET")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_host: Option<String>,
    /// The image of a docker sandbox whose creator names none; never pulled [default: debian:stable-slim].
    #[arg(long, global = true, env = "DISCO_DOCKER_IMAGE", value_name = "IMAGE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_image: Option<String>,
    /// The images that a caller may name, with `*` for anything and commas between; never pulled [default: *].
    #[arg(long, global = true, env = "DISCO_DOCKER_IMAGES", value_name = "PATTERNS", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_images: Option<Vec<String>>,
    /// How many seconds a container is kept after its last command, 0 to 86400 [default: 300].
    #[arg(long, global = true, env = "DISCO_DOCKER_KEEP_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_keep_s: Option<u64>,
}
