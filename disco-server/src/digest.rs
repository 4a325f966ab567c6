//! Digests, as they are told.

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex(&sha2::Sha256::digest(bytes))
}

/// That of the next `size` bytes that are read: what grows meanwhile has no end.
pub(crate) fn sha256_of(read: impl std::io::Read, size: u64) -> std::io::Result<String> {
    use sha2::Digest;
    let mut digest = sha2::Sha256::new();
    std::io::copy(&mut read.take(size), &mut digest)?;
    Ok(hex(&digest.finalize()))
}

/// In hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}
