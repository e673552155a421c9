//! `ceseal.pubkeys`: the worker's and the network's public keys, for registered miners.
//!
//! Each key signs the 8 big-endian bytes of the time (the PoDR2 key their SHA-256), which shows that
//! the worker holds its private half.

use crate::{
    identity::Identity,
    master::Keyring,
    metrics::Metrics,
    podr2,
    view::{unavailable, View},
};
use cess_tee_api::{
    convert::account,
    pubkeys::{
        ceseal_pubkeys_provider_server::CesealPubkeysProvider, IdentityPubkeyResponse,
        MasterPubkeyResponse, Podr2PubkeyResponse, Request as KeyRequest,
    },
};
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};
use tonic::{Request, Response, Status};

/// The service.
#[derive(Clone)]
pub struct Pubkeys {
    view: View,
    identity: Identity,
    keyring: Keyring,
    metrics: Metrics,
}

impl Pubkeys {
    /// A service for the miners that this view knows.
    pub fn new(view: View, identity: Identity, keyring: Keyring, metrics: Metrics) -> Self {
        Self {
            view,
            identity,
            keyring,
            metrics,
        }
    }

    /// The time to sign, for a registered miner.
    async fn admit(&self, request: &KeyRequest) -> Result<i64, Status> {
        let miner = account(
            &request.storage_miner_account_id,
            "storage_miner_account_id",
        )?;
        let known = self
            .view
            .miner(&miner)
            .await
            .map_err(unavailable)
            .inspect_err(|s| self.metrics.refused("pubkeys", s))?;
        if known.is_none() {
            return Err(Status::not_found("the miner is not registered"));
        }
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Ok(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

#[tonic::async_trait]
impl CesealPubkeysProvider for Pubkeys {
    async fn get_identity_pubkey(
        &self,
        request: Request<KeyRequest>,
    ) -> Result<Response<IdentityPubkeyResponse>, Status> {
        let timestamp = self.admit(request.get_ref()).await?;
        let signature = self
            .identity
            .signer()
            .sign(&timestamp.to_be_bytes())
            .to_vec();
        Ok(Response::new(IdentityPubkeyResponse {
            pubkey: self.identity.key().to_vec(),
            timestamp,
            signature,
        }))
    }

    async fn get_master_pubkey(
        &self,
        request: Request<KeyRequest>,
    ) -> Result<Response<MasterPubkeyResponse>, Status> {
        let timestamp = self.admit(request.get_ref()).await?;
        let master = self.keyring.master()?;
        let signature = master.sign_timestamp(timestamp).to_vec();
        Ok(Response::new(MasterPubkeyResponse {
            pubkey: master.public().to_vec(),
            timestamp,
            signature,
        }))
    }

    async fn get_podr2_pubkey(
        &self,
        request: Request<KeyRequest>,
    ) -> Result<Response<Podr2PubkeyResponse>, Status> {
        let timestamp = self.admit(request.get_ref()).await?;
        let master = self.keyring.master()?;
        let digest: [u8; 32] = Sha256::digest(timestamp.to_be_bytes()).into();
        let key = podr2::key(&self.view, &master).await?;
        let signature = key
            .sign_digest(&digest)
            .map_err(|error| podr2::internal(&error))?;
        Ok(Response::new(Podr2PubkeyResponse {
            pubkey: podr2::public_bytes(&*key.public())?,
            timestamp,
            signature,
        }))
    }
}
