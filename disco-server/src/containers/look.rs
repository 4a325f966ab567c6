//! What is told of a container.

use bollard::models::{ContainerInspectResponse, ContainerSummary, ContainerTopResponse};
use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::StreamExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::not_found;
use crate::error::Result;
use crate::moment;
use crate::sandbox::docker::engine::refused;
use crate::sandbox::docker::{Docker, labels};

/// A container in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContainerInfo {
    /// The handle to give to the other tools.
    pub container_id: String,
    /// The sandbox whose commands it runs.
    pub sandbox_id: String,
    /// What its root is.
    pub image: String,
    /// `running`, or what else the engine says.
    pub state: String,
    /// When it was made.
    pub created_at: String,
    /// The process of the server that made it.
    pub process: String,
    /// Whether that is the one that tells this.
    pub is_own: bool,
}

/// All about a container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContainerDetails {
    /// What the list tells.
    #[serde(flatten)]
    pub info: ContainerInfo,
    /// When it was started.
    pub started_at: Option<String>,
    /// Memory that it may have, in MiB.
    pub memory_mb: u64,
    /// Processors that it may use.
    pub cpus: f64,
    /// Processes that it may have, with the three that keep it.
    pub processes_limit: u64,
    /// What network it has.
    pub network: String,
    /// The folder of the host that is its workspace.
    pub workspace: Option<String>,
    /// The command lines of what runs in it.
    pub processes: Vec<String>,
}

/// What a container uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metrics {
    /// What the list tells.
    #[serde(flatten)]
    pub info: ContainerInfo,
    /// Processor time since it began, in milliseconds.
    pub cpu_ms: u64,
    /// Memory, in KiB.
    pub memory_kb: u64,
    /// Processes and threads.
    pub processes: u64,
    /// Received from the network, in KiB.
    pub network_received_kb: u64,
    /// Sent to the network, in KiB.
    pub network_sent_kb: u64,
}

impl ContainerInfo {
    /// `None` if it is not of this data folder.
    fn new(id: String, image: String, labels: &Labels, docker: &Docker) -> Option<Self> {
        let label = |name: &str| labels.get(name).cloned().unwrap_or_default();
        let process = label(labels::PROCESS);
        (label(labels::OWNER) == docker.owner()).then(|| Self {
            container_id: id,
            sandbox_id: label(labels::SANDBOX),
            image,
            state: String::new(),
            created_at: String::new(),
            is_own: process == docker.process(),
            process,
        })
    }

    pub(super) fn listed(found: ContainerSummary, docker: &Docker) -> Option<Self> {
        let image = found.image.unwrap_or_default();
        let created = u64::try_from(found.created.unwrap_or(0)).unwrap_or(0);
        Some(Self {
            state: found.state.map(|state| state.to_string()).unwrap_or_default(),
            created_at: moment::at(created),
            ..Self::new(found.id?, image, &found.labels?, docker)?
        })
    }
}

type Labels = std::collections::HashMap<String, String>;

impl ContainerDetails {
    pub(super) fn of(found: ContainerInspectResponse, docker: &Docker) -> Option<Self> {
        let config = found.config?;
        let (state, host) = (found.state.unwrap_or_default(), found.host_config.unwrap_or_default());
        let created = found.created.unwrap_or_default();
        let positive = |value: Option<i64>| u64::try_from(value.unwrap_or(0)).unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "so many processors there are not")]
        let cpus = positive(host.nano_cpus) as f64 / 1e9;
        Some(Self {
            info: ContainerInfo {
                state: state.status.map(|status| status.to_string()).unwrap_or_default(),
                // The list tells whole seconds.
                created_at: created.get(..19).map_or_else(|| created.clone(), |day| format!("{day}Z")),
                ..ContainerInfo::new(found.id?, config.image.unwrap_or_default(), &config.labels?, docker)?
            },
            started_at: state.started_at,
            memory_mb: positive(host.memory) >> 20,
            cpus,
            processes_limit: positive(host.pids_limit),
            network: host.network_mode.unwrap_or_default(),
            workspace: host.mounts.into_iter().flatten().find_map(|mount| mount.source),
            processes: Vec::new(),
        })
    }

    /// The command line is what the engine tells last.
    pub(super) fn take_processes(&mut self, top: ContainerTopResponse) {
        let shortened = |line: String| line.chars().take(200).collect();
        let lines = top.processes.into_iter().flatten().filter_map(|mut fields| fields.pop());
        self.processes = lines.take(50).map(shortened).collect();
    }
}

impl Metrics {
    pub(super) async fn ask(api: &bollard::Docker, info: ContainerInfo) -> Result<Self> {
        let options = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
        let mut answers = Box::pin(api.stats(&info.container_id, Some(options)));
        let stats = answers.next().await.ok_or_else(|| not_found(&info.container_id))?;
        let stats = stats.map_err(|error| refused("the container cannot be measured", &error))?;
        let networks: Vec<_> = stats.networks.into_iter().flatten().map(|(_, counters)| counters).collect();
        let cpu = stats.cpu_stats.and_then(|cpu| cpu.cpu_usage?.total_usage).unwrap_or(0);
        Ok(Self {
            info,
            cpu_ms: cpu / 1_000_000,
            memory_kb: stats.memory_stats.and_then(|memory| memory.usage).unwrap_or(0) / 1024,
            processes: stats.pids_stats.and_then(|pids| pids.current).unwrap_or(0),
            network_received_kb: networks.iter().filter_map(|one| one.rx_bytes).sum::<u64>() / 1024,
            network_sent_kb: networks.iter().filter_map(|one| one.tx_bytes).sum::<u64>() / 1024,
        })
    }
}
