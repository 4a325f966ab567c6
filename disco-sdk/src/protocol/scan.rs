//! Walks over JSON once: is it well-formed, how deep does it go, and where do its members stand?
//!
//! `serde_json` makes code of its own for each type that is read from each kind of input, which is fast for
//! large types and loads of one kind. A call is small, and of many kinds: the code that reads it was a third
//! of all that a call runs through, and all of that is half as much again as a core keeps at hand. This is
//! one piece of code for everything. It says nothing of faults (`None`): whoever minds reads again, by
//! [`serde_json`].

use serde::de::value::{BorrowedStrDeserializer, Error, MapDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::{Deserialize, Serialize, forward_to_deserialize_any};
use serde_json::value::RawValue;

use super::jsonrpc::Text;

/// How deep it goes: each level is a frame of the stack.
const LEVELS: usize = 128;

/// A place in a text.
pub(crate) struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// How many more objects and arrays may stand in each other.
    levels: usize,
}

impl<'a> Scan<'a> {
    /// The beginning of a text, in which objects and arrays may stand in each other `levels` deep.
    pub(crate) fn new(text: &'a str, levels: usize) -> Self {
        Self { text, at: 0, levels: levels.min(LEVELS) }
    }

    /// Goes over an object. `member` is told each name, and has to go over its value. A name with escapes
    /// is as good as a fault.
    pub(crate) fn members(&mut self, mut member: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        let first = self.next()?;
        self.parts(first, b'{', b'}', |scan, quote| {
            let start = scan.at;
            let is_plain = scan.string(quote)?;
            let end = scan.at - 1;
            if !is_plain || scan.next()? != b':' {
                return None;
            }
            member(scan, scan.text.get(start..end)?)
        })
    }

    /// Goes over `known`, one whole object, if that is what stands here.
    pub(crate) fn is_at(&mut self, known: &str) -> bool {
        let before = self.at;
        let start = self.next().map(|_| self.at - 1);
        let rest = start.and_then(|start| self.text.as_bytes().get(start..)).unwrap_or_default();
        let is_same = !known.is_empty() && rest.starts_with(known.as_bytes());
        self.at = if is_same { self.at - 1 + known.len() } else { before };
        is_same
    }

    /// What stands between here and where it has come to since it was at `start`, without the blanks in front.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default().trim_ascii_start()
    }

    /// How far it has come.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The string that stands here.
    #[inline(never)]
    pub(crate) fn text(&mut self) -> Option<Text<'a>> {
        let quote = self.next()?;
        let start = self.at;
        if !self.string(quote)? {
            return serde_json::from_str(self.text.get(start - 1..self.at)?).ok();
        }
        self.text.get(start..self.at - 1).map(Text::borrowed)
    }

    /// The value that stands here, as it is written.
    pub(crate) fn raw(&mut self) -> Option<&'a RawValue> {
        raw(self.value()?)
    }

    /// The value that stands here, as it is written.
    #[inline(never)]
    pub(crate) fn value(&mut self) -> Option<&'a str> {
        let first = self.next()?;
        let start = self.at - 1;
        self.skip(first)?;
        self.text.get(start..self.at)
    }

    /// Whether nothing follows.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.next().is_none().then_some(())
    }

    /// The byte that stands here.
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes over the next byte that is no blank.
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte()?;
            self.at += 1;
            // One question tells most bytes from blanks.
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
        }
    }

    /// Goes over what stands between `open`, which was gone over, and `close`, with commas in between. `part`
    /// is told its first byte, which is gone over too.
    fn parts(
        &mut self,
        first: u8,
        open: u8,
        close: u8,
        mut part: impl FnMut(&mut Self, u8) -> Option<()>,
    ) -> Option<()> {
        if first != open {
            return None;
        }
        self.levels = self.levels.checked_sub(1)?;
        let mut next = self.next()?;
        if next != close {
            loop {
                part(self, next)?;
                match self.next()? {
                    b',' => next = self.next()?,
                    end if end == close => break,
                    _ => return None,
                }
            }
        }
        self.levels += 1;
        Some(())
    }

    /// Goes over a value, whose first byte was gone over.
    fn skip(&mut self, first: u8) -> Option<()> {
        match first {
            b'"' => self.string(first).map(drop),
            b'{' => self.parts(first, b'{', b'}', |scan, quote| {
                scan.string(quote)?;
                let colon = scan.next()?;
                let first = scan.next()?;
                (colon == b':').then(|| scan.skip(first))?
            }),
            b'[' => self.parts(first, b'[', b']', Self::skip),
            b't' => self.word("rue"),
            b'f' => self.word("alse"),
            b'n' => self.word("ull"),
            _ => self.number(first),
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    fn number(&mut self, first: u8) -> Option<()> {
        let first = if first == b'-' { self.digit()? } else { first };
        match first {
            b'0' => {}
            b'1'..=b'9' => while self.digit().is_some() {},
            _ => return None,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Some(())
    }

    /// Goes over a digit.
    fn digit(&mut self) -> Option<u8> {
        let digit = self.byte().filter(u8::is_ascii_digit)?;
        self.at += 1;
        Some(digit)
    }

    /// Goes over digits, of which there has to be one.
    fn digits(&mut self) -> Option<()> {
        self.digit()?;
        while self.digit().is_some() {}
        Some(())
    }

    /// Goes over a string, whose quote was gone over. Whether it is as it is written, without escapes.
    #[inline(never)]
    fn string(&mut self, quote: u8) -> Option<bool> {
        if quote != b'"' {
            return None;
        }
        let bytes = self.text.as_bytes();
        let end = plain(bytes, self.at);
        if bytes.get(end) != Some(&b'"') {
            return self.escaped(end);
        }
        self.at = end + 1;
        Some(true)
    }

    /// Goes over the rest of a string, which has an escape at `at`.
    #[inline(never)]
    fn escaped(&mut self, mut at: usize) -> Option<bool> {
        let bytes = self.text.as_bytes();
        while bytes.get(at)? == &b'\\' {
            at = plain(bytes, escape(bytes, at)?);
        }
        self.at = at + 1;
        (bytes[at] == b'"').then_some(false)
    }
}

/// Goes over an escape.
#[cold]
fn escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit).then_some(at + 6),
        _ => None,
    }
}

/// Where the next byte is, from `at` on, that a string cannot have as it is: a quote, a backslash or a
/// control character. Looks at eight at once.
fn plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*word);
        // Only a quote and what is below a blank are below 0x21 without the second bit.
        let (low, backslash) = (word ^ (ONES * 0x02), word ^ (ONES * 0x5c));
        let low = low.wrapping_sub(ONES * 0x21) & !low;
        let backslash = backslash.wrapping_sub(ONES) & !backslash;
        // The lowest of the high bits that are left is exact, and the only one that counts.
        let found = (low | backslash) & (ONES << 7);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

/// Says that a text is JSON to [`RawValue`], which would walk over it again: what `RawValue` has agreed upon
/// with its own reader is a map of one member, called as the type is.
struct Known<J>(J);

impl<'de, J: IntoDeserializer<'de, Error>> Deserializer<'de> for Known<J> {
    type Error = Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(MapDeserializer::new(std::iter::once((name, self.0))))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.into_deserializer().deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What was walked over.
fn raw(json: &str) -> Option<&RawValue> {
    <&RawValue>::deserialize(Known(BorrowedStrDeserializer::new(json))).ok()
}

/// A value as JSON. `serde_json::value::to_raw_value` makes room for 128 bytes and gives back what is left,
/// which costs the allocator some 400 instructions.
pub(crate) fn written<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Box<RawValue>> {
    /// What is copied rather than shrunk.
    const SMALL: usize = 1024;
    let mut json = Vec::with_capacity(128);
    serde_json::to_writer(&mut json, value)?;
    let json = if json.len() < SMALL { json.as_slice().into() } else { json };
    let json = String::from_utf8(json).map_err(serde_json::Error::custom)?;
    Box::<RawValue>::deserialize(Known(json)).map_err(serde_json::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_json_is_json_as_serde_takes_it() {
        let texts = [
            "null",
            "true",
            "false",
            "nul",
            "truefalse",
            "0",
            "-0",
            "01",
            "-",
            "1.",
            "1.5",
            ".5",
            "1e5",
            "1E+05",
            "1e",
            "1e+",
            "-1.25e-3",
            "12345678901234567890",
            "\"\"",
            "\"a",
            r#""a\"b""#,
            r#""\u00e9\ud800""#,
            r#""\u00g0""#,
            r#""\x""#,
            r#""\"#,
            "\"a\tb\"",
            "\"12345678\\n12345678\"",
            "\"grün, sehr grün\"",
            "[]",
            "[1]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1, [2, {}], \"3\"]",
            "{}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{1:2}",
            " { \"a\" : [ 1 , 2 ] , \"b\\n\" : null } ",
            "{\"a\":1 \"b\":2}",
            "[1}",
            "{\"a\":1]",
            "[",
            "]",
            "",
            " ",
            "1 2",
            "\u{a0}1",
            "{\"a\":{\"b\":{\"c\":[[[]]]}}}",
        ];
        for text in texts {
            let mut scan = Scan::new(text, LEVELS);
            let walked = scan.raw().filter(|_| scan.end().is_some()).map(RawValue::get);
            let read = serde_json::from_str::<&RawValue>(text).ok().map(RawValue::get);
            assert_eq!(walked, read, "{text}");
        }
    }

    #[test]
    fn every_byte_of_a_string_is_looked_at() {
        for length in 0..40 {
            for byte in [b'"', b'\\', 0, 0x1f] {
                let mut bytes = vec![b'a'; 40];
                bytes[length] = byte;
                assert_eq!(plain(&bytes, 0), length, "{byte}");
            }
        }
        let other = "ü€😀 !#[]\u{7f}\u{80}";
        assert_eq!(plain(other.as_bytes(), 0), other.len());
    }

    #[test]
    fn what_is_written_is_what_serde_writes() {
        for text in ["", "grün \n", &"long ".repeat(500)] {
            let value = serde_json::json!({"text": text, "numbers": [1, 2.5, null]});
            let expected = serde_json::value::to_raw_value(&value).unwrap();
            assert_eq!(written(&value).unwrap().get(), expected.get());
        }
        assert!(written(&std::collections::BTreeMap::from([(vec![1], 1)])).is_err());
    }

    #[test]
    fn it_goes_as_deep_as_it_may() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for (levels, may, is_taken) in [(3, 3, true), (4, 3, false), (128, 500, true), (129, 500, false)] {
            assert_eq!(Scan::new(&nested(levels), may).value().is_some(), is_taken, "{levels} of {may}");
        }
    }
}
