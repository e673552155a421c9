//! A chain in memory with the rules that a gateway meets.

use crate::ChainApi;
use async_trait::async_trait;
use cess_chain::event::FileBankEvent;
use cess_chain::{Block, ChainError, Event, H256};
use cess_primitives::file::{
    CompleteInfo, DealInfo, DealTerms, DeclaredSegments, FileInfo, FileState, FragmentInfo, Name,
    SegmentInfo, UserBrief,
};
use cess_primitives::miner::MinerInfo;
use cess_primitives::oss::{Domain, OssInfo, PeerId};
use cess_primitives::territory::{TerritoryInfo, TerritoryState};
use cess_primitives::{hash, AccountId, BVec, Hash, ProtocolParams, Tick, FRAGMENT_COUNT};
use futures::stream::{self, BoxStream, StreamExt};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{broadcast, watch};

type Holds = Box<dyn Fn(&Hash) -> bool + Send>;

struct Miner {
    account: AccountId,
    info: MinerInfo,
    holds: Holds,
    reports: bool,
}

/// What the next declaration does instead of what it should.
pub(crate) enum Mishap {
    /// It fails with this error of this pallet.
    Dispatch(&'static str, &'static str),
    /// It takes effect, but the gateway never hears of it.
    Lost,
    /// It does not take effect, and the gateway does not know.
    Dropped,
}

struct State {
    params: ProtocolParams,
    tick: Tick,
    territories: HashMap<(AccountId, Name), TerritoryInfo>,
    authorities: HashMap<AccountId, Vec<AccountId>>,
    deals: BTreeMap<Hash, (DealInfo, DealTerms)>,
    files: BTreeMap<Hash, FileInfo>,
    miners: Vec<Miner>,
    registration: Option<OssInfo>,
    events: Vec<Event>,
    mishap: Option<Mishap>,
    declarations: u32,
}

/// The chain; blocks come when a test makes them.
pub(crate) struct FakeChain {
    account: AccountId,
    state: Mutex<State>,
    blocks: broadcast::Sender<Block>,
    height: watch::Sender<Tick>,
}

fn dispatch(pallet: &str, error: &str) -> ChainError {
    ChainError::Dispatch {
        call: "call".into(),
        pallet: pallet.into(),
        error: error.into(),
        docs: "docs".into(),
    }
}

fn ensure(ok: bool, error: &str) -> Result<(), ChainError> {
    ok.then_some(()).ok_or_else(|| dispatch("FileBank", error))
}

pub(crate) fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().unwrap()
}

impl FakeChain {
    pub(crate) fn new(account: AccountId, segment_size: u64) -> Arc<Self> {
        let params = ProtocolParams {
            segment_size,
            fragment_size: segment_size / 4,
            ..ProtocolParams::fast()
        };
        let state = State {
            params,
            tick: 1,
            territories: HashMap::new(),
            authorities: HashMap::new(),
            deals: BTreeMap::new(),
            files: BTreeMap::new(),
            miners: Vec::new(),
            registration: None,
            events: Vec::new(),
            mishap: None,
            declarations: 0,
        };
        let (blocks, _) = broadcast::channel(4096);
        let state = Mutex::new(state);
        Arc::new(Self {
            account,
            state,
            blocks,
            height: watch::Sender::new(1),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn add_miner(
        &self,
        account: AccountId,
        info: MinerInfo,
        holds: impl Fn(&Hash) -> bool + Send + 'static,
    ) {
        self.state().miners.push(Miner {
            account,
            info,
            holds: Box::new(holds),
            reports: true,
        });
    }

    pub(crate) fn set_miner(&self, index: usize, change: impl FnOnce(&mut MinerInfo)) {
        change(&mut self.state().miners[index].info);
    }

    /// Whether a miner reports the columns that it holds.
    pub(crate) fn set_reports(&self, index: usize, reports: bool) {
        self.state().miners[index].reports = reports;
    }

    pub(crate) fn rent(&self, owner: &AccountId, territory: &str, space: u128) {
        let info = TerritoryInfo {
            token: H256::zero(),
            total_space: space,
            used_space: 0,
            locked_space: 0,
            remaining_space: space,
            start: 0,
            deadline: Tick::MAX,
            state: TerritoryState::Active,
        };
        self.state()
            .territories
            .insert((owner.clone(), name(territory)), info);
    }

    pub(crate) fn set_territory(
        &self,
        owner: &AccountId,
        text: &str,
        change: impl FnOnce(&mut TerritoryInfo),
    ) {
        change(
            self.state()
                .territories
                .get_mut(&(owner.clone(), name(text)))
                .unwrap(),
        );
    }

    pub(crate) fn locked(&self, owner: &AccountId, text: &str) -> u128 {
        self.state().territories[&(owner.clone(), name(text))].locked_space
    }

    pub(crate) fn authorise(&self, owner: &AccountId) {
        let gateway = self.account.clone();
        self.state()
            .authorities
            .entry(owner.clone())
            .or_default()
            .push(gateway);
    }

    pub(crate) fn mishap(&self, mishap: Mishap) {
        self.state().mishap = Some(mishap);
    }

    pub(crate) fn set_params(&self, change: impl FnOnce(&mut ProtocolParams)) {
        change(&mut self.state().params);
    }

    pub(crate) fn advance_clock(&self, ticks: Tick) {
        self.state().tick += ticks;
    }

    pub(crate) fn is_stored(&self, fid: &Hash) -> bool {
        self.state().files.contains_key(fid)
    }

    pub(crate) fn has_deal(&self, fid: &Hash) -> bool {
        self.state().deals.contains_key(fid)
    }

    pub(crate) fn declarations(&self) -> u32 {
        self.state().declarations
    }

    pub(crate) fn change_file(&self, fid: &Hash, change: impl FnOnce(&mut FileInfo)) {
        change(self.state().files.get_mut(fid).unwrap());
    }

    /// Declares a file as this operator, as if another process had done it.
    pub(crate) fn declare_as(
        &self,
        operator: AccountId,
        fid: &Hash,
        segments: &DeclaredSegments,
        brief: &UserBrief,
        size: u64,
    ) {
        self.state()
            .declare(operator, fid, segments, brief, size)
            .unwrap();
    }

    /// Returns when a block has been made.
    pub(crate) async fn next_block(&self) {
        self.height.subscribe().changed().await.unwrap();
    }

    /// Makes a block: deals end, miners report.
    pub(crate) fn make_block(&self) {
        let mut state = self.state();
        state.tick += 1;
        state.end_deals();
        state.reports();
        let events = std::mem::take(&mut state.events);
        let tick = state.tick;
        drop(state);
        let hash = H256::from_low_u64_be(tick.into());
        let block = Block {
            number: tick,
            hash,
            parent: hash,
            tick,
            follows: true,
            events,
        };
        // Nobody may be listening.
        let _ = self.blocks.send(block);
        self.height.send_replace(tick);
    }
}

impl State {
    fn event(&mut self, event: FileBankEvent) {
        self.events.push(Event::FileBank(event));
    }

    fn space(&self, segments: usize) -> u128 {
        self.params.file_space(segments as u32)
    }

    fn territory(&mut self, brief: &UserBrief) -> Option<&mut TerritoryInfo> {
        self.territories
            .get_mut(&(brief.user.clone(), brief.territory_name.clone()))
    }

    fn declare(
        &mut self,
        operator: AccountId,
        fid: &Hash,
        segments: &DeclaredSegments,
        brief: &UserBrief,
        size: u64,
    ) -> Result<(), ChainError> {
        ensure(
            hash::fid(segments.iter().map(|s| s.hash)) == Some(*fid),
            "FidMismatch",
        )?;
        ensure(!self.deals.contains_key(fid), "Existed")?;
        let space = self.space(segments.len());
        let territory = self.territory(brief);
        let territory = territory.ok_or_else(|| dispatch("StorageHandler", "NotHaveTerritory"))?;
        if territory.remaining_space <= space {
            return Err(dispatch("StorageHandler", "InsufficientStorage"));
        }
        territory.remaining_space -= space;
        self.declarations += 1;
        if let Some(file) = self.files.get_mut(fid) {
            file.owner.try_push(brief.clone()).unwrap();
            return Ok(());
        }
        self.territory(brief).unwrap().locked_space += space;
        let deadline = self.tick + self.params.deal_ticks(segments.len() as u32);
        let terms = DealTerms {
            operator,
            declared_at: self.tick,
            deadline,
        };
        let deal = DealInfo {
            file_size: size.into(),
            segment_list: segments.clone(),
            user: brief.clone(),
            complete_list: BVec::default(),
        };
        self.deals.insert(*fid, (deal, terms));
        Ok(())
    }

    fn unlock(&mut self, fid: &Hash) -> bool {
        let Some((deal, _)) = self.deals.remove(fid) else {
            return false;
        };
        let space = self.space(deal.segment_list.len());
        if let Some(territory) = self.territory(&deal.user) {
            territory.locked_space -= space;
            territory.remaining_space += space;
        }
        true
    }

    fn end_deals(&mut self) {
        let now = self.tick;
        let over = self
            .deals
            .iter()
            .filter(|(_, (_, terms))| terms.deadline <= now);
        for fid in over.map(|(fid, _)| *fid).collect::<Vec<_>>() {
            self.unlock(&fid);
            self.event(FileBankEvent::DealExpired { deal_hash: fid });
        }
    }

    fn reports(&mut self) {
        let mut events = Vec::new();
        for (fid, (deal, _)) in &mut self.deals {
            for miner in self.miners.iter().filter(|m| m.reports) {
                if deal.complete_list.iter().any(|c| c.miner == miner.account) {
                    continue;
                }
                let free = (1..=FRAGMENT_COUNT as u8)
                    .filter(|column| deal.complete_list.iter().all(|c| c.index != *column));
                let held = |column: &u8| {
                    let row = usize::from(*column) - 1;
                    deal.segment_list
                        .iter()
                        .all(|s| (miner.holds)(&s.fragment_list[row]))
                };
                if let Some(index) = free.into_iter().find(held) {
                    let report = CompleteInfo {
                        index,
                        miner: miner.account.clone(),
                    };
                    deal.complete_list.try_push(report).unwrap();
                    let acc = miner.account.clone();
                    events.push(FileBankEvent::TransferReport {
                        acc,
                        deal_hash: *fid,
                    });
                }
            }
        }
        events.into_iter().for_each(|e| self.event(e));
        let full = self
            .deals
            .iter()
            .filter(|(_, (deal, _))| deal.complete_list.is_full());
        for fid in full.map(|(fid, _)| *fid).collect::<Vec<_>>() {
            self.complete(fid);
        }
    }

    fn complete(&mut self, fid: Hash) {
        let (deal, _) = self.deals.remove(&fid).unwrap();
        let space = self.space(deal.segment_list.len());
        let territory = self.territory(&deal.user).unwrap();
        territory.locked_space -= space;
        territory.used_space += space;
        let holder = |column: u8| {
            deal.complete_list
                .iter()
                .find(|c| c.index == column)
                .unwrap()
                .miner
                .clone()
        };
        let segments = deal.segment_list.iter().map(|segment| SegmentInfo {
            hash: segment.hash,
            fragment_list: BVec::truncate_from(
                segment
                    .fragment_list
                    .iter()
                    .zip(1u8..)
                    .map(|(hash, column)| FragmentInfo {
                        hash: *hash,
                        avail: true,
                        tag: None,
                        miner: holder(column),
                    })
                    .collect(),
            ),
        });
        let file = FileInfo {
            segment_list: BVec::truncate_from(segments.collect()),
            owner: BVec::truncate_from(vec![deal.user.clone()]),
            file_size: deal.file_size,
            completion: self.tick,
            stat: FileState::Calculate,
        };
        self.files.insert(fid, file);
        self.event(FileBankEvent::StorageCompleted { file_hash: fid });
    }
}

#[async_trait]
impl ChainApi for FakeChain {
    fn account(&self) -> AccountId {
        self.account.clone()
    }
    fn genesis_hash(&self) -> Result<H256, ChainError> {
        Ok(H256([7; 32]))
    }
    fn blocks(&self) -> BoxStream<'static, Block> {
        let blocks = self.blocks.subscribe();
        let stream = stream::unfold(blocks, |mut blocks| async move {
            loop {
                match blocks.recv().await {
                    Ok(block) => return Some((block, blocks)),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        });
        stream.boxed()
    }
    async fn params(&self) -> Result<ProtocolParams, ChainError> {
        Ok(self.state().params)
    }
    async fn now(&self) -> Result<Tick, ChainError> {
        Ok(self.state().tick)
    }
    async fn deal(&self, fid: &Hash) -> Result<Option<DealInfo>, ChainError> {
        Ok(self.state().deals.get(fid).map(|(deal, _)| deal.clone()))
    }
    async fn deal_terms(&self, fid: &Hash) -> Result<Option<DealTerms>, ChainError> {
        Ok(self.state().deals.get(fid).map(|(_, terms)| terms.clone()))
    }
    async fn deals(&self) -> Result<Vec<(Hash, DealInfo)>, ChainError> {
        Ok(self
            .state()
            .deals
            .iter()
            .map(|(fid, (deal, _))| (*fid, deal.clone()))
            .collect())
    }
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError> {
        Ok(self.state().files.get(fid).cloned())
    }
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError> {
        Ok(self
            .state()
            .miners
            .iter()
            .find(|m| m.account == *account)
            .map(|m| m.info.clone()))
    }
    async fn miners(&self) -> Result<Vec<(AccountId, MinerInfo)>, ChainError> {
        Ok(self
            .state()
            .miners
            .iter()
            .map(|m| (m.account.clone(), m.info.clone()))
            .collect())
    }
    async fn territory(
        &self,
        owner: &AccountId,
        name: &Name,
    ) -> Result<Option<TerritoryInfo>, ChainError> {
        Ok(self
            .state()
            .territories
            .get(&(owner.clone(), name.clone()))
            .cloned())
    }
    async fn authority_list(&self, owner: &AccountId) -> Result<Vec<AccountId>, ChainError> {
        Ok(self
            .state()
            .authorities
            .get(owner)
            .cloned()
            .unwrap_or_default())
    }
    async fn registration(&self) -> Result<Option<OssInfo>, ChainError> {
        Ok(self.state().registration.clone())
    }
    async fn register(&self, peer: &PeerId, domain: &Domain) -> Result<(), ChainError> {
        self.state().registration = Some(OssInfo {
            peer_id: *peer,
            domain: domain.clone(),
        });
        Ok(())
    }
    async fn update(&self, peer: &PeerId, domain: &Domain) -> Result<(), ChainError> {
        self.register(peer, domain).await
    }
    async fn upload_declaration(
        &self,
        fid: &Hash,
        segments: &DeclaredSegments,
        brief: &UserBrief,
        size: u64,
    ) -> Result<(), ChainError> {
        let mut state = self.state();
        let lost = ChainError::NotIncluded {
            call: "call".into(),
            waited: Duration::ZERO,
        };
        match state.mishap.take() {
            Some(Mishap::Dispatch(pallet, error)) => return Err(dispatch(pallet, error)),
            Some(Mishap::Dropped) => return Err(lost),
            Some(Mishap::Lost) => {
                state.declare(self.account.clone(), fid, segments, brief, size)?;
                return Err(lost);
            }
            None => {}
        }
        state.declare(self.account.clone(), fid, segments, brief, size)
    }
    async fn delete_file(&self, owner: &AccountId, fid: &Hash) -> Result<H256, ChainError> {
        let mut state = self.state();
        let file = state
            .files
            .get_mut(fid)
            .ok_or_else(|| dispatch("FileBank", "FileNonExistent"))?;
        ensure(file.stat == FileState::Active, "Calculate")?;
        file.owner.retain(|o| o.user != *owner);
        if file.owner.is_empty() {
            state.files.remove(fid);
        }
        Ok(H256([1; 32]))
    }
    async fn cancel_deal(&self, fid: &Hash) -> Result<H256, ChainError> {
        let mut state = self.state();
        ensure(state.unlock(fid), "NonExistent")?;
        state.event(FileBankEvent::DealCancelled { deal_hash: *fid });
        Ok(H256([2; 32]))
    }
}
