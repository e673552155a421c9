//! Simulated attestation: quotes of the published structure whose root of trust is a key that
//! everybody knows. They prove nothing, and let a devnet run the whole way that real ones take.
//!
//! ```text
//!  certificate: SIMULATION_KEY ──signs──► report of the quoting enclave ──vouches for──► attestation key
//!        │                                                                                    │ signs
//!        └──signs──► TCB info: status, advisories, end                 header, enclave report ◄┘
//! ```
//!
//! Where Intel uses ECDSA over P-256, simulated quotes use sr25519: signatures have the same 64
//! bytes, a key fills the first half of its field.

use super::{
    attestation::{AttestationReport, Collateral, Measurement, SgxV30QuoteCollateral},
    quote::{EnclaveReport, Quote, QuoteHeader, CERTIFICATE_CHAIN, KEY_TYPE, QUOTE_VERSION},
    WorkerRegistrationInfo,
};
use alloc::{format, string::String, vec::Vec};
use codec::Encode;

/// The seed of [`SIMULATION_KEY`], for `sr25519::Pair::from_string`.
pub const SIMULATION_SEED: &str = "//CESS//Attestation//Simulated";
/// The sr25519 key that simulated attestations go back to.
pub const SIMULATION_KEY: [u8; 32] = [
    0x14, 0x23, 0xb9, 0x8b, 0x4b, 0x89, 0xd8, 0x5d, 0x18, 0xe8, 0x5c, 0xe4, 0x2e, 0x27, 0xa3, 0xf2,
    0xe6, 0x7f, 0xf7, 0x03, 0xbd, 0x67, 0x7f, 0x08, 0xed, 0x86, 0x86, 0xb3, 0xf9, 0x92, 0x1e, 0x18,
];
/// The vendor of the simulated quoting enclave.
pub const SIMULATION_VENDOR: [u8; 16] = *b"cessnet simulate";

/// The certification data of a simulated quote.
pub fn certificate() -> Vec<u8> {
    let key: String = SIMULATION_KEY.iter().map(|b| format!("{b:02x}")).collect();
    format!("-----BEGIN CERTIFICATE-----\ncessnet simulation {key}\n-----END CERTIFICATE-----\n")
        .into_bytes()
}

/// What is known of the platform that an enclave runs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Platform<'a> {
    /// How its firmware is doing, in Intel's words: `UpToDate`, `SWHardeningNeeded`, ...
    pub status: &'a str,
    /// Known weaknesses that apply to it: `INTEL-SA-00334`, ...
    pub advisories: &'a [&'a str],
    /// When this must be looked up anew, seconds since 1970.
    pub next_update: u64,
}

impl Platform<'_> {
    fn tcb_info(&self) -> String {
        let advisories: Vec<_> = self.advisories.iter().map(|id| format!("{id:?}")).collect();
        format!(
            r#"{{"tcbStatus":{:?},"advisoryIDs":[{}],"nextUpdate":{}}}"#,
            self.status,
            advisories.join(","),
            self.next_update
        )
    }
}

/// A report that this binary, on this platform, says this of itself. `sign` signs with the secret
/// key of [`SIMULATION_SEED`].
pub fn report(
    info: &WorkerRegistrationInfo,
    measurement: &Measurement,
    platform: &Platform<'_>,
    sign: impl Fn(&[u8]) -> [u8; 64],
) -> AttestationReport {
    let tcb_info = platform.tcb_info();
    AttestationReport::SgxDcap {
        quote: quote(info.digest(), measurement, &sign).encode(),
        collateral: Some(Collateral::SgxV30(SgxV30QuoteCollateral {
            tcb_info_signature: sign(tcb_info.as_bytes()).to_vec(),
            tcb_info,
            ..Default::default()
        })),
    }
}

/// A simulated quote about `user_data`.
pub fn quote(
    user_data: [u8; 32],
    measurement: &Measurement,
    sign: impl Fn(&[u8]) -> [u8; 64],
) -> Quote {
    let mut quote = Quote {
        header: QuoteHeader {
            version: QUOTE_VERSION,
            key_type: KEY_TYPE,
            reserved: [0; 4],
            qe_svn: 0,
            pce_svn: 0,
            qe_vendor_id: SIMULATION_VENDOR,
            user_data: [0; 20],
        },
        report: EnclaveReport::new(measurement, filled(user_data)),
        signature: [0; 64],
        attestation_key: filled(SIMULATION_KEY),
        qe_report: EnclaveReport::new(&Measurement::default(), [0; 64]),
        qe_report_signature: [0; 64],
        qe_auth_data: Vec::new(),
        certification_type: CERTIFICATE_CHAIN,
        certification_data: certificate(),
    };
    quote.qe_report.report_data = filled(quote.key_digest());
    quote.qe_report_signature = sign(&quote.qe_report.encode());
    quote.signature = sign(&quote.signed_part());
    quote
}

/// The bytes, and zeros behind them.
fn filled(half: [u8; 32]) -> [u8; 64] {
    core::array::from_fn(|at| half.get(at).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_core::{sr25519, Pair};

    #[test]
    fn the_key_is_that_of_the_seed() {
        let pair = sr25519::Pair::from_string(SIMULATION_SEED, None).unwrap();
        assert_eq!(pair.public().0, SIMULATION_KEY);
    }
}
