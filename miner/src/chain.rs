//! What a miner asks of the chain and tells it, behind a narrow trait.

use async_trait::async_trait;
use cess_chain::{calls, Chain, ChainError, Signer};
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::file::{DealInfo, DealTerms, FileInfo, RestoralOrderInfo, TagSigInfo};
use cess_primitives::miner::{Endpoint, MinerInfo, PoISKey, RestoralTargetInfo, SpaceProofInfo};
use cess_primitives::oss::OssInfo;
use cess_primitives::tee::{WorkerInfo, WorkerKey};
use cess_primitives::{AccountId, Balance, Hash, ProtocolParams, Tick};
use codec::Compact;

/// The chain as one miner sees it: reads of the best block, and calls signed by the miner that
/// return once a block has included them.
#[async_trait]
pub trait ChainApi: Send + Sync + 'static {
    /// The miner's account.
    fn account(&self) -> AccountId;
    /// The quantities in force.
    async fn params(&self) -> Result<ProtocolParams, ChainError>;
    /// Protocol time.
    async fn now(&self) -> Result<Tick, ChainError>;
    /// A deal.
    async fn deal(&self, fid: &Hash) -> Result<Option<DealInfo>, ChainError>;
    /// Who may write a deal's fragments.
    async fn deal_terms(&self, fid: &Hash) -> Result<Option<DealTerms>, ChainError>;
    /// A stored file.
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError>;
    /// All stored files.
    async fn files(&self) -> Result<Vec<(Hash, FileInfo)>, ChainError>;
    /// A gateway.
    async fn oss(&self, account: &AccountId) -> Result<Option<OssInfo>, ChainError>;
    /// A miner.
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError>;
    /// Miners that left and are being restored.
    async fn restoral_targets(&self) -> Result<Vec<(AccountId, RestoralTargetInfo)>, ChainError>;
    /// The open restoral order over a fragment.
    async fn restoral_order(
        &self,
        fragment: &Hash,
    ) -> Result<Option<RestoralOrderInfo>, ChainError>;
    /// All open restoral orders.
    async fn restoral_orders(&self) -> Result<Vec<(Hash, RestoralOrderInfo)>, ChainError>;
    /// Bytes of idle files that have to give way to service files of this miner.
    async fn pending_replacement(&self) -> Result<u128, ChainError>;
    /// The challenge that this miner has to answer.
    async fn challenge(&self) -> Result<Option<ChallengeInfo>, ChainError>;
    /// The challenges of all miners.
    async fn challenges(&self) -> Result<Vec<(AccountId, ChallengeInfo)>, ChainError>;
    /// The TEE workers.
    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError>;

    /// Registers the miner.
    async fn register(
        &self,
        endpoint: Endpoint,
        stake: Balance,
        tib: u32,
    ) -> Result<(), ChainError>;
    /// Moves the endpoint.
    async fn update_endpoint(&self, endpoint: Endpoint) -> Result<(), ChainError>;
    /// Stakes more.
    async fn increase_collateral(&self, amount: Balance) -> Result<(), ChainError>;
    /// Declares more space.
    async fn increase_declaration(&self, tib: u32) -> Result<(), ChainError>;
    /// Registers the PoIS key: the miner may take part.
    async fn register_pois_key(
        &self,
        key: PoISKey,
        certificate: Certificate,
    ) -> Result<(), ChainError>;
    /// Certifies idle files.
    async fn cert_idle_space(
        &self,
        info: SpaceProofInfo,
        certificate: Certificate,
    ) -> Result<(), ChainError>;
    /// Gives up idle files.
    async fn replace_idle_space(
        &self,
        info: SpaceProofInfo,
        certificate: Certificate,
    ) -> Result<(), ChainError>;
    /// Reports a column of a deal.
    async fn transfer_report(&self, column: u8, fid: &Hash) -> Result<(), ChainError>;
    /// Reports the tags of this miner's fragments of a file.
    async fn calculate_report(
        &self,
        signature: [u8; 64],
        info: TagSigInfo,
    ) -> Result<(), ChainError>;
    /// Says that this miner lost a fragment.
    async fn generate_restoral_order(&self, fid: &Hash, fragment: &Hash) -> Result<(), ChainError>;
    /// Promises to restore a fragment.
    async fn claim_restoral_order(&self, fragment: &Hash) -> Result<(), ChainError>;
    /// Promises to restore a fragment of a miner that left.
    async fn claim_left_behind(
        &self,
        miner: &AccountId,
        fid: &Hash,
        fragment: &Hash,
    ) -> Result<(), ChainError>;
    /// Says that a fragment is restored.
    async fn restoral_order_complete(&self, fragment: &Hash) -> Result<(), ChainError>;
    /// Submits the idle proof's total hash.
    async fn submit_idle_proof(&self, proof: Vec<u8>) -> Result<(), ChainError>;
    /// Submits the service proof.
    async fn submit_service_proof(&self, proof: Vec<u8>) -> Result<(), ChainError>;
}

/// A TEE worker's word over idle space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Over the space and the worker's key: the chain checks this one.
    pub with_worker: [u8; 64],
    /// Over the space alone: shown to TEE workers later.
    pub plain: [u8; 64],
    /// The worker.
    pub tee_puk: WorkerKey,
}

/// The chain behind a node.
#[derive(Clone)]
pub struct LiveChain {
    chain: Chain,
    signer: Signer,
}

impl LiveChain {
    /// Acts as `signer` on `chain`.
    pub fn new(chain: Chain, signer: Signer) -> Self {
        Self { chain, signer }
    }

    async fn submit(&self, call: cess_chain::Call) -> Result<(), ChainError> {
        self.chain.submit(&self.signer, call).await.map(|_| ())
    }
}

#[async_trait]
impl ChainApi for LiveChain {
    fn account(&self) -> AccountId {
        self.signer.account_id()
    }
    async fn params(&self) -> Result<ProtocolParams, ChainError> {
        self.chain.params().await
    }
    async fn now(&self) -> Result<Tick, ChainError> {
        self.chain.now().await
    }
    async fn deal(&self, fid: &Hash) -> Result<Option<DealInfo>, ChainError> {
        self.chain.deal(fid).await
    }
    async fn deal_terms(&self, fid: &Hash) -> Result<Option<DealTerms>, ChainError> {
        self.chain.deal_terms(fid).await
    }
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError> {
        self.chain.file(fid).await
    }
    async fn files(&self) -> Result<Vec<(Hash, FileInfo)>, ChainError> {
        self.chain.files().await
    }
    async fn oss(&self, account: &AccountId) -> Result<Option<OssInfo>, ChainError> {
        self.chain.oss(account).await
    }
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError> {
        self.chain.miner(account).await
    }
    async fn restoral_targets(&self) -> Result<Vec<(AccountId, RestoralTargetInfo)>, ChainError> {
        self.chain.restoral_targets().await
    }
    async fn restoral_order(
        &self,
        fragment: &Hash,
    ) -> Result<Option<RestoralOrderInfo>, ChainError> {
        self.chain.restoral_order(fragment).await
    }
    async fn restoral_orders(&self) -> Result<Vec<(Hash, RestoralOrderInfo)>, ChainError> {
        self.chain.restoral_orders().await
    }
    async fn pending_replacement(&self) -> Result<u128, ChainError> {
        self.chain.pending_replacement(&self.account()).await
    }
    async fn challenge(&self) -> Result<Option<ChallengeInfo>, ChainError> {
        self.chain.challenge(&self.account()).await
    }
    async fn challenges(&self) -> Result<Vec<(AccountId, ChallengeInfo)>, ChainError> {
        self.chain.challenges().await
    }
    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError> {
        self.chain.workers().await
    }

    async fn register(
        &self,
        endpoint: Endpoint,
        stake: Balance,
        tib: u32,
    ) -> Result<(), ChainError> {
        self.submit(calls::sminer::regnstk(
            &self.account(),
            &endpoint,
            stake,
            tib,
        ))
        .await
    }
    async fn update_endpoint(&self, endpoint: Endpoint) -> Result<(), ChainError> {
        self.submit(calls::sminer::update_endpoint(&endpoint)).await
    }
    async fn increase_collateral(&self, amount: Balance) -> Result<(), ChainError> {
        self.submit(calls::sminer::increase_collateral(
            &self.account(),
            Compact(amount),
        ))
        .await
    }
    async fn increase_declaration(&self, tib: u32) -> Result<(), ChainError> {
        self.submit(calls::sminer::increase_declaration_space(tib))
            .await
    }
    async fn register_pois_key(&self, key: PoISKey, c: Certificate) -> Result<(), ChainError> {
        self.submit(calls::sminer::register_pois_key(
            &key,
            &c.with_worker,
            &c.plain,
            &c.tee_puk,
        ))
        .await
    }
    async fn cert_idle_space(
        &self,
        info: SpaceProofInfo,
        c: Certificate,
    ) -> Result<(), ChainError> {
        self.submit(calls::file_bank::cert_idle_space(
            &info,
            &c.with_worker,
            &c.plain,
            &c.tee_puk,
        ))
        .await
    }
    async fn replace_idle_space(
        &self,
        info: SpaceProofInfo,
        c: Certificate,
    ) -> Result<(), ChainError> {
        self.submit(calls::file_bank::replace_idle_space(
            &info,
            &c.with_worker,
            &c.plain,
            &c.tee_puk,
        ))
        .await
    }
    async fn transfer_report(&self, column: u8, fid: &Hash) -> Result<(), ChainError> {
        self.submit(calls::file_bank::transfer_report(column, fid))
            .await
    }
    async fn calculate_report(
        &self,
        signature: [u8; 64],
        info: TagSigInfo,
    ) -> Result<(), ChainError> {
        self.submit(calls::file_bank::calculate_report(&signature, &info))
            .await
    }
    async fn generate_restoral_order(&self, fid: &Hash, fragment: &Hash) -> Result<(), ChainError> {
        self.submit(calls::file_bank::generate_restoral_order(fid, fragment))
            .await
    }
    async fn claim_restoral_order(&self, fragment: &Hash) -> Result<(), ChainError> {
        self.submit(calls::file_bank::claim_restoral_order(fragment))
            .await
    }
    async fn claim_left_behind(
        &self,
        miner: &AccountId,
        fid: &Hash,
        fragment: &Hash,
    ) -> Result<(), ChainError> {
        self.submit(calls::file_bank::claim_restoral_noexist_order(
            miner, fid, fragment,
        ))
        .await
    }
    async fn restoral_order_complete(&self, fragment: &Hash) -> Result<(), ChainError> {
        self.submit(calls::file_bank::restoral_order_complete(fragment))
            .await
    }
    async fn submit_idle_proof(&self, proof: Vec<u8>) -> Result<(), ChainError> {
        self.submit(calls::audit::submit_idle_proof(&proof)).await
    }
    async fn submit_service_proof(&self, proof: Vec<u8>) -> Result<(), ChainError> {
        self.submit(calls::audit::submit_service_proof(&proof))
            .await
    }
}
