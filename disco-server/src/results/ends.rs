//! The head and the tail of a text.

/// The head and the tail of a text, in at most `most` bytes of JSON and the words between them.
pub(crate) fn ends(text: &str, most: usize) -> String {
    if written(text) <= most {
        return text.to_owned();
    }
    let mut half = most / 2;
    loop {
        let head = &text[..text.floor_char_boundary(half.min(text.len()))];
        let tail = &text[text.ceil_char_boundary(text.len().saturating_sub(half))..];
        if half == 0 || written(head) + written(tail) <= most {
            let left_out = text.len().saturating_sub(head.len() + tail.len());
            return format!("{head}[... {left_out} bytes left out ...]{tail}");
        }
        half = half * 3 / 4;
    }
}

/// How long it is as JSON.
pub(crate) fn written(text: &str) -> usize {
    serde_json::to_string(text).map_or(usize::MAX, |text| text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_and_tail_are_kept() {
        let text = format!("begin{}end", "x".repeat(1000));
        let shown = ends(&text, 40);
        assert!(shown.starts_with("begin") && shown.ends_with("end"), "{shown}");
        assert!(shown.contains("bytes left out"));
        assert_eq!(ends("short", 40), "short");
    }
}
