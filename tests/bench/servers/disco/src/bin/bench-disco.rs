//! As the README writes a program.

disco_sdk::main!(bench_disco::server());
