//! Where nothing better is known: the runtime's own standard streams. Prints are not turned aside here.

use std::io;

use crate::transport::line::{Input, Output};

/// Standard input and output.
#[expect(clippy::unnecessary_wraps, reason = "the other platform can fail")]
pub(super) fn take() -> io::Result<(Input, Output)> {
    Ok((Box::new(tokio::io::stdin()), Box::new(tokio::io::stdout())))
}
