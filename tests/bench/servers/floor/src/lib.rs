//! What every floor does: decode the id and two numbers, add, write a whole reply. It checks nothing else.

use std::io::Write as _;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// What is listed: the same 22 tools as the servers'.
const TOOLS: &str = include_str!("tools.json");
/// What a peer of the old era is told first.
const INITIALIZED: &str = r#"{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"floor","version":"1.0.0"}}"#;

/// How a result of the new era ends.
const SERVER_INFO: &str =
    r#","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"floor","version":"1.0.0"}}"#;

#[derive(Deserialize)]
struct Request<'a> {
    id: Option<u64>,
    method: &'a str,
    #[serde(default)]
    params: Params,
}

#[derive(Deserialize, Default)]
struct Params {
    #[serde(default)]
    arguments: Numbers,
    /// There in the new era only: its results say more.
    #[serde(rename = "_meta")]
    meta: Option<IgnoredAny>,
}

#[derive(Deserialize, Default)]
struct Numbers {
    #[serde(default)]
    a: i64,
    #[serde(default)]
    b: i64,
}

/// Appends the reply to one message; a notification has none.
///
/// # Panics
/// At a message that is not one of the bench's.
pub fn answer(message: &[u8], reply: &mut Vec<u8>) {
    let request: Request = serde_json::from_slice(message).expect("a request of the bench");
    let Some(id) = request.id else { return };
    match request.method {
        "tools/call" => {
            let Params { arguments: Numbers { a, b }, meta } = request.params;
            sum(id, a + b, meta.is_some(), reply);
        }
        "tools/list" => constant(id, TOOLS, reply),
        _ => constant(id, INITIALIZED, reply),
    }
}

fn sum(id: u64, sum: i64, is_modern: bool, reply: &mut Vec<u8>) {
    let (first, last) = if is_modern { (r#""resultType":"complete","#, SERVER_INFO) } else { ("", "") };
    write!(
        reply,
        r#"{{"jsonrpc":"2.0","id":{id},"result":{{{first}"content":[{{"type":"text","text":"{{\"sum\":{sum}}}"}}],"structuredContent":{{"sum":{sum}}}{last}}}}}"#
    )
    .expect("a Vec takes all");
}

fn constant(id: u64, result: &str, reply: &mut Vec<u8>) {
    write!(reply, r#"{{"jsonrpc":"2.0","id":{id},"result":{}}}"#, result.trim_ascii_end())
        .expect("a Vec takes all");
}

/// Appends the replies to all whole lines of `read`, and gives how much of it they took.
pub fn answer_lines(read: &[u8], replies: &mut Vec<u8>) -> usize {
    let mut taken = 0;
    while let Some(length) = read[taken..].iter().position(|&byte| byte == b'\n') {
        let before = replies.len();
        answer(&read[taken..taken + length], replies);
        if replies.len() > before {
            replies.push(b'\n');
        }
        taken += length + 1;
    }
    taken
}

/// The address behind `--http`.
#[must_use]
pub fn address() -> String {
    std::env::args().nth(2).unwrap_or_else(|| "127.0.0.1:0".into())
}
