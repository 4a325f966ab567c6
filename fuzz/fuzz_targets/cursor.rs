//! See `src/cursor.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| disco_fuzz::cursor::run(data));
