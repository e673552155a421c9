//! The chain as a miner with a strain sees it, and what such a miner tells the chain.

use super::{Conduct, Side};
use crate::chain::{Certificate, ChainApi};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_chain::ChainError;
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::file::{DealInfo, DealTerms, FileInfo, RestoralOrderInfo, TagSigInfo};
use cess_primitives::miner::{Endpoint, MinerInfo, PoISKey, RestoralTargetInfo, SpaceProofInfo};
use cess_primitives::oss::OssInfo;
use cess_primitives::tee::WorkerInfo;
use cess_primitives::{AccountId, Balance, Hash, ProtocolParams, Tick};
use std::sync::Arc;

/// A [`ChainApi`] behind a strain.
pub(super) struct Masked(pub(super) Arc<Conduct>);

impl Masked {
    fn real(&self) -> &dyn ChainApi {
        self.0.world().chain.as_ref()
    }

    /// What the strain wants, else what an honest miner would do; the chain's own failures remain.
    fn or_honest<T>(&self, wanted: Result<T, MinerError>, honest: T) -> Result<T, ChainError> {
        match wanted {
            Err(MinerError::Chain(error)) => Err(error),
            other => Ok(self.0.fell_short(other.map(Some)).unwrap_or(honest)),
        }
    }

    async fn submitted(&self, side: Side, proof: Vec<u8>) -> Result<Vec<u8>, ChainError> {
        let strain = self.0.strain();
        let wanted = strain.submit(self.0.world(), side, proof.clone()).await;
        self.or_honest(wanted, proof)
    }
}

#[async_trait]
impl ChainApi for Masked {
    async fn challenge(&self) -> Result<Option<ChallengeInfo>, ChainError> {
        let open = self.real().challenge().await?;
        let strain = self.0.strain();
        let seen = strain.challenge(self.0.world(), open.clone()).await;
        self.or_honest(seen, open)
    }
    async fn submit_idle_proof(&self, proof: Vec<u8>) -> Result<(), ChainError> {
        let proof = self.submitted(Side::Idle, proof).await?;
        self.real().submit_idle_proof(proof).await
    }
    async fn submit_service_proof(&self, proof: Vec<u8>) -> Result<(), ChainError> {
        let proof = self.submitted(Side::Service, proof).await?;
        self.real().submit_service_proof(proof).await
    }
    async fn calculate_report(
        &self,
        signature: [u8; 64],
        info: TagSigInfo,
    ) -> Result<(), ChainError> {
        let fragments: Vec<Hash> = info.digest.iter().map(|d| d.fragment).collect();
        self.real().calculate_report(signature, info).await?;
        let done = self.0.strain().tagged(self.0.world(), &fragments).await;
        self.0.fell_short(done);
        Ok(())
    }
    async fn cert_idle_space(
        &self,
        info: SpaceProofInfo,
        certificate: Certificate,
    ) -> Result<(), ChainError> {
        self.real().cert_idle_space(info, certificate).await?;
        let done = self.0.strain().certified(self.0.world()).await;
        self.0.fell_short(done);
        Ok(())
    }
    async fn generate_restoral_order(&self, fid: &Hash, fragment: &Hash) -> Result<(), ChainError> {
        match self.0.strain().admits_losses() {
            true => self.real().generate_restoral_order(fid, fragment).await,
            false => Ok(()),
        }
    }

    // What follows passes as it is.

    fn account(&self) -> AccountId {
        self.real().account()
    }
    async fn params(&self) -> Result<ProtocolParams, ChainError> {
        self.real().params().await
    }
    async fn now(&self) -> Result<Tick, ChainError> {
        self.real().now().await
    }
    async fn deal(&self, fid: &Hash) -> Result<Option<DealInfo>, ChainError> {
        self.real().deal(fid).await
    }
    async fn deal_terms(&self, fid: &Hash) -> Result<Option<DealTerms>, ChainError> {
        self.real().deal_terms(fid).await
    }
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError> {
        self.real().file(fid).await
    }
    async fn files(&self) -> Result<Vec<(Hash, FileInfo)>, ChainError> {
        self.real().files().await
    }
    async fn oss(&self, account: &AccountId) -> Result<Option<OssInfo>, ChainError> {
        self.real().oss(account).await
    }
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError> {
        self.real().miner(account).await
    }
    async fn restoral_targets(&self) -> Result<Vec<(AccountId, RestoralTargetInfo)>, ChainError> {
        self.real().restoral_targets().await
    }
    async fn restoral_order(
        &self,
        fragment: &Hash,
    ) -> Result<Option<RestoralOrderInfo>, ChainError> {
        self.real().restoral_order(fragment).await
    }
    async fn restoral_orders(&self) -> Result<Vec<(Hash, RestoralOrderInfo)>, ChainError> {
        self.real().restoral_orders().await
    }
    async fn pending_replacement(&self) -> Result<u128, ChainError> {
        self.real().pending_replacement().await
    }
    async fn challenges(&self) -> Result<Vec<(AccountId, ChallengeInfo)>, ChainError> {
        self.real().challenges().await
    }
    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError> {
        self.real().workers().await
    }
    async fn register(
        &self,
        endpoint: Endpoint,
        stake: Balance,
        tib: u32,
    ) -> Result<(), ChainError> {
        self.real().register(endpoint, stake, tib).await
    }
    async fn update_endpoint(&self, endpoint: Endpoint) -> Result<(), ChainError> {
        self.real().update_endpoint(endpoint).await
    }
    async fn increase_collateral(&self, amount: Balance) -> Result<(), ChainError> {
        self.real().increase_collateral(amount).await
    }
    async fn increase_declaration(&self, tib: u32) -> Result<(), ChainError> {
        self.real().increase_declaration(tib).await
    }
    async fn register_pois_key(
        &self,
        key: PoISKey,
        certificate: Certificate,
    ) -> Result<(), ChainError> {
        self.real().register_pois_key(key, certificate).await
    }
    async fn replace_idle_space(
        &self,
        info: SpaceProofInfo,
        certificate: Certificate,
    ) -> Result<(), ChainError> {
        self.real().replace_idle_space(info, certificate).await
    }
    async fn transfer_report(&self, column: u8, fid: &Hash) -> Result<(), ChainError> {
        self.real().transfer_report(column, fid).await
    }
    async fn claim_restoral_order(&self, fragment: &Hash) -> Result<(), ChainError> {
        self.real().claim_restoral_order(fragment).await
    }
    async fn claim_left_behind(
        &self,
        miner: &AccountId,
        fid: &Hash,
        fragment: &Hash,
    ) -> Result<(), ChainError> {
        self.real().claim_left_behind(miner, fid, fragment).await
    }
    async fn restoral_order_complete(&self, fragment: &Hash) -> Result<(), ChainError> {
        self.real().restoral_order_complete(fragment).await
    }
}
