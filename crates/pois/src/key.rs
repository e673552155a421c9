//! Keys of accumulators.

use crate::{PoISKey, PoisError};
use cess_primitives::AccountId;

/// A miner's key with the factors of its modulus, which only TEE workers know.
pub struct SecretKey {}

impl SecretKey {
    /// The key of this miner under the workers' `secret`: always the same one.
    ///
    /// # Errors
    /// [`PoisError::Arithmetic`].
    pub fn derive(secret: &[u8; 32], miner: &AccountId) -> Result<Self, PoisError> {
        todo!()
    }

    /// What the miner and the chain get.
    pub fn public(&self) -> PoISKey {
        todo!()
    }
}
