//! Tags over service fragments, and verdicts over proofs of them.

mod batches;
mod cores;
mod tagging;
mod verifying;

pub use tagging::Tagger;
pub use verifying::Verifier;

use crate::{
    master::Master,
    view::{unavailable, View},
};
use cess_podr2::{PublicKey, SecretKey};
use std::sync::Arc;
use tonic::Status;

/// The key of the chain's scheme. What has to be derived is derived away from the network threads.
pub(crate) async fn key(view: &View, master: &Arc<Master>) -> Result<Arc<dyn SecretKey>, Status> {
    let params = view.params().await.map_err(unavailable)?;
    let master = Arc::clone(master);
    let derived = tokio::task::spawn_blocking(move || master.podr2(&params)).await;
    derived
        .map_err(|error| internal(&error))?
        .map_err(|error| internal(&error))
}

/// The public half of the key of the chain's scheme, as it is published.
pub(crate) fn public_bytes(key: &dyn PublicKey) -> Result<Vec<u8>, Status> {
    key.to_bytes().map_err(|error| internal(&error))
}

/// What a client is told when the worker fails by itself.
pub(crate) fn internal(error: &dyn std::error::Error) -> Status {
    tracing::error!(%error, "PoDR2 failed");
    Status::internal(error.to_string())
}
