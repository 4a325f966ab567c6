//! See `src/template.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| disco_fuzz::template::run(data));
