//! What a miner signs, so that a worker knows that a request is the miner's own.

use crate::{podr2, pois};
use prost::Message;
use sp_crypto_hashing::sha2_256;

/// A request that carries a miner's sr25519 signature over [`MinerSigned::digest`].
pub trait MinerSigned {
    /// The signature that the request carries.
    fn signature(&self) -> &[u8];

    /// SHA-256 over the name of the method and the request without its signature. The name keeps
    /// a signature from being used for another method.
    fn digest(&self) -> [u8; 32];

    /// Puts the signature in.
    fn set_signature(&mut self, signature: [u8; 64]);
}

macro_rules! miner_signed {
    ($($message:ty, $field:ident, $method:literal;)*) => {
        $(impl MinerSigned for $message {
            fn signature(&self) -> &[u8] {
                &self.$field
            }

            fn digest(&self) -> [u8; 32] {
                let unsigned = Self { $field: Vec::new(), ..self.clone() };
                let mut bytes = $method.as_bytes().to_vec();
                bytes.extend(unsigned.encode_to_vec());
                sha2_256(&bytes)
            }

            fn set_signature(&mut self, signature: [u8; 64]) {
                self.$field = signature.to_vec();
            }
        })*
    };
}

miner_signed! {
    podr2::RequestBatchVerify, miner_sign, "podr2.request_batch_verify";
    pois::RequestMinerCommitGenChall, miner_sign, "pois.request_miner_commit_gen_chall";
    pois::RequestVerifyCommitAndAccProof, miner_sign, "pois.request_verify_commit_proof";
    pois::RequestVerifyDeletionProof, miner_sign, "pois.request_verify_deletion_proof";
    pois::RequestSpaceProofVerify, miner_space_proof_hash_polkadot_sig, "pois.request_space_proof_verify_single_block";
    pois::RequestSpaceProofVerifyTotal, miner_sign, "pois.request_verify_space_total";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_covers_everything_but_the_signature() {
        let mut request = pois::RequestVerifyDeletionProof {
            miner_id: vec![1; 32],
            ..Default::default()
        };
        let digest = request.digest();
        request.set_signature([7; 64]);
        assert_eq!(request.digest(), digest);
        assert_eq!(request.signature(), [7; 64]);
        request.miner_id[0] = 2;
        assert_ne!(request.digest(), digest);
    }

    #[test]
    fn empty_requests_of_different_methods_have_different_digests() {
        assert_ne!(
            pois::RequestVerifyDeletionProof::default().digest(),
            pois::RequestMinerCommitGenChall::default().digest()
        );
    }
}
