//! What is measured.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::options::Options;
use crate::server::Server;

/// Sandboxes that are made at once, and that lie idle.
const BURST: usize = 100;
const IDLE: usize = 300;
/// Files of the workspace that is forked.
const FILES: usize = 1000;
/// Open terminals, and how many lines each is written, one a second.
const TERMINALS: usize = 100;
const LINES: usize = 5;

/// Times of one thing, in milliseconds, in order.
struct Times(Vec<f64>);

impl Times {
    fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    fn at(&self, part: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * part).round() as usize]
    }

    fn p50(&self) -> f64 {
        self.at(0.5)
    }
}

/// One thing that was measured.
pub struct Row {
    pub what: String,
    /// p50, p95 and p99 in milliseconds.
    pub times: [f64; 3],
    pub target: Option<Target>,
}

/// What was promised of it, and what came of that.
pub struct Target {
    /// The figure that counts.
    pub is: f64,
    pub most: f64,
    /// Stands around the figures: `{} ms more than bare`.
    pub words: &'static str,
}

/// All of it.
pub struct Figures {
    pub rows: Vec<Row>,
    /// What an idle sandbox takes.
    pub idle: Target,
}

/// Measures all of it.
pub fn measure(options: &Options) -> Result<Figures> {
    let server = Server::start(options)?;
    let address = server.address;
    let mut rows = Vec::new();
    let mut row = |what: String, times: &Times, target: Option<Target>| {
        eprintln!("{what}: {:.1} ms", times.p50());
        rows.push(Row { what, times: [0.5, 0.95, 0.99].map(|part| times.at(part)), target });
    };

    let (ours, bare) = in_turn(options.rounds, || create_and_run(address, "local"), || bwrap().map(drop))?;
    row("bare `bwrap`, `node -v`".to_owned(), &bare, None);
    let words = "p50 {} ms over bare";
    let target = Target { is: ours.p50() - bare.p50(), most: 4.0, words };
    row("`sandbox_create` and `node -v`".to_owned(), &ours, Some(target));

    let bare = at_once(BURST, |_| bwrap().map(drop))?;
    let ours = at_once(BURST, |_| create_and_run(address, "local"))?;
    row(format!("{BURST} at once, bare"), &bare, None);
    let target = Target { is: ours.at(0.95) / bare.at(0.95), most: 1.6, words: "p95 {} × bare" };
    row(format!("{BURST} at once, the two calls"), &ours, Some(target));

    let idle = Target { is: idle(&server)?, most: 1024.0, words: "{} KiB each" };
    let (forks, bare) = forks(&server, options.rounds.min(30))?;
    row(format!("{FILES} files copied by a bare loop"), &bare, None);
    let target = Target { is: forks.p50(), most: 30.0, words: "p50 {} ms" };
    row(format!("`sandbox_fork` of {FILES} files"), &forks, Some(target));
    let echoes = terminals(address)?;
    let target = Target { is: echoes.at(0.99), most: 50.0, words: "p99 {} ms" };
    row(format!("echo of {TERMINALS} terminals, a line a second each"), &echoes, Some(target));
    if let Some((host, image)) = &options.docker {
        let rounds = options.rounds.min(20);
        let (ours, bare) = in_turn(rounds, || create_and_run(address, "docker"), || docker_run(host, image))?;
        row("bare `docker run`, `echo`".to_owned(), &bare, None);
        let target = Target { is: ours.p50() / bare.p50(), most: 1.3, words: "p50 {} × bare" };
        row("docker: `sandbox_create` and `echo`".to_owned(), &ours, Some(target));
    }
    Ok(Figures { rows, idle })
}

/// Two things, one after the other in turn.
fn in_turn(
    rounds: usize,
    mut one: impl FnMut() -> Result<()>,
    mut other: impl FnMut() -> Result<()>,
) -> Result<(Times, Times)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ones.push(timed(&mut one)?);
        others.push(timed(&mut other)?);
    }
    Ok((Times::of(ones), Times::of(others)))
}

/// One thing many times at once; each time counts from the common start.
fn at_once(many: usize, work: impl Fn(usize) -> Result<()> + Sync) -> Result<Times> {
    let start = Instant::now();
    let done: Result<Vec<Duration>> = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            (0..many).map(|number| scope.spawn(move || work(number).map(|()| start.elapsed()))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread has panicked")?).collect()
    });
    Ok(Times::of(done?))
}

fn timed(work: &mut impl FnMut() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// A new sandbox and a first command in it; taken away again behind the clock's back, by another connection.
fn create_and_run(address: SocketAddr, backend: &str) -> Result<()> {
    let mut client = Client::connect(address)?;
    let command = if backend == "docker" { "echo v" } else { "node -v" };
    let made = client.call("sandbox_create", &json!({"backend": backend}))?;
    let ran =
        client.call("terminal_execute", &json!({"command": command, "sandbox_id": made["sandbox_id"]}))?;
    let out = ran["stdout"].as_str().unwrap_or_default();
    if !out.starts_with('v') {
        return Err(format!("the command said {ran}").into());
    }
    thread::spawn(move || {
        client.call("sandbox_delete", &json!({"sandbox_id": made["sandbox_id"]})).map(drop)
    });
    Ok(())
}

fn bwrap() -> Result<String> {
    let arguments = "--unshare-all --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 \
        /lib64 --proc /proc --dev /dev --tmpfs /tmp --die-with-parent node -v";
    said(Command::new("bwrap").args(arguments.split_whitespace()))
}

fn docker_run(host: &str, image: &str) -> Result<()> {
    said(Command::new("docker").args(["-H", host, "run", "--rm", "--network", "none", image, "echo", "v"]))
        .map(drop)
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::piped()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if text.starts_with('v') {
        return Ok(text);
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

/// What one idle sandbox takes of memory, in KiB: each has run a command.
#[expect(clippy::cast_precision_loss, reason = "kilobytes")]
fn idle(server: &Server) -> Result<f64> {
    let mut client = Client::connect(server.address)?;
    let before = server.memory()?;
    let mut made = Vec::new();
    for _ in 0..IDLE {
        let one = client.call("sandbox_create", &json!({}))?;
        client.call("terminal_execute", &json!({"command": "true", "sandbox_id": one["sandbox_id"]}))?;
        made.push(one);
    }
    let after = server.memory()?;
    for one in made {
        client.call("sandbox_delete", &json!({"sandbox_id": one["sandbox_id"]}))?;
    }
    Ok(after.saturating_sub(before) as f64 / IDLE as f64)
}

/// Forks, and in turn with them a loop that copies as many files, each in the least way: none is shared, and of each
/// only what is in it is copied.
fn forks(server: &Server, rounds: usize) -> Result<(Times, Times)> {
    let mut client = Client::connect(server.address)?;
    let made = client.call("sandbox_create", &json!({}))?;
    let id = &made["sandbox_id"];
    let fill = format!("mkdir -p a/b c; for i in $(seq {FILES}); do echo \"file $i\" > a/b/f$i; done");
    client.call("terminal_execute", &json!({"command": fill, "sandbox_id": id}))?;
    let workspaces = server.folder.join("workspaces");
    let files = workspaces.join(id.as_str().ok_or("a sandbox without an id")?).join("a/b");
    let (mut times, mut bare) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let start = Instant::now();
        let fork = client.call("sandbox_fork", &json!({"sandbox_id": id}))?;
        times.push(start.elapsed());
        let look = json!({"command": "ls a/b | wc -l; rm -rf a", "sandbox_id": fork["sandbox_id"]});
        let found = client.call("terminal_execute", &look)?;
        if found["stdout"] != format!("{FILES}\n") {
            return Err(format!("the fork has {found}").into());
        }
        client.call("sandbox_delete", &json!({"sandbox_id": fork["sandbox_id"]}))?;
        let copy = workspaces.join(format!("bare-{round}"));
        bare.push(timed(&mut || bare_copy(&files, &copy))?);
        fs::remove_dir_all(copy)?;
    }
    client.call("sandbox_delete", &json!({"sandbox_id": id}))?;
    Ok((Times::of(times), Times::of(bare)))
}

fn bare_copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        let mut bytes = Vec::with_capacity(64);
        fs::File::open(from.join(&name))?.read_to_end(&mut bytes)?;
        fs::File::create_new(to.join(&name))?.write_all(&bytes)?;
    }
    Ok(())
}

/// Each terminal is written a line a second, and waits for it to come back.
fn terminals(address: SocketAddr) -> Result<Times> {
    let start = Instant::now();
    let times: Result<Vec<Vec<Duration>>> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..TERMINALS).map(|number| scope.spawn(move || echoes(address, number, start))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread has panicked")?).collect()
    });
    Ok(Times::of(times?.into_iter().flatten()))
}

fn echoes(address: SocketAddr, number: usize, start: Instant) -> Result<Vec<Duration>> {
    let mut client = Client::connect(address)?;
    let open = client.call("terminal_open", &json!({"command": "cat"}))?;
    let id: &Value = &open["terminal_id"];
    // All are open after five seconds; then each has a moment of its own within the second.
    let first = start + Duration::from_secs(5) + Duration::from_millis(10 * number as u64);
    let mut times = Vec::new();
    for line in 0..LINES {
        thread::sleep((first + Duration::from_secs(line as u64)).saturating_duration_since(Instant::now()));
        let word = format!("line-{number}-{line}");
        let sent = Instant::now();
        let write =
            json!({"terminal_id": id, "text": format!("{word}\n"), "wait_for": format!("{word}\n{word}\n")});
        let shown = client.call("terminal_write", &write)?;
        times.push(sent.elapsed());
        if shown["why"] != "found" {
            return Err(format!("the terminal shows {shown}").into());
        }
    }
    client.call("terminal_close", &json!({"terminal_id": id}))?;
    Ok(times)
}
