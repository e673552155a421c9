//! Proofs of the hardware and the binary that a worker runs on, as the published interface carries
//! them.

use super::WorkerRegistrationInfo;
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// What a worker presents as proof of the hardware it runs on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum AttestationReport {
    /// A report of Intel's EPID service.
    SgxIas {
        /// The report, JSON.
        ra_report: Vec<u8>,
        /// The service's signature over it.
        signature: Vec<u8>,
        /// The certificate of the signing key, DER.
        raw_signing_cert: Vec<u8>,
    },
    /// A quote that is verified against Intel's published collateral.
    SgxDcap {
        /// The quote: [`Quote`](super::quote::Quote).
        quote: Vec<u8>,
        /// What it is verified against.
        collateral: Option<Collateral>,
    },
}

/// Collateral of a quote, by format.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Collateral {
    /// For quotes of version 3.
    SgxV30(SgxV30QuoteCollateral),
}

/// Intel's statements about a platform and its quoting enclave.
#[derive(Clone, Default, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SgxV30QuoteCollateral {
    /// Issuers of the PCK revocation list, PEM.
    pub pck_crl_issuer_chain: String,
    /// Revocation list of the root, PEM.
    pub root_ca_crl: String,
    /// Revocation list of platform keys, PEM.
    pub pck_crl: String,
    /// Issuers of the TCB info, PEM.
    pub tcb_info_issuer_chain: String,
    /// The TCB info, JSON.
    pub tcb_info: String,
    /// The signature over it.
    pub tcb_info_signature: Vec<u8>,
    /// Issuers of the enclave identity, PEM.
    pub qe_identity_issuer_chain: String,
    /// The enclave identity, JSON.
    pub qe_identity: String,
    /// The signature over it.
    pub qe_identity_signature: Vec<u8>,
}

/// Which binary runs in an enclave.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Measurement {
    /// Hash of the enclave's code and data.
    pub mr_enclave: [u8; 32],
    /// Hash of the key that signed the enclave.
    pub mr_signer: [u8; 32],
    /// The signer's number for the product.
    pub isv_prod_id: u16,
    /// The signer's number for the product's security version.
    pub isv_svn: u16,
}

impl Measurement {
    /// The name under which the chain lists the binary (spec chain 7.2).
    pub fn hash(&self) -> H256 {
        let parts = (
            self.mr_enclave,
            self.isv_prod_id,
            self.isv_svn,
            self.mr_signer,
        );
        H256(parts.using_encoded(sp_crypto_hashing::blake2_256))
    }
}

impl WorkerRegistrationInfo {
    /// What a report must vouch for: the first half of its report data.
    pub fn digest(&self) -> [u8; 32] {
        self.using_encoded(sp_crypto_hashing::blake2_256)
    }
}
