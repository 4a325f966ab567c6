//! Fuzz targets: each takes any bytes and panics where the SDK does what it must not.
//!
//! `cargo +nightly fuzz run envelope` runs one for as long as one likes. `tests/fuzz.rs` runs all of them
//! for a moment, on stable: with the files of `corpus` and what a few changes make of them.

pub mod cursor;
pub mod envelope;
pub mod events;
pub mod headers;
mod server;
pub mod session;
pub mod state;
pub mod template;

/// A target.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also the name of its folder in `corpus`.
pub const ALL: [(&str, Target); 7] = [
    ("cursor", cursor::run),
    ("envelope", envelope::run),
    ("events", events::run),
    ("headers", headers::run),
    ("session", session::run),
    ("state", state::run),
    ("template", template::run),
];

/// A sealed text with some of its characters changed: each pair of bytes says where, and into what.
fn changed(right: &str, data: &[u8]) -> String {
    let mut changed = right.as_bytes().to_vec();
    for pair in data.chunks_exact(2) {
        let (at, into) = (usize::from(pair[0]) % changed.len(), pair[1] & 0x7f);
        if into.is_ascii_graphic() {
            changed[at] = into;
        }
    }
    String::from_utf8(changed).expect("it is ASCII")
}
