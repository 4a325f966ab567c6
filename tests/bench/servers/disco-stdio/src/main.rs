//! As the README writes a program: no HTTP is in it.

#[path = "../../disco/src/lib.rs"]
mod surface;

disco_sdk::main!(surface::server());
