//! The figures as text: a table, and a page of the book.

use std::fmt::Write as _;
use std::process::Command;

use crate::Result;
use crate::figures::{Figures, Target};

/// What is told around the table.
const TEXT: &str = "\
# Figures of the sandboxes

What a sandbox of the Disco server costs a client that speaks MCP over HTTP, beside the same done bare in the same run:
`bwrap` by itself with fewer walls (no filter, no limits, no Landlock, and the host's user), a loop that copies files,
`docker run`. Every answer is checked.

- **One sandbox**: two calls on a new connection, `sandbox_create` and `terminal_execute` with `node -v`, in turn with
  `bwrap`.
- **100 at once**: as many clients begin together; each time counts from the common start. Each sandbox is deleted as soon
  as its command has ended, while the others still run.
- **Fork**: a workspace of 1,000 small files in one folder. The bare loop opens, reads, creates and writes as many, and
  copies no owner, mode, time or attribute.
- **Terminals**: 100 are open; each is written a line a second, and the time counts until the answer shows its echo.
- **Idle**: the memory of the server and all below it, before and after 300 sandboxes that have each run a command.

Times are in milliseconds.

";

/// Said of a machine that had other work.
const BUSY: &str = " **Other programs were running: trust the ratios, not the times.**";

/// How to get this page.
const AGAIN: &str = "
## How to repeat it

```sh
cargo build --release -p disco-server
cd tests/bench && cargo run --release -p bench-sandboxes -- --disco ../../target/release/disco \\
    --page ../../book/src/inside/sandboxes.md
```

`--docker HOST --image IMAGE` adds the rows of docker; the image needs no more than `echo`.
";

/// The load average of the machine.
pub fn load() -> Result<String> {
    let load = std::fs::read_to_string("/proc/loadavg")?;
    Ok(load.split(' ').next().unwrap_or_default().to_owned())
}

/// The table in Markdown.
pub fn table(figures: &Figures) -> String {
    let mut table =
        "| what | p50 | p95 | p99 | it is | target | met |\n|---|--:|--:|--:|---|---|---|\n".to_owned();
    for row in &figures.rows {
        let [p50, p95, p99] = row.times;
        let judged = row.target.as_ref().map_or_else(|| " | | ".to_owned(), judged);
        let _ = writeln!(table, "| {} | {p50:.1} | {p95:.1} | {p99:.1} | {judged} |", row.what);
    }
    let _ = writeln!(table, "| an idle sandbox | | | | {} |", judged(&figures.idle));
    table
}

fn judged(target: &Target) -> String {
    let is = target.words.replace("{}", &format!("{:.2}", target.is));
    let met = if target.is <= target.most { "yes" } else { "**no**" };
    format!("{is} | ≤ {} | {met}", target.most)
}

/// The page of the book.
#[expect(clippy::cast_precision_loss, reason = "a number of cores")]
pub fn page(figures: &Figures, load: &str) -> Result<String> {
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output()?;
    let cpus = std::fs::read_to_string("/proc/cpuinfo")?;
    let cpu = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let (cpu, cores) = (cpu.map_or("unknown", |(_, name)| name), std::thread::available_parallelism()?.get());
    let is_busy = load.parse::<f64>()? > cores as f64;
    let busy = if is_busy { BUSY } else { "" };
    Ok(format!(
        "{TEXT}Measured {} on {cores} cores of {cpu}; the load average was {load} before.{busy}\n\n{}{AGAIN}",
        String::from_utf8_lossy(&date.stdout).trim(),
        table(figures)
    ))
}
