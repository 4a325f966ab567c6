//! Server-sent events as a client reads them. Specification: HTML, "interpreting an event stream".

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// What kind it is; empty for the usual one.
    pub(crate) name: String,
    /// Its lines, joined.
    pub(crate) data: String,
    /// The id of this one or of the last that had one.
    pub(crate) id: Option<String>,
}

/// Takes bytes as they come, cut anywhere, and gives events.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    unread: Vec<u8>,
    has_begun: bool,
    /// Whether a carriage return was the last byte read: a line feed behind it ends no second line.
    after_return: bool,
    name: String,
    data: Option<String>,
    id: Option<String>,
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl Decoder {
    /// Takes more bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// The next event that is there as a whole.
    pub(crate) fn next_event(&mut self) -> Option<Event> {
        if !self.has_begun {
            let is_prefix = BYTE_ORDER_MARK.starts_with(&self.unread[..self.unread.len().min(3)]);
            if is_prefix && self.unread.len() < 3 {
                return None;
            }
            if is_prefix {
                self.unread.drain(..3);
            }
            self.has_begun = true;
        }
        let mut start = 0;
        let mut event = None;
        while event.is_none() {
            if self.after_return && self.unread.get(start) == Some(&b'\n') {
                start += 1;
                self.after_return = false;
            }
            let rest = &self.unread[start..];
            let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.after_return &= rest.is_empty();
                break;
            };
            self.after_return = rest[end] == b'\r';
            let line = String::from_utf8_lossy(&rest[..end]).into_owned();
            start += end + 1;
            event = self.take_line(&line);
        }
        self.unread.drain(..start);
        event
    }

    /// Takes a line; an empty one ends an event.
    fn take_line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            let data = self.data.take()?;
            return Some(Event { name, data, id: self.id.clone() });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                data @ None => *data = Some(value.to_owned()),
            },
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(chunks: &[&[u8]]) -> Vec<Event> {
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        for chunk in chunks {
            decoder.push(chunk);
            events.extend(std::iter::from_fn(|| decoder.next_event()));
        }
        events
    }

    #[test]
    fn events_are_read_wherever_the_bytes_are_cut() {
        let text =
            "\u{feff}: hello\r\nid: 7\r\ndata: ä\r\ndata:b\r\n\r\nevent: end\rdata\r\r\n\ndata: unended\n";
        let event =
            |name: &str, data: &str| Event { name: name.into(), data: data.into(), id: Some("7".into()) };
        let expected = [event("", "ä\nb"), event("end", "")];
        for cut in 0..=text.len() {
            let (before, after) = text.as_bytes().split_at(cut);
            assert_eq!(events(&[before, after]), expected, "cut at {cut}");
        }
        assert_eq!(events(&text.as_bytes().chunks(1).collect::<Vec<_>>())[0].id.as_deref(), Some("7"));
    }
}
