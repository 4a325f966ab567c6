//! The program around the server of `everything.rs`.

disco_sdk::main!(disco_everything::server());
