//! What sandboxes are made after.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use disco_server::error::ErrorCode;
use disco_server::sandbox::{CreateRequest, LimitsWish, Registry, Settings};
use disco_server::terminal::{ExecuteRequest, execute};

use crate::support::{registry, registry_with, settings, try_registry};

fn after(template: &str) -> CreateRequest {
    CreateRequest { template: Some(template.into()), ..Default::default() }
}

/// Settings with one template of the user's own.
fn with(folder: &Path, name: &str, text: &str) -> Settings {
    let mut settings = settings(folder);
    settings.life.templates = folder.join("templates");
    std::fs::create_dir_all(&settings.life.templates).unwrap();
    std::fs::write(settings.life.templates.join(format!("{name}.toml")), text).unwrap();
    settings
}

async fn run(registry: &Registry, id: &str, command: &str) -> String {
    let sandbox = registry.get(Some(id)).await.unwrap();
    let request = ExecuteRequest { command: command.into(), ..Default::default() };
    let done = execute(&*sandbox, request, None).await.unwrap();
    assert_eq!(done.exit_code, Some(0), "{command}: {done:?}");
    done.stdout
}

const MINE: &str = r#"
name = "mine"
description = "Mine."
env = { A = "template", B = "template" }
setup = ["cat deep/hello > made; echo $A >> made", "date +%s%N > id"]
programs = ["sh", "no-such-program"]

[limits]
memory_mb = 256

[[files]]
path = "deep/hello"
content = "hello\n"
"#;

#[tokio::test]
async fn a_template_gives_files_variables_limits_and_runs_its_commands_once() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(with(folder.path(), "mine", MINE)).await;
    let request = CreateRequest { env: [("B".into(), "mine".into())].into(), ..after("mine") };
    let made = registry.create(request).await.unwrap();
    assert_eq!((made.template.as_str(), made.limits.memory_mb), ("mine", 256));
    assert_eq!(
        run(&registry, &made.sandbox_id, "cat made; echo $A $B").await,
        "hello\ntemplate\ntemplate mine\n"
    );
    let wish =
        CreateRequest { limits: LimitsWish { memory_mb: Some(512), ..Default::default() }, ..after("mine") };
    assert_eq!(registry.create(wish).await.unwrap().limits.memory_mb, 512);
    let error = registry.create(after("yours")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TemplateNotFound);
    assert!(
        error.suggestion.contains("`mine`") && error.suggestion.contains("`base`"),
        "{}",
        error.suggestion
    );
}

#[tokio::test]
async fn a_template_tells_which_programs_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(with(folder.path(), "mine", MINE)).await;
    let told = registry.template("mine").await.unwrap();
    assert_eq!(told.found.keys().collect::<Vec<_>>(), ["sh"]);
    let all = registry.templates().await.unwrap();
    let names: Vec<_> = all.iter().map(|told| told.template.name.as_str()).collect();
    assert_eq!(names, ["base", "mine", "node", "python", "rust"]);
    assert!(all[0].found["bash"].contains("bash"), "{:?}", all[0].found);
    // Nothing of the trial is left.
    assert_eq!(std::fs::read_dir(folder.path().join("data/workspaces")).unwrap().count(), 0);
    assert_eq!(registry.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_templates_of_the_server_work() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    (settings.max_sandboxes, settings.life.pool) = (10, 0);
    // Where nobody has installed Rust for all, there is still what runs this test.
    let cargo = std::env::var_os("CARGO").map(PathBuf::from);
    let toolchain = cargo.and_then(|cargo| Some(cargo.parent()?.parent()?.to_owned()));
    let registry = registry_with(settings, toolchain.into_iter().collect()).await.unwrap();
    let rust = "cargo init -q --name x --vcs none; echo 'fn main() { println!(\"{}\", 6 * 7) }' > src/main.rs; \
                cargo run -q --offline";
    for (name, program, command, said) in [
        ("base", "bash", "echo $((6 * 7))", "42\n"),
        ("node", "node", "node -e 'console.log(6 * 7)'", "42\n"),
        ("rust", "cargo", rust, "42\n"),
        (
            "python",
            "python3",
            "command -v python3; python3 -c 'print(6 * 7)'",
            "/workspace/.venv/bin/python3\n42\n",
        ),
    ] {
        let found = registry.template(name).await.unwrap().found;
        if !found.contains_key(program) {
            // Not by a macro: the harness would keep it to itself.
            writeln!(std::io::stderr(), "SKIPPED: no `{program}` for the template `{name}`").ok();
            continue;
        }
        let made = registry.create(after(name)).await.unwrap();
        assert_eq!(run(&registry, &made.sandbox_id, command).await, said, "{name}");
    }
}

#[tokio::test]
async fn a_command_of_a_template_that_fails_leaves_no_sandbox_and_shows_its_output() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"bad\"\nsetup = [\"true\", \"echo the reason >&2; exit 3\"]";
    let registry = registry(with(folder.path(), "bad", text)).await;
    let error = registry.create(after("bad")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TemplateFailed);
    for part in ["`bad`", "exit code 3", "the reason"] {
        assert!(error.message.contains(part), "{}", error.message);
    }
    assert_eq!(registry.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_mistake_in_a_template_names_the_file_and_the_key() {
    for (text, part) in [
        ("name = \"x\"\nsetpu = []", "unknown field `setpu`"),
        ("name = \"y\"", "`name` is `y`"),
        ("name = \"x\"\nroot = \"here\"", "`root`"),
        ("name = \"x\"\nfiles = [{ path = \"../out\", content = \"\" }]", "`files`"),
        ("name = \"x\"\nsetup_timeout_s = 0", "`setup_timeout_s`"),
        ("description = \"no name\"", "missing field `name`"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let error = try_registry(with(folder.path(), "x", text)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidConfig);
        assert!(error.message.contains("x.toml") && error.message.contains(part), "{}", error.message);
    }
}

#[tokio::test]
async fn prepared_sandboxes_are_given_out_once_and_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let settings = with(folder.path(), "mine", MINE);
    let data = settings.data_dir.clone();
    let registry = registry(settings.clone()).await;
    let first = registry.create(after("mine")).await.unwrap();
    registry.prepared().await;
    let waiting = names(&data.join("workspaces"));
    assert_eq!(waiting.len(), 3, "{waiting:?}");
    assert_eq!(registry.list().await.unwrap().len(), 2);
    let hidden = waiting.iter().find(|id| **id != first.sandbox_id).unwrap();
    assert_eq!(registry.get(Some(hidden)).await.unwrap_err().code, ErrorCode::SandboxNotFound);
    let wish = CreateRequest { name: Some("second".into()), ttl_s: Some(100), ..after("mine") };
    let second = registry.create(wish).await.unwrap();
    assert!(waiting.contains(&second.sandbox_id), "it was not taken from those that wait");
    assert_eq!((second.name.as_deref(), second.expires_at.is_some()), (Some("second"), true));
    assert_eq!(run(&registry, &second.sandbox_id, "head -n 1 made").await, "hello\n");
    let id = async |id: &str| run(&registry, id, "cat id").await;
    assert_ne!(id(&first.sandbox_id).await, id(&second.sandbox_id).await);
    // The most is the most: what waits is not given out above it.
    registry.prepared().await;
    assert_eq!(registry.create(after("mine")).await.unwrap_err().code, ErrorCode::SandboxLimit);
}

#[tokio::test]
async fn a_root_of_its_own_takes_the_place_of_the_systems() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    tiny_root(&root);
    std::os::unix::fs::symlink("/secret", root.join("etc/leak")).unwrap();
    std::fs::write(root.join("etc/own"), "own").unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let text = format!("name = \"tiny\"\nroot = '{}'", root.display());
    let registry = registry(with(folder.path(), "tiny", &text)).await;
    let made = registry.create(after("tiny")).await.unwrap();
    let command = "echo *; echo /usr/* /etc/own /bin/*; read -r line < /etc/own || echo $line; echo x > f; \
        (echo x > /bin/sh) 2> /dev/null || echo read-only";
    let told = run(&registry, &made.sandbox_id, command).await;
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[2..], ["own", "read-only"], "{told}");
    assert!(!lines[1].contains("/usr/bin") && lines[1].contains("/bin/sh"), "{told}");
}

/// A shell and its libraries.
fn tiny_root(root: &Path) {
    let output = std::process::Command::new("ldd").arg("/bin/sh").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let libraries = text.split_whitespace().filter(|word| word.starts_with('/')).map(PathBuf::from);
    for file in libraries.chain(["/bin/sh".into()]) {
        let to = root.join(file.strip_prefix("/").unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&file, to).unwrap();
    }
    std::fs::create_dir_all(root.join("etc")).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}
