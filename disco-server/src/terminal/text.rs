//! What a terminal has shown as plain text, without what moves and colours: the last part, within a bound.

/// The text. Places in it are counted in bytes from the very first, also when that is no longer kept.
pub(super) struct Text {
    parser: vte::Parser,
    kept: Kept,
}

struct Kept {
    text: String,
    start: u64,
    most: usize,
    /// A carriage return came last. What it means shows next: `\r\n` is one end of a line, and at the start of one it
    /// does nothing.
    returned: bool,
}

impl Text {
    pub(super) fn new(most: usize) -> Self {
        let kept = Kept { text: String::new(), start: 0, most, returned: false };
        Self { parser: vte::Parser::new(), kept }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.kept, bytes);
        self.kept.tidy();
    }

    /// The place behind all that was shown.
    pub(super) fn end(&self) -> u64 {
        self.kept.start + self.kept.text.len() as u64
    }

    /// What is kept from a place on, and where it begins: later, if that is no longer kept.
    pub(super) fn since(&self, place: u64) -> (u64, &str) {
        let from = place.clamp(self.kept.start, self.end());
        let skipped = usize::try_from(from - self.kept.start).unwrap_or(usize::MAX);
        let text = &self.kept.text;
        (from, &text[text.floor_char_boundary(skipped)..])
    }
}

impl Kept {
    fn add(&mut self, character: char) {
        let is_at_start = self.text.is_empty() || self.text.ends_with('\n');
        if std::mem::take(&mut self.returned) && character != '\n' && !is_at_start {
            self.text.push('\r');
        }
        self.text.push(character);
    }

    /// Lets the oldest go, seldom and much at once.
    fn tidy(&mut self) {
        if self.text.len() >= self.most * 2 {
            let gone = self.text.ceil_char_boundary(self.text.len() - self.most);
            self.text.drain(..gone);
            self.start += gone as u64;
        }
    }
}

impl vte::Perform for Kept {
    fn print(&mut self, character: char) {
        self.add(character);
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' | b'\t' => self.add(char::from(byte)),
            b'\r' => self.returned = true,
            _ => {}
        }
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text")
            .field("start", &self.kept.start)
            .field("end", &self.end())
            .finish_non_exhaustive()
    }
}

/// The longest beginning of `text` that takes at most so many bytes as JSON.
pub(super) fn head(text: &str, most: usize) -> &str {
    &text[..fitting(text.char_indices().map(|(at, c)| (at + c.len_utf8(), c)), most).unwrap_or(0)]
}

/// The longest end of `text` that takes at most so many bytes as JSON.
pub(super) fn tail(text: &str, most: usize) -> &str {
    &text[fitting(text.char_indices().rev(), most).unwrap_or(text.len())..]
}

/// The edge behind the last character that fits.
fn fitting(characters: impl Iterator<Item = (usize, char)>, most: usize) -> Option<usize> {
    let mut bytes = 0;
    let fits = |(_, c): &(usize, char)| {
        bytes += match c {
            '"' | '\\' | '\n' | '\r' | '\t' => 2,
            c if c.is_control() => 6,
            c => c.len_utf8(),
        };
        bytes <= most
    };
    characters.take_while(fits).last().map(|(edge, _)| edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_is_kept() {
        let mut text = Text::new(100);
        for part in
            ["\x1b[1;31mr", "ed\x1b[0m\r", "\n\x1b]0;title\x07$ ls\x1b[", "K\r\r\n\r10%\r20%", "\u{e9}"]
        {
            text.push(part.as_bytes());
        }
        assert_eq!(text.since(0), (0, "red\n$ ls\n10%\r20%\u{e9}"));
        assert_eq!(text.since(4), (4, "$ ls\n10%\r20%\u{e9}"));
        assert_eq!(text.since(999), (text.end(), ""));
    }

    #[test]
    fn a_character_over_two_reads_is_not_broken() {
        let mut text = Text::new(100);
        for byte in "aé€😀".bytes() {
            text.push(&[byte]);
        }
        assert_eq!(text.since(0).1, "aé€😀");
    }

    #[test]
    fn the_oldest_goes_when_there_is_too_much() {
        let mut text = Text::new(8);
        for _ in 0..100 {
            text.push("éé".as_bytes());
        }
        let (from, kept) = text.since(0);
        assert!((8..16).contains(&kept.len()) && kept.chars().all(|c| c == 'é'), "{kept}");
        assert_eq!((from + kept.len() as u64, text.end()), (400, 400));
    }

    #[test]
    fn a_page_is_cut_between_characters_by_what_it_takes_as_json() {
        assert_eq!((head("a\n\u{1b}bé", 9), tail("a\n\u{1b}bé", 9)), ("a\n\u{1b}", "\u{1b}bé"));
        assert_eq!((head("é", 1), tail("é", 1), head("", 5), tail("ab", 5)), ("", "", "", "ab"));
    }
}
