//! What a worker runs on, and the simulated quote that says so.
//!
//! A real enclave is measured by the processor, which signs the measurement together with whatever
//! the enclave wants vouched for. Here the worker measures its own binary and signs the quote with
//! the key of [`simulation`], which everybody knows: it proves nothing, but the chain takes the whole
//! way that real quotes take, so that the list of allowed binaries can be tried.

use cess_chain::Signer;
use cess_primitives::tee::{
    attestation::{AttestationReport, Measurement},
    simulation::{self, Platform, SIMULATION_SEED},
    WorkerRegistrationInfo,
};
use clap::ValueEnum;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use thiserror::Error;

/// The product's number and its security version, as the signer of the enclave gives them.
const PRODUCT: u16 = 1;
const SECURITY_VERSION: u16 = 1;
/// The key that signed the enclave, in place of a real one.
const SIGNER: &[u8] = b"cessnet simulated enclave signer";
/// For so long what is known of the platform counts; Intel's statements are good for a month.
const PLATFORM_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How a worker shows what it runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Attestation {
    /// Not at all.
    None,
    /// By a quote that is signed with a well-known key.
    Simulated,
}

/// Why a worker does not know its measurement.
#[derive(Debug, Error)]
#[error("cannot read the running binary {path} to measure it: {source}; give a measurement with --measurement")]
pub struct MeasureError {
    path: PathBuf,
    source: io::Error,
}

/// The measurement of the running binary: MRENCLAVE is the SHA-256 of its file.
///
/// # Errors
/// The file cannot be read.
pub fn measure_self() -> Result<Measurement, MeasureError> {
    // The link leads to the file that runs, even when another one has taken its name.
    let link = PathBuf::from("/proc/self/exe");
    let path = match link.exists() {
        true => link,
        false => std::env::current_exe().map_err(|source| MeasureError {
            path: link.clone(),
            source,
        })?,
    };
    let hash = File::open(&path).and_then(|mut file| {
        let mut hasher = Sha256::new();
        io::copy(&mut file, &mut hasher)?;
        Ok(hasher.finalize().into())
    });
    match hash {
        Ok(mr_enclave) => Ok(measurement(mr_enclave)),
        Err(source) => Err(MeasureError { path, source }),
    }
}

/// The measurement of a binary of ours with this MRENCLAVE.
pub fn measurement(mr_enclave: [u8; 32]) -> Measurement {
    Measurement {
        mr_enclave,
        mr_signer: Sha256::digest(SIGNER).into(),
        isv_prod_id: PRODUCT,
        isv_svn: SECURITY_VERSION,
    }
}

/// A simulated report that this enclave says this of itself, on a platform without blemish.
pub fn report(info: &WorkerRegistrationInfo, enclave: &Measurement) -> AttestationReport {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let platform = Platform {
        status: "UpToDate",
        advisories: &[],
        next_update: (now + PLATFORM_LIFE).as_secs(),
    };
    let key = Signer::from_uri(SIMULATION_SEED).expect("the seed is a constant; qed");
    simulation::report(info, enclave, &platform, |message| key.sign(message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::tee::{quote::Quote, WorkerRole};

    fn info() -> WorkerRegistrationInfo {
        WorkerRegistrationInfo {
            version: 1,
            machine_id: vec![],
            pubkey: [1; 32],
            ecdh_pubkey: [2; 32],
            stash_account: None,
            genesis_block_hash: Default::default(),
            features: vec![],
            role: WorkerRole::Marker,
            endpoint: "http://127.0.0.1:1".into(),
        }
    }

    #[test]
    fn a_binary_measures_itself_alike_at_every_start() {
        let measured = measure_self().unwrap();
        assert_eq!(measured, measure_self().unwrap());
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(measured.mr_enclave, <[u8; 32]>::from(Sha256::digest(bytes)));
        assert_ne!(measured.hash(), measurement([7; 32]).hash());
    }

    #[test]
    fn a_report_vouches_for_the_registration_and_names_the_binary() {
        let report = report(&info(), &measurement([7; 32]));
        let AttestationReport::SgxDcap { quote, collateral } = report else {
            panic!("simulated reports are quotes");
        };
        assert!(collateral.is_some());
        let quote = Quote::decode(&quote).unwrap();
        assert_eq!(quote.report.user_data(), info().digest());
        assert_eq!(quote.report.measurement(), measurement([7; 32]));
    }
}
