//! Remote attestation as the published interface carries it, and what this runtime makes of it.

use crate::{CesealVerifyRequired, Config, Error, NoneAttestationEnabled, Pallet};
use alloc::{string::String, vec::Vec};
use cess_primitives::tee::AttestationProvider;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::ensure;
use scale_info::TypeInfo;
use sp_runtime::DispatchError;

/// Confidence level of a worker that nobody attested; attested ones have 1 (best) to 5.
pub const UNATTESTED: u8 = 128;

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
        /// The quote.
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
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
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

impl<T: Config> Pallet<T> {
    /// Who vouches for the worker, and with what confidence.
    ///
    /// This runtime trusts no vendor's root: a report is refused, its absence is accepted while
    /// governance allows it. Without a report the binary is unknown, so a network that requires
    /// listed binaries takes nobody in this way.
    pub(crate) fn vet(
        report: &Option<AttestationReport>,
    ) -> Result<(Option<AttestationProvider>, u8), DispatchError> {
        ensure!(report.is_none(), Error::<T>::UnsupportedAttestationType);
        ensure!(
            NoneAttestationEnabled::<T>::get(),
            Error::<T>::NoneAttestationDisabled
        );
        ensure!(
            !CesealVerifyRequired::<T>::get(),
            Error::<T>::CesealRejected
        );
        Ok((None, UNATTESTED))
    }
}
