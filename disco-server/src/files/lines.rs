//! Which lines of a text one answer has.

use super::read::{ReadRequest, ReadResult};
use crate::error::{Error, ErrorCode, Result};
use crate::results::written;

/// How much text one call returns when the caller does not say, in bytes.
const DEFAULT_TEXT: usize = 256 << 10;

/// Takes the lines that were asked for, as many as fit: the first ones, and from the start of a file the last ones too.
pub(super) fn take(text: &str, request: &ReadRequest, result: &mut ReadResult) -> Result<()> {
    let first = request.offset.unwrap_or(1);
    if first == 0 {
        return Err(Error::new(ErrorCode::InvalidArgument, "`offset` is 0, but lines are counted from 1")
            .suggest("leave it out to read from the start"));
    }
    let total = text.lines().count();
    let wanted = request.limit.unwrap_or(usize::MAX);
    let most = request.max_bytes.unwrap_or(DEFAULT_TEXT);
    let asked: Vec<&str> = text.split_inclusive('\n').skip(first - 1).take(wanted).collect();
    let fits = fitting(asked.iter().copied(), most) == asked.len();
    let with_tail = !fits && request.offset.is_none() && request.limit.is_none();
    let mut taken = fitting(asked.iter().copied(), if with_tail { most / 4 * 3 } else { most });
    result.content = asked[..taken].concat();
    if taken == 0 && !asked.is_empty() {
        // A line that is too long by itself: a part of it is all that can be shown.
        let line = asked[0];
        beginning(line, most / 4 * 3).clone_into(&mut result.content);
        result.note = Some(format!(
            "line {first} has {} bytes, of which the first {} are here; read it in parts with `file_download`",
            line.len(),
            result.content.len()
        ));
        taken = 1;
    }
    result.truncated = taken < asked.len() || result.note.is_some();
    if with_tail {
        let rest = &asked[taken..];
        let last = fitting(rest.iter().rev().copied(), most / 4);
        if last > 0 {
            result.tail = Some(rest[rest.len() - last..].concat());
            result.tail_line = Some(first + asked.len() - last);
        }
    }
    let next = first + taken;
    result.total_lines = Some(total);
    result.next_offset = (taken > 0 && next <= total).then_some(next);
    Ok(())
}

/// How many of the lines fit into so many bytes of JSON.
fn fitting<'a>(lines: impl Iterator<Item = &'a str>, most: usize) -> usize {
    let mut room = most;
    lines
        .take_while(|line| {
            let size = written(line) - 2;
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        })
        .count()
}

/// The beginning of a line, in so many bytes of JSON.
fn beginning(line: &str, most: usize) -> &str {
    let mut length = most;
    loop {
        let part = &line[..line.floor_char_boundary(length.min(line.len()))];
        if written(part) <= most || length == 0 {
            return part;
        }
        length = length / 4 * 3;
    }
}
