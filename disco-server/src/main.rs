//! The Disco server's command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == disco_server::sandbox::local::launch::COMMAND) {
        return disco_server::sandbox::local::launch::main();
    }
    ExitCode::FAILURE
}
