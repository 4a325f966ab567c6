//! Flags and variables of how much answers hold, and of what is asked about.

use clap::Args;
use serde::Serialize;

/// What flags and variables say of it.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct AnswersGiven {
    /// What the answer of a tool holds, in bytes, 8000 to 1000000; the whole of a longer one is kept [default: 25000].
    #[arg(long, global = true, env = "DISCO_RESULT_BYTES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_bytes: Option<usize>,
    /// The largest picture that is shown in an answer, in KiB, 0 to 8192 [default: 1024].
    #[arg(long, global = true, env = "DISCO_IMAGE_KB", value_name = "KIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_kb: Option<u64>,
    /// Answers that were too long and are kept whole, together, in MiB, 0 to 1048576; the oldest go first [default: 64].
    #[arg(long, global = true, env = "DISCO_OUTPUTS_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs_mb: Option<u64>,
    /// How many files are deleted without asking the user, 0 to 1000000 [default: 10].
    #[arg(long, global = true, env = "DISCO_ASK_ABOVE", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_above: Option<u64>,
}
