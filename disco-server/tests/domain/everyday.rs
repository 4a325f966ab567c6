//! What a sandbox must let through.

use disco_server::error::ErrorCode;
use disco_server::files::{Encoding, ReadRequest, WriteRequest, read, write};
use disco_server::git::{ChangeKind, StatusRequest, status};
use disco_server::sandbox::{Ended, ExecRequest, Limits, LimitsWish, Record, Stream};
use disco_server::terminal::{ExecuteRequest, execute};
use std::collections::BTreeSet;

use crate::support::{Bench, is_root, registry, settings};

async fn bench() -> Bench {
    Bench::new(LimitsWish::default()).await
}

#[tokio::test]
async fn a_command_sees_its_workspace_and_little_else() {
    let bench = bench().await;
    assert_eq!(
        bench.text("pwd; whoami; id -u; hostname; echo $HOME").await,
        "/workspace\ndisco\n1000\nsandbox\n/home/disco"
    );
    assert_eq!(
        bench.text("ls /home /root 2>&1 | sort | tail -1").await,
        "ls: cannot access '/root': No such file or directory"
    );
    assert_eq!(
        bench.text("cd /; echo $(ls)").await,
        "bin dev etc home lib lib64 opt proc run sbin tmp usr var workspace"
    );
}

#[tokio::test]
async fn exit_codes_and_signals_are_told() {
    let bench = bench().await;
    let done = bench.run("echo out; echo err >&2; exit 3").await;
    assert_eq!((done.exit_code, done.stdout.as_str(), done.stderr.as_str()), (Some(3), "out\n", "err\n"));
    let done = bench.run("kill -SEGV $$").await;
    assert_eq!((done.exit_code, done.signal, done.ended), (None, Some(11), Ended::Signalled));
    let error = bench.sandbox.exec(ExecRequest::new(["no-such-program"]), None).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::CommandNotFound);
}

#[tokio::test]
async fn a_command_that_needs_no_shell_is_what_it_is_with_one() {
    let bench = bench().await;
    bench.text("mkdir a; printf 'exit 3' > a/script; chmod +x a/script").await;
    for command in
        ["env", "ls -la /etc", "cat nothing", "no-such-program -v", "git --version", "a/script", "pwd"]
    {
        // A remark needs the shell.
        let [plain, shell] = [bench.run(command).await, bench.run(&format!("{command} #")).await];
        let own = |line: &&str| !line.starts_with("_=") && !line.starts_with("SHLVL=");
        let lines = |text: &str| text.lines().filter(own).map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(lines(&plain.stdout), lines(&shell.stdout), "{command}");
        assert_eq!((plain.stderr, plain.exit_code), (shell.stderr, shell.exit_code), "{command}");
    }
    let told = bench.text("env").await;
    assert!(told.contains("PWD=/workspace\n") && !told.contains("SHLVL="), "there was a shell: {told}");
}

#[tokio::test]
async fn output_comes_while_the_command_runs() {
    let bench = bench().await;
    let (sender, mut chunks) = tokio::sync::mpsc::channel(8);
    // It goes on only when the test has seen its first word.
    let command = "echo first; until [ -e go ]; do :; done; echo second >&2".to_owned();
    let run = execute(&*bench.sandbox, ExecuteRequest { command, ..Default::default() }, Some(sender));
    let watch = async {
        let first = chunks.recv().await.unwrap();
        assert_eq!((first.stream, first.text.as_str()), (Stream::Stdout, "first\n"));
        let go = WriteRequest {
            path: "go".into(),
            content: String::new(),
            encoding: Encoding::Utf8,
            create_dirs: false,
            expected_sha256: None,
            dry_run: false,
        };
        write(bench.sandbox.root(), &go).unwrap();
        assert_eq!(chunks.recv().await.unwrap().stream, Stream::Stderr);
    };
    let (done, ()) = tokio::join!(run, watch);
    assert_eq!(done.unwrap().exit_code, Some(0));
}

#[tokio::test]
async fn files_of_the_server_and_of_commands_are_the_same() {
    let bench = bench().await;
    let root = bench.sandbox.root();
    let request = WriteRequest {
        path: "a/b".into(),
        content: "from the server".into(),
        encoding: Encoding::Utf8,
        create_dirs: true,
        expected_sha256: None,
        dry_run: false,
    };
    write(root, &request).unwrap();
    assert_eq!(bench.text("cat a/b; echo -n more >> a/b; echo new > a/c; mv a d").await, "from the server");
    let back = read(root, &ReadRequest { path: "/workspace/d/b".into(), ..Default::default() }).unwrap();
    assert_eq!(back.content, "from the servermore");
}

#[tokio::test]
async fn a_workspace_of_root_is_usable_and_stays_roots() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if !is_root() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().join("project");
    std::fs::create_dir(&workspace).unwrap();
    std::fs::write(workspace.join("secret"), "readable inside").unwrap();
    std::fs::set_permissions(workspace.join("secret"), PermissionsExt::from_mode(0o600)).unwrap();
    let settings =
        disco_server::sandbox::Settings { workspace: workspace.clone(), ..settings(folder.path()) };
    let sandbox = registry(settings).await.get(None).await.unwrap();
    let command = "cat secret; stat -c %u secret; echo x > made; chmod u+s made";
    let request = ExecuteRequest { command: command.into(), ..Default::default() };
    let done = execute(&*sandbox, request, None).await.unwrap();
    assert_eq!(done.stdout, "readable inside1000\n");
    assert_ne!(done.exit_code, Some(0), "a set-user-id file of root must not be made");
    let made = workspace.join("made").metadata().unwrap();
    assert_eq!((made.uid(), made.mode() & 0o7000), (0, 0));
}

#[tokio::test]
async fn languages_and_their_servers_work() {
    let bench = bench().await;
    assert_eq!(bench.text("node -e 'console.log(6 * 7)'").await, "42");
    let pool = "import multiprocessing as m; print(m.Pool(2).map(abs, [-1, -2]))";
    assert_eq!(bench.text(&format!("python3 -c '{pool}'")).await, "[1, 2]");
    let serve = "mkfifo up; python3 -uc 'import http.server as h; s = h.HTTPServer((\"127.0.0.1\", 8000), \
        h.SimpleHTTPRequestHandler); open(\"up\", \"w\").close(); s.handle_request()' 2>/dev/null & \
        while [ ! -p up ]; do :; done; read < up; python3 -c 'import urllib.request as u; \
        print(u.urlopen(\"http://localhost:8000/\").status)'";
    assert_eq!(bench.text(serve).await, "200");
}

#[tokio::test]
async fn the_rust_toolchain_works_as_a_tool() {
    use disco_server::sandbox::backend::Backend;
    let output = std::process::Command::new("rustc").args(["--print", "sysroot"]).output();
    let Ok(output) = output else { return };
    let sysroot = std::path::PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
    if !output.status.success() || !sysroot.join("bin/cargo").exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let options = disco_server::sandbox::local::Options {
        launcher: crate::support::program(),
        tools: vec![sysroot],
        running: 1,
        ..disco_server::sandbox::local::Options::new()
    };
    let record = Record::new("cargo", "local", folder.path().join("workspace"), Limits::default());
    let sandbox = disco_server::sandbox::local::Local::new(options).open(&record).await.unwrap();
    let command = "cargo init -q --name x --vcs none && cargo run -q --offline";
    let request = ExecuteRequest { command: command.into(), timeout_ms: Some(120_000), ..Default::default() };
    let done = execute(&*sandbox, request, None).await.unwrap();
    assert_eq!(done.stdout, "Hello, world!\n", "{done:?}");
}

#[tokio::test]
async fn git_tells_what_is_changed() {
    let bench = bench().await;
    let error = status(&*bench.sandbox, &StatusRequest::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotAGitRepository);
    let make = "git init -qb main; git config user.email a@b; git config user.name a; touch one two; git add .; \
        git commit -qm first; echo x > one; git mv two three; touch 'four ä'";
    bench.text(make).await;
    let status = status(&*bench.sandbox, &StatusRequest::default()).await.unwrap();
    assert_eq!(status.branch.as_deref(), Some("main"));
    assert_eq!((status.modified[0].path.as_str(), status.modified[0].change), ("one", ChangeKind::Modified));
    assert_eq!((status.staged[0].path.as_str(), status.staged[0].from.as_deref()), ("three", Some("two")));
    assert_eq!(status.untracked, ["four ä"]);
    assert!(!status.clean);
}

#[tokio::test]
async fn bad_commands_are_refused_before_they_run() {
    let bench = bench().await;
    let refused =
        async |request: ExecuteRequest| execute(&*bench.sandbox, request, None).await.unwrap_err().code;
    let command = |command: &str| ExecuteRequest { command: command.into(), ..Default::default() };
    assert_eq!(refused(command(" ")).await, ErrorCode::InvalidArgument);
    assert_eq!(refused(command("a\0b")).await, ErrorCode::InvalidArgument);
    for timeout_ms in [Some(0), Some(600_001)] {
        assert_eq!(
            refused(ExecuteRequest { timeout_ms, ..command("true") }).await,
            ErrorCode::InvalidArgument
        );
    }
    for (folder, code) in [
        ("../x", ErrorCode::PathOutsideWorkspace),
        ("/etc", ErrorCode::PathOutsideWorkspace),
        ("a\0", ErrorCode::InvalidPath),
        ("absent", ErrorCode::FileNotFound),
    ] {
        let request = ExecuteRequest { working_dir: folder.into(), ..command("true") };
        assert_eq!(refused(request).await, code, "{folder:?}");
    }
    let env = [("A=B".to_owned(), String::new())].into();
    assert_eq!(refused(ExecuteRequest { env, ..command("true") }).await, ErrorCode::InvalidArgument);
}
