//! The attribute macros of `disco-sdk`. Their documentation stands on the re-exports there.
