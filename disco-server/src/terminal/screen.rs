//! What a person would see: the screen as text, and the answers that a terminal owes to its program.

use std::panic::{AssertUnwindSafe, catch_unwind};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sandbox::Size;

/// A screen as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TerminalScreen")]
pub struct View {
    /// Its lines, without the blanks behind them.
    pub text: String,
    /// The line that the cursor is in, counted from 1.
    pub cursor_row: u16,
    /// The place of the cursor in it, counted from 1.
    pub cursor_col: u16,
    /// Its title, if the program gave it one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// The longest title that is told, in bytes.
const TITLE: usize = 256;

pub(super) struct Screen {
    parser: vt100::Parser<Owed>,
}

impl Screen {
    pub(super) fn new(size: Size) -> Self {
        Self { parser: vt100::Parser::new_with_callbacks(size.rows, size.cols, 0, Owed::default()) }
    }

    /// Shows what a program wrote, and gives what the terminal has to answer to it.
    pub(super) fn show(&mut self, bytes: &[u8]) -> Vec<u8> {
        let size = self.parser.screen().size();
        // Bytes that the parser stumbles over cost the screen that they were for, and nothing else.
        let shown = catch_unwind(AssertUnwindSafe(|| self.parser.process(bytes)));
        if shown.is_err() {
            *self = Self::new(Size { rows: size.0, cols: size.1 });
        }
        std::mem::take(&mut self.parser.callbacks_mut().answer)
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.parser.set_size(size.rows, size.cols);
    }

    /// Whether the program wants its own kind of arrow keys.
    pub(super) fn application_cursor(&self) -> bool {
        self.parser.screen().application_cursor()
    }

    pub(super) fn text(&self) -> String {
        let all = self.parser.screen().contents();
        all.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn view(&self) -> View {
        let (row, col) = self.parser.screen().cursor_position();
        let title = self.parser.callbacks().title.clone();
        View { text: self.text(), cursor_row: row + 1, cursor_col: col + 1, title }
    }
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").field("size", &self.parser.screen().size()).finish_non_exhaustive()
    }
}

/// What the program asked for beside showing something.
#[derive(Default)]
struct Owed {
    answer: Vec<u8>,
    title: String,
}

impl vt100::Callbacks for Owed {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        let title = String::from_utf8_lossy(title);
        title[..title.floor_char_boundary(TITLE)].clone_into(&mut self.title);
    }

    /// Programs ask where the cursor is and what they talk to; some wait for the answer.
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        letter: char,
    ) {
        let number = params.first().and_then(|param| param.first()).copied().unwrap_or(0);
        let answer = match (first, letter, number) {
            (None, 'n', 5) => "\x1b[0n".to_owned(),
            (None, 'n', 6) => {
                let (row, col) = screen.cursor_position();
                format!("\x1b[{};{}R", row + 1, col + 1)
            }
            (None, 'c', 0) => "\x1b[?62;22c".to_owned(),
            (Some(b'>'), 'c', 0) => "\x1b[>1;10;0c".to_owned(),
            _ => return,
        };
        // A program that asks without end is answered once for each piece that is read of it.
        if self.answer.len() < 1024 {
            self.answer.extend(answer.into_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen() -> Screen {
        let size = |number| std::num::NonZeroU16::new(number).unwrap();
        Screen::new(Size { cols: size(10), rows: size(3) })
    }

    #[test]
    fn the_screen_is_what_is_left_of_what_was_written() {
        let mut screen = screen();
        screen.show(b"one  \r\ntwo\x1b[2;1HT\x1b]2;a title\x07");
        let view = screen.view();
        assert_eq!((view.text.as_str(), view.title.as_str()), ("one\nTwo", "a title"));
        assert_eq!((view.cursor_row, view.cursor_col), (2, 2));
    }

    #[test]
    fn a_program_that_asks_for_the_cursor_is_answered() {
        let mut screen = screen();
        assert_eq!(screen.show(b"ab\x1b[6n"), b"\x1b[1;3R");
        assert_eq!(screen.show(b"\x1b[c"), b"\x1b[?62;22c");
        assert_eq!(screen.show(b"\x1b[31m"), b"");
    }
}
