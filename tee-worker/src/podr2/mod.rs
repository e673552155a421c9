//! Tags over service fragments, and verdicts over proofs of them.

mod tagging;
mod verifying;

pub use tagging::Tagger;
pub use verifying::Verifier;
