//! What kind of file it is: by its first bytes, then by its name.

/// First bytes, where they stand, and what they mean.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\0asm", "application/wasm"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
];

/// Endings of names of text files. What is not here is `text/plain`.
const ENDINGS: &[(&str, &str)] = &[
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("mjs", "text/javascript"),
    ("py", "text/x-python"),
    ("rs", "text/x-rust"),
    ("sh", "application/x-sh"),
    ("svg", "image/svg+xml"),
    ("toml", "application/toml"),
    ("ts", "text/x-typescript"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
];

/// The MIME type of a file with this name that begins with these bytes.
pub(super) fn mime_type(name: &str, start: &[u8]) -> &'static str {
    let magic =
        MAGIC.iter().find(|(at, bytes, _)| start.get(*at..).is_some_and(|rest| rest.starts_with(bytes)));
    if let Some((_, _, mime)) = magic {
        return mime;
    }
    if start.contains(&0) {
        return "application/octet-stream";
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let known = ENDINGS.iter().find(|(known, _)| ending.as_deref() == Some(known));
    known.map_or("text/plain", |(_, mime)| mime)
}

/// Whether clients can show it as a picture.
pub(super) fn is_picture(mime: &str) -> bool {
    matches!(mime, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}
