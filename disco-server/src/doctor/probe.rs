//! The single probes of the doctor.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use landlock::{AccessFs, LandlockStatus, Ruleset, RulesetAttr};

use super::{Check, Verdict, bounds, check};
use crate::error::Result;
use crate::sandbox::docker::Engine;
use crate::sandbox::local::Local;
use crate::sandbox::store::Record;
use crate::sandbox::{Backend, ExecRequest, Limits};

/// Asked of the process in the trial sandbox, and what a closed sandbox answers.
const WALLS: [(&str, &str); 4] = [
    ("CapEff:", "0000000000000000"),
    ("CapBnd:", "0000000000000000"),
    ("NoNewPrivs:", "1"),
    ("Seccomp:", "2"),
];

/// Runs a command in a fresh sandbox, and looks at its rights from within.
pub(super) async fn sandbox(local: &Local, limits: &Limits) -> Verdict {
    let start = Instant::now();
    let tried = try_sandbox(local, limits).await;
    let duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (works, detail) = match tried {
        Ok(status) => judge(&status),
        Err(error) => (false, error.message),
    };
    Verdict { works, detail, duration_ms }
}

async fn try_sandbox(local: &Local, limits: &Limits) -> Result<String> {
    let workspace = std::env::temp_dir().join(format!("disco-doctor-{}", std::process::id()));
    let record = Record::new("doctor", local.name(), workspace, limits.clone());
    let sandbox = local.open(&record).await?;
    let mut request = ExecRequest::new(["cat", "/proc/self/status"]);
    request.timeout = Duration::from_secs(10);
    let done = sandbox.exec(request, None).await;
    local.remove(&record).await?;
    Ok(done?.stdout)
}

fn judge(status: &str) -> (bool, String) {
    let value = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
    for (key, wanted) in WALLS {
        let found = value(key);
        if found != Some(wanted) {
            return (
                false,
                format!("a wall is missing: {key} {} instead of {wanted}", found.unwrap_or("nothing")),
            );
        }
    }
    (true, "own namespaces, no network, no capabilities, system calls filtered, no new privileges".to_owned())
}

/// All that was looked for.
pub(super) async fn checks(
    local: &Local,
    works: bool,
    limits: &Limits,
    engine: &Result<Engine>,
    image: &Result<String>,
) -> Vec<Check> {
    let mut checks = vec![user(), namespaces(works), user_namespaces(works), seccomp(works), landlock(works)];
    checks.extend(bounds::of(local, limits).await);
    checks.push(program("bubblewrap", "bwrap", "not needed: the server has a launcher of its own").await);
    checks.extend(docker(engine, image));
    checks.push(git().await);
    checks
}

fn user() -> Check {
    let uid = rustix::process::geteuid();
    let why = if uid.is_root() {
        "the server is root; commands run as the workspace's owner, or as a user that nobody is"
    } else {
        "commands run as this user, seen inside as user 1000"
    };
    check("user", format!("uid {}", uid.as_raw()), true, why)
}

fn namespaces(works: bool) -> Check {
    const WANTED: [&str; 7] = ["user", "mnt", "pid", "ipc", "uts", "net", "cgroup"];
    let missing: Vec<&str> =
        WANTED.into_iter().filter(|kind| !Path::new(&format!("/proc/self/ns/{kind}")).exists()).collect();
    let found =
        if missing.is_empty() { "all seven".to_owned() } else { format!("without {}", missing.join(", ")) };
    check("namespaces", found, works, "each command has its own")
}

fn user_namespaces(works: bool) -> Check {
    let number = |path: &str| fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let refusals = [
        ("/proc/sys/user/max_user_namespaces", 0),
        ("/proc/sys/kernel/unprivileged_userns_clone", 0),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1),
    ];
    let refusal = refusals.iter().find(|(path, value)| number(path) == Some(*value));
    match refusal {
        Some((path, value)) => {
            check("user namespaces", format!("{path} is {value}"), works, "this setting may forbid them")
        }
        None => check(
            "user namespaces",
            "allowed",
            works,
            "they make the others possible without a setuid program",
        ),
    }
}

fn seccomp(works: bool) -> Check {
    let actions = fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail").unwrap_or_default();
    let found = if actions.contains("errno") { "filters" } else { "none" };
    check("seccomp", found, works, "only listed system calls are let through")
}

/// Asks by restricting a thread that does nothing and ends.
fn landlock(works: bool) -> Check {
    let asked = std::thread::spawn(|| {
        Ruleset::default().handle_access(AccessFs::Execute).ok()?.create().ok()?.restrict_self().ok()
    });
    match asked.join().ok().flatten().map(|status| status.landlock) {
        Some(LandlockStatus::Available { effective_abi, .. }) => {
            let found = format!("version {}", effective_abi as i32);
            check("landlock", found, works, "a second wall around files, signals and abstract sockets")
        }
        _ => check("landlock", "none", false, "the kernel has it not; the mounts alone guard the files"),
    }
}

/// The engine and its bounds, or why there is none.
fn docker(engine: &Result<Engine>, image: &Result<String>) -> Vec<Check> {
    let engine = match engine {
        Ok(engine) => engine,
        Err(error) => return vec![check("docker", "none", false, &error.message)],
    };
    let Engine { name, version, api_version, refusal, rootless, .. } = engine;
    let kind = if *rootless { ", rootless" } else { "" };
    let found = format!("{name} {version}, API {api_version}{kind}");
    let why =
        refusal.as_deref().unwrap_or("commands of sandboxes of the backend `docker` run in its containers");
    let mut checks = vec![check("docker", found, refusal.is_none(), why)];
    checks.push(match image {
        Ok(image) => {
            check("docker image", image, true, "what a sandbox has that names no image (`docker_image`)")
        }
        Err(error) => {
            check("docker image", "none", false, &format!("{}; {}", error.message, error.suggestion))
        }
    });
    let network = match &engine.network_refusal {
        None => check(
            "docker network",
            "the server's proxy",
            true,
            "as in `local`, for sandboxes that ask for it",
        ),
        Some(why) => check("docker network", "none", false, why),
    };
    checks.push(network);
    for bound in ["memory", "pids", "cpu"] {
        let keeps = engine.keeps.iter().any(|kept| kept == bound);
        let (found, why) =
            if keeps { ("kept", "by the engine's cgroups") } else { ("none", "the engine cannot") };
        checks.push(check(&format!("docker {bound}"), found, keeps, why));
    }
    checks
}

async fn git() -> Check {
    let mut git = program("git", "git", "").await;
    git.used = git.found != "none";
    let why = if git.used { "run inside the sandbox" } else { "the git tools will fail" };
    Check { why: why.to_owned(), ..git }
}

async fn program(name: &str, program: &str, why: &str) -> Check {
    let run = tokio::process::Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(2), run).await;
    let text = output
        .ok()
        .and_then(std::result::Result::ok)
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let found =
        text.and_then(|text| text.lines().next().map(str::to_owned)).unwrap_or_else(|| "none".to_owned());
    check(name, found, false, why)
}

/// Memory of the machine in MiB.
pub(super) fn memory_mb() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    line.and_then(|rest| rest.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
