//! What a gateway asks of the chain and tells it, behind a narrow trait.

use async_trait::async_trait;
use cess_chain::{calls, Block, Chain, ChainError, Included, Signer, H256};
use cess_primitives::file::{DealInfo, DealTerms, DeclaredSegments, FileInfo, Name, UserBrief};
use cess_primitives::miner::MinerInfo;
use cess_primitives::oss::{Domain, OssInfo, PeerId};
use cess_primitives::territory::TerritoryInfo;
use cess_primitives::{AccountId, Hash, ProtocolParams, Tick};
use futures::stream::BoxStream;
use futures::StreamExt;

/// The chain as one gateway sees it: reads of the best block, and calls signed by the gateway that
/// return once a block has included them.
#[async_trait]
pub trait ChainApi: Send + Sync + 'static {
    /// The gateway's account.
    fn account(&self) -> AccountId;
    /// The chain's identity.
    fn genesis_hash(&self) -> Result<H256, ChainError>;
    /// Best blocks from the current one on.
    fn blocks(&self) -> BoxStream<'static, Block>;
    /// The quantities in force.
    async fn params(&self) -> Result<ProtocolParams, ChainError>;
    /// Protocol time.
    async fn now(&self) -> Result<Tick, ChainError>;
    /// A deal.
    async fn deal(&self, fid: &Hash) -> Result<Option<DealInfo>, ChainError>;
    /// Who declared a deal, and until when it lives.
    async fn deal_terms(&self, fid: &Hash) -> Result<Option<DealTerms>, ChainError>;
    /// All deals.
    async fn deals(&self) -> Result<Vec<(Hash, DealInfo)>, ChainError>;
    /// A stored file.
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError>;
    /// A miner.
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError>;
    /// All miners.
    async fn miners(&self) -> Result<Vec<(AccountId, MinerInfo)>, ChainError>;
    /// A user's territory.
    async fn territory(
        &self,
        owner: &AccountId,
        name: &Name,
    ) -> Result<Option<TerritoryInfo>, ChainError>;
    /// The gateways that may act for a user.
    async fn authority_list(&self, owner: &AccountId) -> Result<Vec<AccountId>, ChainError>;
    /// This gateway as it is registered.
    async fn registration(&self) -> Result<Option<OssInfo>, ChainError>;

    /// Registers the gateway.
    async fn register(&self, peer: &PeerId, domain: &Domain) -> Result<(), ChainError>;
    /// Changes what was registered.
    async fn update(&self, peer: &PeerId, domain: &Domain) -> Result<(), ChainError>;
    /// Declares a file for a user.
    async fn upload_declaration(
        &self,
        fid: &Hash,
        segments: &DeclaredSegments,
        brief: &UserBrief,
        size: u64,
    ) -> Result<(), ChainError>;
    /// Deletes a user's file; returns the block.
    async fn delete_file(&self, owner: &AccountId, fid: &Hash) -> Result<H256, ChainError>;
    /// Ends a deal; returns the block.
    async fn cancel_deal(&self, fid: &Hash) -> Result<H256, ChainError>;
}

/// The chain behind a node.
pub struct LiveChain {
    chain: Chain,
    signer: Signer,
}

impl LiveChain {
    /// Acts as `signer` on `chain`.
    pub fn new(chain: Chain, signer: Signer) -> Self {
        Self { chain, signer }
    }

    async fn submit(&self, call: cess_chain::Call) -> Result<Included, ChainError> {
        self.chain.submit(&self.signer, call).await
    }
}

#[async_trait]
impl ChainApi for LiveChain {
    fn account(&self) -> AccountId {
        self.signer.account_id()
    }
    fn genesis_hash(&self) -> Result<H256, ChainError> {
        self.chain.genesis_hash()
    }
    fn blocks(&self) -> BoxStream<'static, Block> {
        self.chain.blocks().boxed()
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
    async fn deals(&self) -> Result<Vec<(Hash, DealInfo)>, ChainError> {
        self.chain.deals().await
    }
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError> {
        self.chain.file(fid).await
    }
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError> {
        self.chain.miner(account).await
    }
    async fn miners(&self) -> Result<Vec<(AccountId, MinerInfo)>, ChainError> {
        self.chain.miners().await
    }
    async fn territory(
        &self,
        owner: &AccountId,
        name: &Name,
    ) -> Result<Option<TerritoryInfo>, ChainError> {
        self.chain.territory(owner, name).await
    }
    async fn authority_list(&self, owner: &AccountId) -> Result<Vec<AccountId>, ChainError> {
        self.chain.authority_list(owner).await
    }
    async fn registration(&self) -> Result<Option<OssInfo>, ChainError> {
        self.chain.oss(&self.account()).await
    }
    async fn register(&self, peer: &PeerId, domain: &Domain) -> Result<(), ChainError> {
        self.submit(calls::oss::register(peer, domain))
            .await
            .map(drop)
    }
    async fn update(&self, peer: &PeerId, domain: &Domain) -> Result<(), ChainError> {
        self.submit(calls::oss::update(peer, domain))
            .await
            .map(drop)
    }
    async fn upload_declaration(
        &self,
        fid: &Hash,
        segments: &DeclaredSegments,
        brief: &UserBrief,
        size: u64,
    ) -> Result<(), ChainError> {
        let call = calls::file_bank::upload_declaration(fid, segments, brief, size.into());
        self.submit(call).await.map(drop)
    }
    async fn delete_file(&self, owner: &AccountId, fid: &Hash) -> Result<H256, ChainError> {
        let included = self
            .submit(calls::file_bank::delete_file(owner, fid))
            .await?;
        Ok(included.block)
    }
    async fn cancel_deal(&self, fid: &Hash) -> Result<H256, ChainError> {
        let included = self.submit(calls::file_bank::cancel_deal(fid)).await?;
        Ok(included.block)
    }
}
