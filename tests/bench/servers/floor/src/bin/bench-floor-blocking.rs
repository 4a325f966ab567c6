//! stdio on one thread, with blocking reads and writes: a write for all that one read held.

use std::io::{Read as _, Write as _};

fn main() -> std::io::Result<()> {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let (mut buffer, mut filled, mut replies) = (vec![0; 64 << 10], 0, Vec::new());
    loop {
        let read = input.read(&mut buffer[filled..])?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        let taken = bench_floor::answer_lines(&buffer[..filled], &mut replies);
        buffer.copy_within(taken..filled, 0);
        filled -= taken;
        output.write_all(&replies)?;
        output.flush()?;
        replies.clear();
    }
}
