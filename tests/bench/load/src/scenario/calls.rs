//! What a call costs, and how long the first one takes.

use std::time::Instant;

use super::{Figures, figures};
use crate::options::Options;
use crate::server::Server;
use crate::tally::{Tally, each, microseconds};
use crate::{Result, http, lines};

/// CPU and time of each call, after a warm-up.
pub fn calls(options: &Options) -> Result<Figures> {
    let mut server = Server::start(options)?;
    let outcome = if options.is_http() {
        let mut client = http::Client::connect(options, &mut server, "")?;
        let mut outcome = measured(options, &server, |calls| client.run(calls))?;
        outcome.insert("answer_bytes".into(), client.answer_bytes.into());
        outcome
    } else {
        let mut client = lines::Client::connect(options, &mut server, "")?;
        let mut outcome = measured(options, &server, |calls| client.run(calls))?;
        outcome.insert("answer_bytes".into(), client.answer_bytes.into());
        outcome
    };
    server.stop()?;
    Ok(outcome)
}

fn measured(
    options: &Options,
    server: &Server,
    mut run: impl FnMut(usize) -> Result<Tally>,
) -> Result<Figures> {
    run(1)?;
    let rss = server.rss()?;
    run(options.warm_up)?;
    let (started, before) = (Instant::now(), server.cpu()?);
    let mut tally = run(options.calls)?;
    let (took, cpu) = (started.elapsed(), server.cpu()?.saturating_sub(before));
    let mut outcome = figures([
        ("cpu_us", each(microseconds(cpu), options.calls)),
        ("calls_per_s", 1e6 / each(microseconds(took), options.calls)),
        ("rss_kib", f64::from(u32::try_from(rss)?)),
        ("peak_kib", f64::from(u32::try_from(server.peak()?)?)),
    ]);
    tally.tell(&mut outcome);
    Ok(outcome)
}

/// From the start of the process to its first answer, `calls` times.
pub fn cold(options: &Options) -> Result<Figures> {
    let mut tally = Tally::default();
    for _ in 0..options.calls {
        let mut server = Server::start(options)?;
        if options.is_http() {
            http::Client::connect(options, &mut server, "")?.run(1)?;
        } else {
            lines::Client::connect(options, &mut server, "")?.run(1)?;
        }
        tally.add(server.started.elapsed());
    }
    Ok(figures([("cold_us", tally.of_thousand(500)), ("cold_least_us", tally.of_thousand(0))]))
}
