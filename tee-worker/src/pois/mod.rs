//! Certificates over idle space, and verdicts over proofs of it.

mod certifier;
mod keys;
mod verifier;

#[cfg(test)]
pub(crate) use certifier::challenge_digest;
pub use certifier::Certifier;
pub(crate) use keys::Keys;
pub use verifier::Verifier;

use crate::view::{unavailable, View};
use cess_chain::ChainError;
use cess_pois::{Params, PoisError, SpaceProofInfo};
use cess_primitives::AccountId;
use cess_tee_api::{pois::MinerPoisInfo, wire, MinerSigned};
use tonic::Status;

/// Refuses a request that the miner did not sign itself.
fn check_signed(miner: &AccountId, request: &impl MinerSigned) -> Result<(), Status> {
    if cess_chain::verify(miner.as_ref(), &request.digest(), request.signature()) {
        return Ok(());
    }
    Err(Status::unauthenticated(
        "the request is not signed by the miner that it names",
    ))
}

/// The state in a request must be the one that the chain has: nobody else's, and no older one.
fn check_state(
    miner_id: &[u8],
    claimed: Option<&MinerPoisInfo>,
    on_chain: &SpaceProofInfo,
) -> Result<(), Status> {
    let claimed = cess_tee_api::convert::required(claimed, "pois_info")?;
    if wire::pois::state(miner_id, claimed)? == *on_chain {
        return Ok(());
    }
    Err(Status::failed_precondition(
        "pois_info is not what the chain has of this miner: read it again",
    ))
}

async fn params(view: &View) -> Result<Params, Status> {
    let protocol = view.params().await.map_err(unavailable)?;
    Params::of(&protocol).map_err(|error| Status::failed_precondition(error.to_string()))
}

/// Whether an error says something of what the miner sent; others are about the chain's state, or the worker.
fn is_about_the_proof(error: &PoisError) -> bool {
    !matches!(
        error,
        PoisError::Params(_)
            | PoisError::State { .. }
            | PoisError::Empty
            | PoisError::Key(_)
            | PoisError::Store { .. }
            | PoisError::Cancelled
            | PoisError::Arithmetic(_)
    )
}

fn refused(error: PoisError) -> Status {
    match error {
        error if is_about_the_proof(&error) => Status::invalid_argument(error.to_string()),
        PoisError::Arithmetic(_) => {
            tracing::error!(%error, "idle space cannot be checked");
            Status::internal(error.to_string())
        }
        error => Status::failed_precondition(error.to_string()),
    }
}

fn too_many_files() -> Status {
    unavailable(ChainError::Answer {
        method: "state_getStorage",
        reason: "a miner has more idle files than a message can count".into(),
    })
}
