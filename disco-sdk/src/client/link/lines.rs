//! One message a line, over any pair of byte streams: the client's side of stdio.

use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::sync::Mutex;

use super::pipe::{Pipe, Writer};
use super::{Incoming, Later, Link};
use crate::client::Answers;
use crate::error::{Error, Result};
use crate::transport::line::{Input, Output};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 64 << 20;

pub(in crate::client) fn lines(input: Input, output: Output, answers: Answers) -> Arc<dyn Link> {
    let reader = Box::new(Lines(BufReader::new(input)));
    Arc::new(Pipe::new(reader, Arc::new(Mutex::new(output)), answers))
}

struct Lines(BufReader<Input>);

impl Incoming for Lines {
    fn next(&mut self) -> Later<'_, Result<Option<Value>>> {
        Box::pin(async {
            let mut line = Vec::new();
            let read = (&mut self.0).take(LONGEST).read_until(b'\n', &mut line).await?;
            match line.last() {
                None => Ok(None),
                Some(b'\n') => Ok(Some(serde_json::from_slice(&line)?)),
                Some(_) => Err(Error::new(format!("the server's line breaks off after {read} bytes"))),
            }
        })
    }
}

impl Writer for Mutex<Output> {
    fn write<'a>(&'a self, message: &'a Value) -> Later<'a, Result<()>> {
        Box::pin(async move {
            let mut line = serde_json::to_vec(message)?;
            line.push(b'\n');
            let mut output = self.lock().await;
            output.write_all(&line).await?;
            output.flush().await?;
            Ok(())
        })
    }
}
