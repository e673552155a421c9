//! Powers modulo the key's `n`.

use crate::{PoISKey, PoisError, SecretKey};

/// The group that accumulators live in, and the way to compute in it: the public one, or the fast one
/// for who knows the factors. Both give the same verdicts.
pub struct Group {}

impl Group {
    /// The group of a miner's key.
    ///
    /// # Errors
    /// [`PoisError::Key`] for a key that none of the workers made.
    pub fn public(key: &PoISKey) -> Result<Self, PoisError> {
        todo!()
    }

    /// The same group with its factors.
    ///
    /// # Errors
    /// [`PoisError::Arithmetic`].
    pub fn secret(key: &SecretKey) -> Result<Self, PoisError> {
        todo!()
    }
}
