//! What sessions, streams and long texts cost in memory.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::Duration;

use super::{Figures, figures};
use crate::Result;
use crate::http::{self, Head, Response};
use crate::message::{Call, Era, LISTEN};
use crate::options::Options;
use crate::server::Server;
use crate::tally::each;

/// How many come before the memory is looked at: what the first ones need is no cost of each.
const FIRST: usize = 200;

/// How much each of `many` idle sessions of the old era takes. All stay open.
pub fn sessions(options: &Options) -> Result<Figures> {
    let mut server = Server::start(options)?;
    let mut stream = server.connect()?;
    let mut open = |many| -> Result<()> {
        for _ in 0..many {
            Head::new(options, &server).open_session(&mut stream)?;
        }
        Ok(())
    };
    open(FIRST)?;
    let before = server.rss()?;
    open(options.many)?;
    growth("session_kib", before, server.rss()?, options.many)
}

/// How much each of `many` open streams takes: a GET of a session, or a subscription in the new era.
pub fn streams(options: &Options) -> Result<Figures> {
    let mut server = Server::start(options)?;
    let mut streams = Vec::new();
    for _ in 0..FIRST {
        streams.push(open_stream(options, &mut server)?);
    }
    let before = settled(&server)?;
    for _ in 0..options.many {
        streams.push(open_stream(options, &mut server)?);
    }
    growth("stream_kib", before, settled(&server)?, options.many)
}

fn open_stream(options: &Options, server: &mut Server) -> Result<TcpStream> {
    let mut stream = server.connect()?;
    let mut head = Head::new(options, server);
    let mut request = Vec::new();
    if options.era == Era::Legacy {
        head.open_session(&mut stream)?;
        request.extend_from_slice(head.get().as_bytes());
    } else {
        head.post(Era::Modern, "subscriptions/listen", None, LISTEN.as_bytes(), &mut request);
    }
    std::io::Write::write_all(&mut stream, &request)?;
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    while !Response::is_stream(&read)? {
        let more = stream.read(&mut chunk)?;
        if more == 0 {
            return Err("the server has closed a stream".into());
        }
        read.extend_from_slice(&chunk[..more]);
    }
    Ok(stream)
}

/// The memory, once the server has had the time to finish what it began.
fn settled(server: &Server) -> Result<usize> {
    std::thread::sleep(Duration::from_millis(300));
    server.rss()
}

fn growth(name: &str, before: usize, after: usize, many: usize) -> Result<Figures> {
    let grown = i32::try_from(after)? - i32::try_from(before)?;
    Ok(figures([(name, each(f64::from(grown), many)), ("rss_kib", f64::from(i32::try_from(after)?))]))
}

/// How far memory rises at most while a text of `bytes` is echoed `calls` times, as a multiple of the text.
pub fn text(options: &Options) -> Result<Figures> {
    let mut server = Server::start(options)?;
    let mut stream = server.connect()?;
    let mut head = Head::new(options, &server);
    if options.era == Era::Legacy {
        head.open_session(&mut stream)?;
    }
    let before = {
        echo(options, &head, &mut stream, 1, "short")?;
        server.rss()?
    };
    let text = "text ".repeat(options.bytes / 5);
    for id in 2..2 + options.calls as u64 {
        echo(options, &head, &mut stream, id, &text)?;
    }
    let risen = f64::from(u32::try_from(server.peak()? - before)?) * 1024.0;
    Ok(figures([("peak_x_text", each(risen, text.len()))]))
}

fn echo(options: &Options, head: &Head, stream: &mut TcpStream, id: u64, text: &str) -> Result<()> {
    let call = Call { era: options.era, tool: "echo", text };
    let (mut body, mut request) = (Vec::new(), Vec::new());
    call.write(id, &mut body);
    head.post(options.era, call.method(), Some("echo"), &body, &mut request);
    http::check(&http::exchange(stream, &request)?, id, &call, options.tools)
}
