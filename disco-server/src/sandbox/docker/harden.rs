//! What a container is given, and what it is denied.

use std::collections::HashMap;
use std::path::Path;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType, ResourcesUlimits,
};

use super::engine::Engine;
use crate::sandbox::Limits;
use crate::sandbox::paths::WORKSPACE;

/// Who keeps the container alive: an id that is nobody's, and no command's.
const KEEPER: u32 = 64_712;
/// The processes of the container that are not the command's: the engine's init, the keeper, and our script.
pub(super) const OWN_PROCESSES: u64 = 3;
/// The home of commands.
pub(super) const HOME: &str = "/home/disco";

/// Who commands are.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl User {
    pub(super) fn to_words(self) -> String {
        format!("{}:{}", self.uid, self.gid)
    }

    fn keeper(self) -> u32 {
        if self.uid == KEEPER { KEEPER + 1 } else { KEEPER }
    }
}

/// All that a container is made of.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) image: &'a str,
    pub(super) workspace: &'a Path,
    pub(super) user: User,
    pub(super) limits: &'a Limits,
    /// What the engine takes as `seccomp=`.
    pub(super) profile: &'a str,
    pub(super) engine: &'a Engine,
    pub(super) labels: HashMap<String, String>,
}

impl Plan<'_> {
    pub(super) fn to_body(&self) -> ContainerCreateBody {
        let keeper = self.user.keeper();
        ContainerCreateBody {
            image: Some(self.image.to_owned()),
            hostname: Some("sandbox".to_owned()),
            user: Some(format!("{keeper}:{keeper}")),
            entrypoint: Some(vec!["sh".to_owned(), "-c".to_owned(), "exec cat".to_owned()]),
            cmd: Some(Vec::new()),
            working_dir: Some("/".to_owned()),
            attach_stdin: Some(true),
            open_stdin: Some(true),
            stdin_once: Some(true),
            labels: Some(self.labels.clone()),
            host_config: Some(self.host()),
            ..ContainerCreateBody::default()
        }
    }

    fn host(&self) -> HostConfig {
        let Limits { memory_mb, cpus, processes, .. } = self.limits;
        let memory = bytes(*memory_mb);
        #[expect(clippy::cast_possible_truncation, reason = "the settings bound it")]
        let nano_cpus = (cpus * 1e9) as i64;
        HostConfig {
            auto_remove: Some(true),
            init: Some(true),
            network_mode: Some("none".to_owned()),
            readonly_rootfs: Some(true),
            privileged: Some(false),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges".to_owned(), format!("seccomp={}", self.profile)]),
            userns_mode: (self.engine.rootless && self.engine.is_podman()).then(|| "keep-id".to_owned()),
            ipc_mode: Some("private".to_owned()),
            memory: Some(memory),
            memory_swap: Some(memory),
            nano_cpus: Some(nano_cpus),
            pids_limit: Some(count(processes + OWN_PROCESSES)),
            ulimits: Some(self.ulimits()),
            tmpfs: Some(self.memory_folders()),
            shm_size: Some(bytes(self.limits.tmp_mb) / 8),
            mounts: Some(vec![Mount {
                typ: Some(MountType::BIND),
                source: Some(self.workspace.to_string_lossy().into_owned()),
                target: Some(WORKSPACE.to_owned()),
                read_only: Some(false),
                ..Mount::default()
            }]),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: Some(HashMap::from([
                    ("max-size".to_owned(), "1m".to_owned()),
                    ("max-file".to_owned(), "1".to_owned()),
                ])),
            }),
            ..HostConfig::default()
        }
    }

    fn ulimits(&self) -> Vec<ResourcesUlimits> {
        let Limits { open_files, file_mb, disk_mb, .. } = self.limits;
        let mut bounds =
            vec![("core", 0), ("nofile", count(*open_files)), ("fsize", bytes(*file_mb.min(disk_mb)))];
        if self.engine.is_podman() {
            // Else Podman takes a default of its own, which may be more than it may give. The cgroup bounds them better.
            bounds.push(("nproc", count(self.limits.processes.max(4096))));
        }
        let bound = |(name, most): (&str, i64)| ResourcesUlimits {
            name: Some(name.to_owned()),
            soft: Some(most),
            hard: Some(most),
        };
        bounds.into_iter().map(bound).collect()
    }

    /// Half of the memory for files is for `/tmp`, a quarter for the home, an eighth for `/run`; `/dev/shm` has the
    /// last eighth. Docker gives a folder the mode that it has in the image, so that the owner has to be right; Podman
    /// knows no owner.
    fn memory_folders(&self) -> HashMap<String, String> {
        let User { uid, gid } = self.user;
        let owner = if self.engine.is_podman() { String::new() } else { format!(",uid={uid},gid={gid}") };
        let all = bytes(self.limits.tmp_mb);
        let folder = |(path, part): (&str, i64)| {
            (path.to_owned(), format!("rw,exec,nosuid,nodev,size={},mode=1777{owner}", all / part))
        };
        HashMap::from([("/tmp", 2), (HOME, 4), ("/run", 8)].map(folder))
    }
}

fn bytes(mib: u64) -> i64 {
    count(mib << 20)
}

fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
