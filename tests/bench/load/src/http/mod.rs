//! Calls over HTTP: a connection for each call under way, kept from call to call, all served by one thread.

mod response;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

pub use response::Response;

use crate::Result;
use crate::answer::{self, Kind};
use crate::message::{Call, Era, INITIALIZE, INITIALIZED};
use crate::options::Options;
use crate::server::Server;
use crate::tally::Tally;

/// How long nothing may come, in milliseconds.
const PATIENCE: u16 = 60_000;

/// What heads every request of one connection.
pub struct Head {
    path: String,
    host: String,
    session: Option<String>,
}

impl Head {
    pub fn new(options: &Options, server: &Server) -> Self {
        Self { path: options.path.clone(), host: server.host(), session: None }
    }

    /// Appends a POST of `body`. The new era repeats in headers what the body says.
    pub fn post(&self, era: Era, method: &str, name: Option<&str>, body: &[u8], out: &mut Vec<u8>) {
        let Self { path, host, session } = self;
        write!(
            out,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n",
            body.len()
        )
        .expect("a Vec takes all");
        if method != "initialize" {
            write!(out, "MCP-Protocol-Version: {}\r\n", era.version()).expect("a Vec takes all");
        }
        if era == Era::Modern {
            write!(out, "Mcp-Method: {method}\r\n").expect("a Vec takes all");
            if let Some(name) = name {
                write!(out, "Mcp-Name: {name}\r\n").expect("a Vec takes all");
            }
        }
        if let Some(session) = session {
            write!(out, "Mcp-Session-Id: {session}\r\n").expect("a Vec takes all");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body);
    }

    /// A GET of the session's stream.
    pub fn get(&self) -> String {
        let Self { path, host, session } = self;
        let session = session.as_ref().map_or(String::new(), |id| format!("Mcp-Session-Id: {id}\r\n"));
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\
             MCP-Protocol-Version: 2025-11-25\r\n{session}\r\n"
        )
    }

    /// Opens a session; a server that gives none goes on without.
    pub fn open_session(&mut self, stream: &mut TcpStream) -> Result<()> {
        let mut out = Vec::new();
        self.post(Era::Legacy, "initialize", None, INITIALIZE.as_bytes(), &mut out);
        self.session = exchange(stream, &out)?.session;
        out.clear();
        self.post(Era::Legacy, "notifications/initialized", None, INITIALIZED.as_bytes(), &mut out);
        exchange(stream, &out)?;
        Ok(())
    }
}

/// Sends one request and waits for the whole response.
pub fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<Response> {
    stream.write_all(request)?;
    let mut read = Vec::new();
    let mut chunk = vec![0; 256 << 10];
    loop {
        let more = stream.read(&mut chunk)?;
        if more == 0 {
            return Err("the server has closed the connection".into());
        }
        read.extend_from_slice(&chunk[..more]);
        if let Some((response, _)) = Response::parse(&read)? {
            return response.expect_success();
        }
    }
}

struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    /// The call under way, and when it was sent.
    sent: Option<(u64, Instant)>,
}

/// Everything that calls one server.
pub struct Client<'a> {
    head: Head,
    call: Call<'a>,
    tools: usize,
    connections: Vec<Connection>,
    epoll: Epoll,
    events: Vec<EpollEvent>,
    next: u64,
    /// The bytes of the last answer.
    pub answer_bytes: usize,
    out: Vec<u8>,
    body: Vec<u8>,
}

impl<'a> Client<'a> {
    /// Connects; in the old era one session serves all connections.
    pub fn connect(options: &'a Options, server: &mut Server, text: &'a str) -> Result<Self> {
        let mut head = Head::new(options, server);
        let epoll = Epoll::new(EpollCreateFlags::empty())?;
        let mut connections = Vec::new();
        for number in 0..options.in_flight {
            let mut stream = server.connect()?;
            if number == 0 && options.era == Era::Legacy {
                head.open_session(&mut stream)?;
            }
            stream.set_nonblocking(true)?;
            epoll.add(&stream, EpollEvent::new(EpollFlags::EPOLLIN, number as u64))?;
            connections.push(Connection { stream, read: Vec::new(), sent: None });
        }
        let call = Call { era: options.era, tool: &options.tool, text };
        Ok(Self {
            head,
            call,
            tools: options.tools,
            events: vec![EpollEvent::empty(); connections.len()],
            connections,
            epoll,
            next: 1,
            answer_bytes: 0,
            out: Vec::new(),
            body: Vec::new(),
        })
    }

    /// Calls until `calls` have been answered.
    pub fn run(&mut self, calls: usize) -> Result<Tally> {
        let mut tally = Tally::with_capacity(calls);
        let mut to_send = calls;
        for number in 0..self.connections.len().min(calls) {
            self.send(number)?;
            to_send -= 1;
        }
        while tally.len() < calls {
            self.turn(&mut to_send, &mut tally, PATIENCE)?;
        }
        Ok(tally)
    }

    /// The same, while another client, which has started, goes on calling.
    pub fn run_beside(&mut self, calls: usize, other: &mut Client<'_>) -> Result<Tally> {
        let (mut tally, mut others) = (Tally::with_capacity(calls), Tally::default());
        let (mut to_send, mut endless) = (calls, usize::MAX);
        for number in 0..self.connections.len().min(calls) {
            self.send(number)?;
            to_send -= 1;
        }
        while tally.len() < calls {
            self.turn(&mut to_send, &mut tally, PATIENCE)?;
            other.turn(&mut endless, &mut others, 0)?;
        }
        Ok(tally)
    }

    /// Sends a call on each connection.
    pub fn start(&mut self) -> Result<()> {
        (0..self.connections.len()).try_for_each(|number| self.send(number))
    }

    /// Waits for the calls that are under way.
    pub fn finish(&mut self) -> Result<()> {
        let mut tally = Tally::default();
        while self.connections.iter().any(|connection| connection.sent.is_some()) {
            self.turn(&mut 0, &mut tally, PATIENCE)?;
        }
        Ok(())
    }

    /// Takes what has come, and sends as many new calls as were answered, as long as there are some to send.
    fn turn(&mut self, to_send: &mut usize, tally: &mut Tally, patience: u16) -> Result<()> {
        let mut events = std::mem::take(&mut self.events);
        let ready = self.epoll.wait(&mut events, EpollTimeout::from(patience))?;
        if ready == 0 && patience > 0 {
            return Err(format!("no answer for a minute, after {}", tally.len()).into());
        }
        for event in &events[..ready] {
            let number = usize::try_from(event.data())?;
            if self.receive(number, tally)? && *to_send > 0 {
                self.send(number)?;
                *to_send -= 1;
            }
        }
        self.events = events;
        Ok(())
    }

    fn send(&mut self, number: usize) -> Result<()> {
        let id = self.next;
        self.next += 1;
        self.out.clear();
        self.body.clear();
        self.call.write(id, &mut self.body);
        let name = (self.call.tool != "list").then_some(self.call.tool);
        self.head.post(self.call.era, self.call.method(), name, &self.body, &mut self.out);
        let connection = &mut self.connections[number];
        connection.sent = Some((id, Instant::now()));
        Ok(connection.stream.write_all(&self.out)?)
    }

    /// Reads what there is; true if the call is answered.
    fn receive(&mut self, number: usize, tally: &mut Tally) -> Result<bool> {
        let connection = &mut self.connections[number];
        let mut chunk = [0; 16 << 10];
        match connection.stream.read(&mut chunk) {
            Ok(0) => return Err("the server has closed a connection".into()),
            Ok(read) => connection.read.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        let Some((response, length)) = Response::parse(&connection.read)? else { return Ok(false) };
        let (id, sent) = connection.sent.take().ok_or("an answer to nothing")?;
        tally.add(sent.elapsed());
        check(&response.expect_success()?, id, &self.call, self.tools)?;
        self.answer_bytes = length;
        connection.read.drain(..length);
        Ok(true)
    }
}

/// Checks a whole response: the answer, and exactly one notification before it from a tool that reports.
pub fn check(response: &Response, id: u64, call: &Call<'_>, tools: usize) -> Result<()> {
    let mut progress = 0;
    let mut answers = 0;
    for message in response.messages() {
        match answer::check(&message, call, tools)? {
            Kind::Progress if answers == 0 => progress += 1,
            Kind::Answer(answered) if answered == id => answers += 1,
            other => return Err(format!("{other:?} instead of the answer to {id}").into()),
        }
    }
    let expected = usize::from(call.tool.starts_with("report"));
    if answers != 1 || progress != expected {
        return Err(format!("call {id} got {answers} answers and {progress} reports").into());
    }
    Ok(())
}
