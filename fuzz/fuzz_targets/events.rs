//! See `src/events.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| disco_fuzz::events::run(data));
