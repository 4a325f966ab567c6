//! One response, as far as it has come.

use std::borrow::Cow;

use crate::Result;

/// A whole response.
pub struct Response {
    status: u16,
    is_events: bool,
    /// The session that it opened.
    pub session: Option<String>,
    body: Vec<u8>,
}

impl Response {
    /// The first response of `read` and its length, once it is whole.
    pub fn parse(read: &[u8]) -> Result<Option<(Self, usize)>> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(begin) = head.parse(read)? else { return Ok(None) };
        let header = |name: &str| {
            let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            found.map(|header| String::from_utf8_lossy(header.value))
        };
        let is_chunked = header("transfer-encoding").is_some_and(|coding| coding == "chunked");
        let rest = &read[begin..];
        let (body, length) = if is_chunked {
            match unchunked(rest)? {
                Some(whole) => whole,
                None => return Ok(None),
            }
        } else {
            let length = header("content-length").map_or(Ok(0), |length| length.parse())?;
            match rest.get(..length) {
                Some(body) => (body.to_vec(), length),
                None => return Ok(None),
            }
        };
        let response = Self {
            status: head.code.unwrap_or_default(),
            is_events: header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")),
            session: header("mcp-session-id").map(Cow::into_owned),
            body,
        };
        Ok(Some((response, begin + length)))
    }

    /// Whether the head of a stream has come, and says that there is one.
    pub fn is_stream(read: &[u8]) -> Result<bool> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut headers);
        if head.parse(read)?.is_partial() {
            return Ok(false);
        }
        let is_events = head.headers.iter().any(|header| header.value.starts_with(b"text/event-stream"));
        if head.code == Some(200) && is_events {
            return Ok(true);
        }
        Err(format!("no stream: {}", String::from_utf8_lossy(read)).into())
    }

    /// Itself, unless it refuses.
    pub fn expect_success(self) -> Result<Self> {
        if matches!(self.status, 200 | 202) {
            return Ok(self);
        }
        Err(format!("status {}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }

    /// The messages in it: one as JSON, or one for each event that has data.
    pub fn messages(&self) -> Vec<Cow<'_, [u8]>> {
        if !self.is_events {
            return vec![Cow::Borrowed(&self.body)];
        }
        let lines = self.body.split(|&byte| byte == b'\n');
        let data = lines.filter_map(|line| line.strip_prefix(b"data:"));
        data.map(<[u8]>::trim_ascii).filter(|data| !data.is_empty()).map(Cow::Borrowed).collect()
    }
}

/// A chunked body and how long it was, once its last chunk has come.
fn unchunked(mut rest: &[u8]) -> Result<Option<(Vec<u8>, usize)>> {
    let whole = rest.len();
    let mut body = Vec::new();
    loop {
        let httparse::Status::Complete((begin, size)) =
            httparse::parse_chunk_size(rest).map_err(|_| "a chunk of no size")?
        else {
            return Ok(None);
        };
        let end = begin + usize::try_from(size)?;
        if rest.len() < end + 2 {
            return Ok(None);
        }
        body.extend_from_slice(&rest[begin..end]);
        rest = &rest[end + 2..];
        if size == 0 {
            return Ok(Some((body, whole - rest.len())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunked_stream_is_whole_with_its_last_chunk() {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        let body = "f\r\ndata: {}\n\ndata:\r\n3\r\n1\n\n\r\n0\r\n\r\n";
        let whole = format!("{head}{body}");
        for end in 0..whole.len() {
            assert!(Response::parse(&whole.as_bytes()[..end]).unwrap().is_none(), "{end}");
        }
        let (response, length) = Response::parse(whole.as_bytes()).unwrap().unwrap();
        assert_eq!(length, whole.len());
        assert_eq!(response.messages(), [b"{}".as_slice(), b"1"]);
    }
}
