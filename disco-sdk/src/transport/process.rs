//! The name of this process, so that what only it knows is told from what another replica knows.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// How long the name is.
pub(crate) const PROCESS_NAME: usize = 8;

/// What the ids of this process begin with: random, so that it ends with the process.
pub(crate) fn process() -> &'static str {
    static PROCESS: OnceLock<String> = OnceLock::new();
    PROCESS.get_or_init(|| {
        let mut random = [0; PROCESS_NAME * 3 / 4];
        // Without random numbers no server starts: its key needs them too.
        let _ = getrandom::fill(&mut random);
        URL_SAFE_NO_PAD.encode(random)
    })
}

/// A name that nobody can guess.
#[cfg(feature = "http")]
pub(crate) fn unguessable() -> Option<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
