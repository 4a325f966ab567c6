//! Recording of terminals that are open already.

use super::Terminals;
use crate::error::{Error, ErrorCode, Result};
use crate::terminal::TerminalInfo;

impl Terminals {
    /// Records from now on what a terminal shows. One that is being recorded goes on so.
    ///
    /// # Errors
    /// `TERMINAL_NOT_FOUND`, `TERMINAL_CLOSED`, and `INVALID_STATUS` for one whose recording was ended.
    pub async fn record(&self, id: &str) -> Result<TerminalInfo> {
        let entry = self.open_entry(id).await?;
        let info = entry.live.info();
        if entry.live.is_recorded() {
            return Ok(info);
        }
        if info.recording_uri.is_some() {
            let what = format!("the terminal `{id}` has a recording already, which was ended");
            return Err(Error::new(ErrorCode::InvalidStatus, what)
                .suggest("read it, or open another terminal to record"));
        }
        let recorder = self.inner.recordings.begin(id, &info.command, info.size)?;
        let info = entry.live.begin_recording(recorder, format!("disco://terminals/{id}/recording"));
        self.inner.records.keep(&info).await?;
        Ok(info)
    }

    /// Ends the recording of a terminal.
    ///
    /// # Errors
    /// `TERMINAL_NOT_FOUND`, `TERMINAL_CLOSED`, and `INVALID_STATUS` for one that is not recorded.
    pub async fn stop_recording(&self, id: &str) -> Result<TerminalInfo> {
        let entry = self.open_entry(id).await?;
        if !entry.live.end_recording().await {
            let what = format!("the terminal `{id}` is not being recorded");
            return Err(Error::new(ErrorCode::InvalidStatus, what).suggest("begin with `record/start`"));
        }
        Ok(entry.live.info())
    }
}
