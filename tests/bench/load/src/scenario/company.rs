//! How fast calls are beside slow ones.

use super::{Figures, figures};
use crate::options::Options;
use crate::server::Server;
use crate::{Result, http, lines};

/// A tool that takes a second.
const SLOW: &str = "sleep";

/// The fast calls of `in_flight` connections, without and with `many` others that call a slow tool all the time.
pub fn crowd(options: &Options) -> Result<Figures> {
    let mut server = Server::start(options)?;
    let mut fast = http::Client::connect(options, &mut server, "")?;
    let others = Options { tool: SLOW.into(), in_flight: options.many, ..options.clone() };
    let mut slow = http::Client::connect(&others, &mut server, "")?;
    fast.run(options.warm_up)?;
    let mut without = fast.run(options.calls)?;
    slow.start()?;
    let mut with = fast.run_beside(options.calls, &mut slow)?;
    slow.finish()?;
    server.stop()?;
    Ok(figures([
        ("without_p99_us", without.of_thousand(990)),
        ("with_p99_us", with.of_thousand(990)),
        ("with_x_without", with.of_thousand(990) / without.of_thousand(990)),
    ]))
}

/// The fast calls of one client on standard input, without and with `many` slow ones under way.
pub fn flood(options: &Options) -> Result<Figures> {
    let mut server = Server::start(options)?;
    let mut client = lines::Client::connect(options, &mut server, "")?;
    client.one_by_one(options.warm_up)?;
    let mut without = client.one_by_one(options.calls)?;
    client.flood(SLOW, options.many)?;
    let mut with = client.one_by_one(options.calls)?;
    server.stop()?;
    Ok(figures([
        ("without_p50_us", without.of_thousand(500)),
        ("with_p50_us", with.of_thousand(500)),
        ("without_p99_us", without.of_thousand(990)),
        ("with_p99_us", with.of_thousand(990)),
        ("with_x_without", with.of_thousand(990) / without.of_thousand(990)),
    ]))
}
