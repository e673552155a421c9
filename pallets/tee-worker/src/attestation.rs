//! Whose word the chain takes for what a worker runs on.

use crate::Error;
use cess_primitives::tee::{attestation::AttestationReport, AttestationProvider};
use sp_core::H256;

/// Confidence level of a worker that nobody attested; attested ones have 1 (best) to 5.
pub const UNATTESTED: u8 = 128;

/// What a report that was found good says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attested {
    /// Whose kind of report it is.
    pub provider: AttestationProvider,
    /// Which binary runs there: the hash of its measurement.
    pub binary: H256,
    /// What the enclave says of itself.
    pub user_data: [u8; 32],
    /// From 1, best, to 5.
    pub confidence_level: u8,
}

/// Why a report is refused; each is published as an error of the same name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttestationError {
    /// Nobody's reports are trusted.
    UnsupportedAttestationType,
    /// No trusted key signed the EPID report.
    InvalidIasSigningCert,
    /// The quote is cut off.
    InvalidDcapQuote,
    /// Another version of quotes.
    UnsupportedDcapQuoteVersion,
    /// Another type of attestation key.
    UnsupportedDcapAttestationKeyType,
    /// The quote's proof can't be read.
    UnsupportedQuoteAuthData,
    /// No chain of certificates.
    UnsupportedDcapPckCertFormat,
    /// An empty chain of certificates.
    CertificateChainIsTooShort,
    /// The chain ends with nobody trusted.
    CertificateChainIsInvalid,
    /// The quoting enclave vouches for another key.
    QeReportHashMismatch,
    /// The attestation key did not sign the report.
    IsvEnclaveReportSignatureIsInvalid,
    /// There is no collateral.
    InvalidCertificate,
    /// The collateral is not signed by whom it must be.
    InvalidReport,
    /// The collateral can't be read.
    CodecError,
    /// The collateral is outdated.
    TcbInfoExpired,
    /// The platform or the enclave can't keep secrets.
    InvalidQuoteStatus,
}

/// Checks reports about what a worker runs on.
pub trait AttestationVerifier {
    /// What a good report says; `now` is in seconds since 1970.
    fn verify(report: &AttestationReport, now: u64) -> Result<Attested, AttestationError>;
}

/// Trusts nobody.
impl AttestationVerifier for () {
    fn verify(_: &AttestationReport, _: u64) -> Result<Attested, AttestationError> {
        Err(AttestationError::UnsupportedAttestationType)
    }
}

impl<T> From<AttestationError> for Error<T> {
    fn from(error: AttestationError) -> Self {
        use AttestationError as E;
        match error {
            E::UnsupportedAttestationType => Self::UnsupportedAttestationType,
            E::InvalidIasSigningCert => Self::InvalidIASSigningCert,
            E::InvalidDcapQuote => Self::InvalidDCAPQuote,
            E::UnsupportedDcapQuoteVersion => Self::UnsupportedDCAPQuoteVersion,
            E::UnsupportedDcapAttestationKeyType => Self::UnsupportedDCAPAttestationKeyType,
            E::UnsupportedQuoteAuthData => Self::UnsupportedQuoteAuthData,
            E::UnsupportedDcapPckCertFormat => Self::UnsupportedDCAPPckCertFormat,
            E::CertificateChainIsTooShort => Self::CertificateChainIsTooShort,
            E::CertificateChainIsInvalid => Self::CertificateChainIsInvalid,
            E::QeReportHashMismatch => Self::QEReportHashMismatch,
            E::IsvEnclaveReportSignatureIsInvalid => Self::IsvEnclaveReportSignatureIsInvalid,
            E::InvalidCertificate => Self::InvalidCertificate,
            E::InvalidReport => Self::InvalidReport,
            E::CodecError => Self::CodecError,
            E::TcbInfoExpired => Self::TCBInfoExpired,
            E::InvalidQuoteStatus => Self::InvalidQuoteStatus,
        }
    }
}
