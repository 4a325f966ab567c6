//! A connection to the server that calls tools, as a client of 2026-07-28 does.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};

use crate::Result;

pub struct Client {
    stream: TcpStream,
    address: SocketAddr,
    id: u64,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address, id: 0 })
    }

    /// Calls a tool and gives its structured result.
    pub fn call(&mut self, tool: &str, arguments: &Value) -> Result<Value> {
        self.id += 1;
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1.0.0"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
        let body =
            json!({"jsonrpc": "2.0", "id": self.id, "method": "tools/call", "params": params}).to_string();
        write!(
            self.stream,
            "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
             MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )?;
        let answer = self.answer()?;
        let result = answer.get("result").ok_or_else(|| format!("{tool}: {answer}"))?;
        if result.get("isError").is_some_and(|is_error| is_error == true) {
            return Err(format!("{tool}: {result}").into());
        }
        Ok(result["structuredContent"].clone())
    }

    /// Reads one answer; a stream of events is read to its end, and the last message taken.
    fn answer(&mut self) -> Result<Value> {
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        loop {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                return Err("the server has closed the connection".into());
            }
            bytes.extend_from_slice(&chunk[..read]);
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut head = httparse::Response::new(&mut headers);
            let httparse::Status::Complete(start) = head.parse(&bytes)? else { continue };
            let header = |name: &str| {
                let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
                found.map(|header| String::from_utf8_lossy(header.value).into_owned())
            };
            let rest = &bytes[start..];
            if let Some(length) = header("content-length") {
                if rest.len() >= length.parse::<usize>()? {
                    return Ok(serde_json::from_slice(rest)?);
                }
            } else if rest.ends_with(b"0\r\n\r\n") {
                let text = String::from_utf8_lossy(rest);
                let last = text.lines().filter_map(|line| line.strip_prefix("data: ")).next_back();
                return Ok(serde_json::from_str(last.ok_or("a stream without a message")?)?);
            }
        }
    }
}
