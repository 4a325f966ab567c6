//! The domain in a real sandbox: nothing here is imitated.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod cgroups;
mod command_line;
mod docker;
#[path = "../../../tests/docker/engine.rs"]
mod engine;
mod everyday;
mod file_attacks;
mod hostile;
mod jobs;
mod life_cycle;
mod machine;
mod ordinary_user;
mod podman;
mod registry;
mod snapshots;
mod support;
mod templates;
mod terminals;
