//! Keeps the head and the tail of a stream that may never end.

use std::collections::VecDeque;

/// The first and the last bytes of a stream, within a bound.
#[derive(Debug)]
pub(crate) struct Output {
    half: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
}

impl Output {
    pub(crate) fn new(keep: usize) -> Self {
        Self { half: keep / 2, head: Vec::new(), tail: VecDeque::new(), total: 0 }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(self.half - self.head.len()));
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(self.half)..];
        let excess = (self.tail.len() + rest.len()).saturating_sub(self.half);
        self.tail.drain(..excess);
        self.tail.extend(rest);
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    pub(crate) fn left_out(&self) -> u64 {
        self.total - (self.head.len() + self.tail.len()) as u64
    }

    /// The text, with a line in the place of what was left out.
    pub(crate) fn into_text(mut self) -> String {
        let left_out = self.left_out();
        if left_out == 0 {
            self.head.extend(self.tail);
            return text(&self.head);
        }
        let tail: Vec<u8> = self.tail.into();
        format!("{}\n[... {left_out} bytes left out ...]\n{}", text(&self.head), text(&tail))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Cuts a stream of bytes into text without breaking characters at the edges of the reads.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    rest: Vec<u8>,
}

impl Decoder {
    /// The text that is complete by now.
    pub(crate) fn decode(&mut self, bytes: &[u8]) -> String {
        self.rest.extend_from_slice(bytes);
        let keep = unfinished(&self.rest);
        let rest = self.rest.split_off(self.rest.len() - keep);
        let text = text(&self.rest);
        self.rest = rest;
        text
    }
}

/// How many bytes at the end begin a character that is not complete.
fn unfinished(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let byte = bytes[bytes.len() - back];
        let length = match byte {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => return 0,
        };
        return if back < length { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_long_stream_is_left_out() {
        let mut output = Output::new(8);
        for byte in b'a'..=b'z' {
            output.push(&[byte]);
        }
        assert_eq!(output.total(), 26);
        assert_eq!(output.into_text(), "abcd\n[... 18 bytes left out ...]\nwxyz");
    }

    #[test]
    fn a_short_stream_is_kept_whole() {
        let mut output = Output::new(8);
        output.push(b"abcdefgh");
        assert_eq!(output.left_out(), 0);
        assert_eq!(output.into_text(), "abcdefgh");
    }

    #[test]
    fn a_character_over_two_reads_is_not_broken() {
        let mut decoder = Decoder::default();
        let bytes = "aé€😀".as_bytes();
        let text: String = bytes.iter().map(|byte| decoder.decode(&[*byte])).collect();
        assert_eq!(text, "aé€😀");
    }
}
