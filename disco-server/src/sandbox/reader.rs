//! Reads what a command writes: keeps it, passes it on, and says when it is too much.

use tokio::io::{AsyncRead, AsyncReadExt};

use super::exec::{Chunk, ChunkSender, Ended, ExecRequest, Stream};
use super::output::{Decoder, Output};

/// Keeps one stream and passes it on.
pub(super) struct Reader {
    stream: Stream,
    pub(super) output: Output,
    decoder: Decoder,
    chunks: Option<ChunkSender>,
    bound: u64,
}

impl Reader {
    /// A stream of at most `bound` bytes.
    pub(super) fn new(
        stream: Stream,
        request: &ExecRequest,
        chunks: Option<ChunkSender>,
        bound: u64,
    ) -> Self {
        Self { stream, output: Output::new(request.keep_output), decoder: Decoder::default(), chunks, bound }
    }

    /// Reads to the end, or until more has come than the bound.
    pub(super) async fn read(&mut self, source: Option<impl AsyncRead + Unpin>) -> Result<(), Ended> {
        let Some(mut source) = source else {
            return Ok(());
        };
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = source.read(&mut buffer).await {
            self.take(&buffer[..length]).await?;
        }
        Ok(())
    }

    /// Takes the next bytes.
    pub(super) async fn take(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        self.output.push(bytes);
        if self.output.total() > self.bound {
            return Err(Ended::OutputLimit);
        }
        self.pass_on(bytes).await;
        Ok(())
    }

    async fn pass_on(&mut self, bytes: &[u8]) {
        let Some(chunks) = &self.chunks else { return };
        let text = self.decoder.decode(bytes);
        if !text.is_empty() && chunks.send(Chunk { stream: self.stream, text }).await.is_err() {
            self.chunks = None;
        }
    }
}
