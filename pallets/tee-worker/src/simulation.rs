//! Trust in simulated attestations, for networks that prove nothing to anybody.

use crate::{AttestationError, AttestationVerifier, Attested, Config, SimulatedAttestationEnabled};
use alloc::{string::String, vec::Vec};
use cess_primitives::tee::{
    attestation::{AttestationReport, Collateral, SgxV30QuoteCollateral},
    quote::{first_half, Quote, QuoteError, CERTIFICATE_CHAIN},
    simulation::{certificate, SIMULATION_KEY},
    AttestationProvider,
};
use codec::Encode;
use core::marker::PhantomData;
use frame_support::ensure;
use serde::Deserialize;
use sp_core::sr25519::{Public, Signature};

use AttestationError as Refused;

/// Weaknesses that the right configuration makes harmless (spec chain 7.2).
const HARMLESS: [&str; 4] = [
    "INTEL-SA-00334",
    "INTEL-SA-00219",
    "INTEL-SA-00381",
    "INTEL-SA-00389",
];

/// Trusts quotes that go back to [`SIMULATION_KEY`] while the chain's switch for them is on. Reports
/// of Intel's services have the right structure and no root that is trusted here.
pub struct SimulatedAttestation<T>(PhantomData<T>);

/// What the collateral says of the platform.
#[derive(Deserialize)]
struct TcbInfo {
    #[serde(rename = "tcbStatus")]
    status: String,
    #[serde(rename = "advisoryIDs")]
    advisories: Vec<String>,
    #[serde(rename = "nextUpdate")]
    next_update: u64,
}

impl TcbInfo {
    /// From 1, best, to 5; `None` when the platform can't keep secrets.
    fn confidence_level(&self) -> Option<u8> {
        let harmless = |id: &String| HARMLESS.contains(&id.as_str());
        match self.status.as_str() {
            "UpToDate" => Some(1),
            "SWHardeningNeeded" => Some(2),
            "ConfigurationNeeded" | "ConfigurationAndSWHardeningNeeded" => {
                Some(match self.advisories.iter().all(harmless) {
                    true => 3,
                    false => 4,
                })
            }
            "OutOfDate" | "OutOfDateConfigurationNeeded" => Some(5),
            _ => None,
        }
    }
}

impl<T: Config> AttestationVerifier for SimulatedAttestation<T> {
    fn verify(report: &AttestationReport, now: u64) -> Result<Attested, Refused> {
        ensure!(
            SimulatedAttestationEnabled::<T>::get(),
            Refused::UnsupportedAttestationType
        );
        let AttestationReport::SgxDcap { quote, collateral } = report else {
            // Intel closed the service that signed these.
            return Err(Refused::InvalidIasSigningCert);
        };
        let quote = verify_quote(quote)?;
        let Some(Collateral::SgxV30(collateral)) = collateral else {
            return Err(Refused::InvalidCertificate);
        };
        Ok(Attested {
            provider: AttestationProvider::Dcap,
            binary: quote.report.measurement().hash(),
            user_data: quote.report.user_data(),
            confidence_level: verify_platform(collateral, now)?,
        })
    }
}

/// Follows the chain of trust from the certificate to the enclave's report.
fn verify_quote(bytes: &[u8]) -> Result<Quote, Refused> {
    let quote = Quote::decode(bytes).map_err(|error| match error {
        QuoteError::TooShort => Refused::InvalidDcapQuote,
        QuoteError::Version(_) => Refused::UnsupportedDcapQuoteVersion,
        QuoteError::KeyType(_) => Refused::UnsupportedDcapAttestationKeyType,
        QuoteError::AuthData => Refused::UnsupportedQuoteAuthData,
    })?;
    ensure!(
        quote.certification_type == CERTIFICATE_CHAIN,
        Refused::UnsupportedDcapPckCertFormat
    );
    ensure!(
        !quote.certification_data.is_empty(),
        Refused::CertificateChainIsTooShort
    );
    let from_the_root = quote.certification_data == certificate();
    let qe_report = quote.qe_report.encode();
    ensure!(
        from_the_root && signed_by(SIMULATION_KEY, &qe_report, quote.qe_report_signature),
        Refused::CertificateChainIsInvalid
    );
    ensure!(
        quote.qe_report.user_data() == quote.key_digest(),
        Refused::QeReportHashMismatch
    );
    let attestation_key = first_half(&quote.attestation_key);
    ensure!(
        signed_by(attestation_key, &quote.signed_part(), quote.signature),
        Refused::IsvEnclaveReportSignatureIsInvalid
    );
    ensure!(!quote.report.is_debuggable(), Refused::InvalidQuoteStatus);
    Ok(quote)
}

/// The confidence that the platform deserves.
fn verify_platform(collateral: &SgxV30QuoteCollateral, now: u64) -> Result<u8, Refused> {
    let signature = collateral.tcb_info_signature.as_slice().try_into();
    let signature = signature.map_err(|_| Refused::InvalidReport)?;
    let info = collateral.tcb_info.as_bytes();
    ensure!(
        signed_by(SIMULATION_KEY, info, signature),
        Refused::InvalidReport
    );
    let info: TcbInfo = serde_json::from_slice(info).map_err(|_| Refused::CodecError)?;
    ensure!(now < info.next_update, Refused::TcbInfoExpired);
    info.confidence_level().ok_or(Refused::InvalidQuoteStatus)
}

fn signed_by(key: [u8; 32], message: &[u8], signature: [u8; 64]) -> bool {
    let signature = Signature::from_raw(signature);
    sp_io::crypto::sr25519_verify(&signature, message, &Public::from_raw(key))
}
