//! Calls on standard input and output: what can be sent at once goes out in one write.

use std::io::{Read as _, Write as _};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use crate::Result;
use crate::answer::{self, Kind};
use crate::message::{Call, Era, INITIALIZE, INITIALIZED};
use crate::options::Options;
use crate::server::Server;
use crate::tally::Tally;

/// Everything that calls one server.
pub struct Client<'a> {
    input: ChildStdin,
    output: ChildStdout,
    chunk: Box<[u8]>,
    read: Vec<u8>,
    call: Call<'a>,
    tools: usize,
    in_flight: usize,
    next: u64,
    /// When each call was sent, by id; nothing once it is answered.
    sent: Vec<Option<Instant>>,
    /// The bytes of the last answer.
    pub answer_bytes: usize,
}

impl<'a> Client<'a> {
    /// Takes the pipes, and shakes hands in the old era.
    pub fn connect(options: &'a Options, server: &mut Server, text: &'a str) -> Result<Self> {
        let (input, output) = server.pipes()?;
        let call = Call { era: options.era, tool: &options.tool, text };
        let mut client = Self {
            input,
            output,
            chunk: vec![0; 64 << 10].into(),
            read: Vec::new(),
            call,
            tools: options.tools,
            in_flight: options.in_flight,
            next: 1,
            sent: vec![None],
            answer_bytes: 0,
        };
        if options.era == Era::Legacy {
            client.sent[0] = Some(Instant::now());
            client.input.write_all(format!("{INITIALIZE}\n").as_bytes())?;
            while client.receive(|_, _| ())? == 0 {}
            client.input.write_all(format!("{INITIALIZED}\n").as_bytes())?;
        }
        Ok(client)
    }

    /// Calls until `calls` have been answered.
    pub fn run(&mut self, calls: usize) -> Result<Tally> {
        let mut tally = Tally::with_capacity(calls);
        let mut to_send = calls;
        let mut free = self.in_flight;
        while tally.len() < calls {
            let now = free.min(to_send);
            self.send(now)?;
            to_send -= now;
            free = self.receive(|_, time| tally.add(time))?;
        }
        Ok(tally)
    }

    /// Sends so many calls of another tool, and does not wait for them.
    pub fn flood(&mut self, tool: &'a str, calls: usize) -> Result<()> {
        let usual = std::mem::replace(&mut self.call.tool, tool);
        self.send(calls)?;
        self.call.tool = usual;
        Ok(())
    }

    /// Calls one after the other; what answers to earlier calls is checked and passed over.
    pub fn one_by_one(&mut self, calls: usize) -> Result<Tally> {
        let mut tally = Tally::with_capacity(calls);
        for _ in 0..calls {
            let mine = self.next;
            self.send(1)?;
            let mut is_answered = false;
            while !is_answered {
                self.receive(|id, time| {
                    if id == mine {
                        is_answered = true;
                        tally.add(time);
                    }
                })?;
            }
        }
        Ok(tally)
    }

    fn send(&mut self, calls: usize) -> Result<()> {
        let mut out = Vec::with_capacity(calls * 320);
        for _ in 0..calls {
            self.call.write(self.next, &mut out);
            out.push(b'\n');
            self.next += 1;
        }
        self.sent.resize(self.sent.len() + calls, Some(Instant::now()));
        Ok(self.input.write_all(&out)?)
    }

    /// Reads once and tells each answer in it; gives how many there were.
    fn receive(&mut self, mut tell: impl FnMut(u64, Duration)) -> Result<usize> {
        let read = self.output.read(&mut self.chunk)?;
        if read == 0 {
            return Err("the server has ended".into());
        }
        self.read.extend_from_slice(&self.chunk[..read]);
        let (mut taken, mut answers) = (0, 0);
        while let Some(length) = self.read[taken..].iter().position(|&byte| byte == b'\n') {
            let line = &self.read[taken..taken + length];
            if let Kind::Answer(id) = answer::check(line, &self.call, self.tools)? {
                let slot = self.sent.get_mut(usize::try_from(id)?).ok_or("an answer to nothing")?;
                tell(id, slot.take().ok_or("a second answer")?.elapsed());
                answers += 1;
                self.answer_bytes = length + 1;
            }
            taken += length + 1;
        }
        self.read.drain(..taken);
        Ok(answers)
    }
}
