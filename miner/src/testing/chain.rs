//! The chain in memory: what the calls of a miner come to, without weights, fees and blocks.

use super::{account, miner_info, params, Sample};
use crate::chain::{Certificate, ChainApi};
use async_trait::async_trait;
use cess_chain::ChainError;
use cess_p2p::Identity;
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::file::*;
use cess_primitives::miner::{
    state as miner_state, Endpoint, MinerInfo, PoISKey, RestoralTargetInfo, SpaceProofInfo,
};
use cess_primitives::oss::OssInfo;
use cess_primitives::tee::WorkerInfo;
use cess_primitives::{AccountId, BVec, Balance, Hash, ProtocolParams, Tick, TIB};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

/// What the chain of a test holds; shared by the views of all its miners.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) now: Tick,
    pub(crate) deals: BTreeMap<Hash, (DealInfo, DealTerms)>,
    pub(crate) files: BTreeMap<Hash, FileInfo>,
    pub(crate) oss: HashMap<AccountId, OssInfo>,
    pub(crate) miners: BTreeMap<AccountId, MinerInfo>,
    pub(crate) orders: BTreeMap<Hash, RestoralOrderInfo>,
    pub(crate) challenges: BTreeMap<AccountId, ChallengeInfo>,
    pub(crate) reports: Vec<(AccountId, u8)>,
    pub(crate) tag_reports: Vec<TagSigInfo>,
    pub(crate) service_proofs: Vec<Vec<u8>>,
    pub(crate) idle_proofs: Vec<Vec<u8>>,
    pub(crate) workers: Vec<WorkerInfo>,
    /// Bytes of idle files that have to give way.
    pub(crate) pending: BTreeMap<AccountId, u128>,
    /// Certificates and deletions that the chain took.
    pub(crate) idle_calls: usize,
    /// The next of them is executed, but its sender does not learn of it.
    pub(crate) loses_answer: bool,
    /// Before the next call is executed, this miner reports the same column.
    pub(crate) overtaken_by: Option<AccountId>,
}

/// One miner's view of a [`Ledger`].
#[derive(Clone)]
pub(crate) struct MemoryChain {
    pub(crate) ledger: Arc<Mutex<Ledger>>,
    pub(crate) me: AccountId,
}

impl MemoryChain {
    pub(crate) fn new(me: AccountId) -> Self {
        let chain = Self {
            ledger: Arc::default(),
            me,
        };
        chain.with_miner(chain.me.clone());
        chain
    }

    pub(crate) fn with_miner(&self, account: AccountId) {
        self.lock()
            .miners
            .insert(account.clone(), miner_info(account));
    }

    /// The same chain, seen by another miner.
    pub(crate) fn seen_by(&self, me: AccountId) -> Self {
        self.with_miner(me.clone());
        Self {
            ledger: Arc::clone(&self.ledger),
            me,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    pub(crate) fn declare(&self, sample: &Sample, gateway: &Identity) {
        let operator = account(100);
        let mut ledger = self.lock();
        let domain = BVec::truncate_from(b"http://gateway".to_vec());
        ledger.oss.insert(
            operator.clone(),
            OssInfo {
                peer_id: gateway.peer_id_bytes(),
                domain,
            },
        );
        let terms = DealTerms {
            operator,
            declared_at: 0,
            deadline: 100,
        };
        ledger.deals.insert(sample.fid, (sample.deal(), terms));
    }

    /// The end of a call about idle space that was executed.
    fn answer(&self, ledger: &mut Ledger) -> Result<(), ChainError> {
        ledger.idle_calls += 1;
        if std::mem::take(&mut ledger.loses_answer) {
            return Err(ChainError::NotIncluded {
                call: "test".into(),
                waited: std::time::Duration::ZERO,
            });
        }
        Ok(())
    }

    fn refuse<T>(&self, error: &str) -> Result<T, ChainError> {
        Err(ChainError::Dispatch {
            call: "test".into(),
            pallet: "FileBank".into(),
            error: error.into(),
            docs: String::new(),
        })
    }
}

#[async_trait]
impl ChainApi for MemoryChain {
    fn account(&self) -> AccountId {
        self.me.clone()
    }
    async fn params(&self) -> Result<ProtocolParams, ChainError> {
        Ok(params())
    }
    async fn now(&self) -> Result<Tick, ChainError> {
        Ok(self.lock().now)
    }
    async fn deal(&self, fid: &Hash) -> Result<Option<DealInfo>, ChainError> {
        Ok(self.lock().deals.get(fid).map(|(d, _)| d.clone()))
    }
    async fn deal_terms(&self, fid: &Hash) -> Result<Option<DealTerms>, ChainError> {
        Ok(self.lock().deals.get(fid).map(|(_, t)| t.clone()))
    }
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError> {
        Ok(self.lock().files.get(fid).cloned())
    }
    async fn files(&self) -> Result<Vec<(Hash, FileInfo)>, ChainError> {
        Ok(self
            .lock()
            .files
            .iter()
            .map(|(h, f)| (*h, f.clone()))
            .collect())
    }
    async fn oss(&self, account: &AccountId) -> Result<Option<OssInfo>, ChainError> {
        Ok(self.lock().oss.get(account).cloned())
    }
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError> {
        Ok(self.lock().miners.get(account).cloned())
    }
    async fn restoral_targets(&self) -> Result<Vec<(AccountId, RestoralTargetInfo)>, ChainError> {
        Ok(Vec::new())
    }
    async fn restoral_order(
        &self,
        fragment: &Hash,
    ) -> Result<Option<RestoralOrderInfo>, ChainError> {
        Ok(self.lock().orders.get(fragment).cloned())
    }
    async fn restoral_orders(&self) -> Result<Vec<(Hash, RestoralOrderInfo)>, ChainError> {
        Ok(self
            .lock()
            .orders
            .iter()
            .map(|(h, o)| (*h, o.clone()))
            .collect())
    }
    async fn pending_replacement(&self) -> Result<u128, ChainError> {
        Ok(self.lock().pending.get(&self.me).copied().unwrap_or(0))
    }
    async fn challenge(&self) -> Result<Option<ChallengeInfo>, ChainError> {
        Ok(self.lock().challenges.get(&self.me).cloned())
    }
    async fn challenges(&self) -> Result<Vec<(AccountId, ChallengeInfo)>, ChainError> {
        Ok(self.lock().challenges.clone().into_iter().collect())
    }
    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError> {
        Ok(self.lock().workers.clone())
    }

    async fn register(
        &self,
        endpoint: Endpoint,
        collaterals: Balance,
        tib: u32,
    ) -> Result<(), ChainError> {
        let info = MinerInfo {
            endpoint,
            collaterals,
            declaration_space: u128::from(tib) * u128::from(TIB),
            idle_space: 0,
            state: BVec::truncate_from(miner_state::NOT_READY.to_vec()),
            ..miner_info(self.me.clone())
        };
        self.lock().miners.insert(self.me.clone(), info);
        Ok(())
    }
    async fn update_endpoint(&self, endpoint: Endpoint) -> Result<(), ChainError> {
        self.lock().miners.get_mut(&self.me).unwrap().endpoint = endpoint;
        Ok(())
    }
    async fn increase_collateral(&self, amount: Balance) -> Result<(), ChainError> {
        self.lock().miners.get_mut(&self.me).unwrap().collaterals += amount;
        Ok(())
    }
    async fn increase_declaration(&self, tib: u32) -> Result<(), ChainError> {
        self.lock()
            .miners
            .get_mut(&self.me)
            .unwrap()
            .declaration_space += u128::from(tib) * u128::from(TIB);
        Ok(())
    }
    async fn register_pois_key(&self, pois_key: PoISKey, _: Certificate) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        let info = ledger.miners.get_mut(&self.me).unwrap();
        info.space_proof_info = Some(cess_pois::new_miner(self.me.clone(), pois_key));
        info.state = BVec::truncate_from(miner_state::POSITIVE.to_vec());
        Ok(())
    }
    async fn cert_idle_space(
        &self,
        info: SpaceProofInfo,
        _: Certificate,
    ) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        let miner = ledger.miners.get_mut(&self.me).unwrap();
        let before = miner.space_proof_info.as_ref().unwrap();
        if info.rear <= before.rear || info.front != before.front {
            return self.refuse("StaleCertificate");
        }
        miner.idle_space += u128::from(info.rear - before.rear) * u128::from(params().idle_unit);
        miner.space_proof_info = Some(info);
        self.answer(&mut ledger)
    }
    async fn replace_idle_space(
        &self,
        info: SpaceProofInfo,
        _: Certificate,
    ) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        let miner = ledger.miners.get_mut(&self.me).unwrap();
        let before = miner.space_proof_info.as_ref().unwrap();
        if info.front <= before.front || info.rear != before.rear {
            return self.refuse("StaleCertificate");
        }
        let space = u128::from(info.front - before.front) * u128::from(params().idle_unit);
        miner.space_proof_info = Some(info);
        let pending = ledger
            .pending
            .get(&self.me)
            .and_then(|p| p.checked_sub(space));
        match pending {
            None => return self.refuse("InsufficientReplaceable"),
            Some(rest) => ledger.pending.insert(self.me.clone(), rest),
        };
        self.answer(&mut ledger)
    }
    async fn transfer_report(&self, column: u8, fid: &Hash) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        let first = ledger.overtaken_by.take();
        let Some((deal, _)) = ledger.deals.get_mut(fid) else {
            return self.refuse("NonExistent");
        };
        if let Some(miner) = first {
            deal.complete_list
                .try_push(CompleteInfo {
                    index: column,
                    miner,
                })
                .unwrap();
        }
        if deal
            .complete_list
            .iter()
            .any(|c| c.index == column || c.miner == self.me)
        {
            return self.refuse("Existed");
        }
        deal.complete_list
            .try_push(CompleteInfo {
                index: column,
                miner: self.me.clone(),
            })
            .unwrap();
        ledger.reports.push((self.me.clone(), column));
        Ok(())
    }
    async fn calculate_report(&self, _: [u8; 64], info: TagSigInfo) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        let now = ledger.now;
        let Some(file) = ledger.files.get_mut(&info.file_hash) else {
            return self.refuse("NonExistent");
        };
        let mut listed = info.digest.iter().map(|d| d.fragment).collect::<Vec<_>>();
        for fragment in file
            .segment_list
            .iter_mut()
            .flat_map(|s| s.fragment_list.iter_mut())
        {
            if fragment.miner == self.me && fragment.avail && fragment.tag.is_none() {
                let Some(at) = listed.iter().position(|h| *h == fragment.hash) else {
                    return self.refuse("DigestError");
                };
                listed.swap_remove(at);
                fragment.tag = Some(now);
            }
        }
        ledger.tag_reports.push(info);
        Ok(())
    }
    async fn generate_restoral_order(&self, fid: &Hash, fragment: &Hash) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        if ledger.orders.contains_key(fragment) {
            return self.refuse("Existed");
        }
        let now = ledger.now;
        let file = ledger.files.get_mut(fid).unwrap();
        let mut all = file
            .segment_list
            .iter_mut()
            .flat_map(|s| s.fragment_list.iter_mut());
        all.find(|f| f.hash == *fragment && f.miner == self.me)
            .unwrap()
            .avail = false;
        let order = RestoralOrderInfo {
            count: 0,
            miner: self.me.clone(),
            origin_miner: self.me.clone(),
            fragment_hash: *fragment,
            file_hash: *fid,
            gen_block: now,
            deadline: 0,
        };
        ledger.orders.insert(*fragment, order);
        Ok(())
    }
    async fn claim_restoral_order(&self, fragment: &Hash) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        let now = ledger.now;
        let Some(order) = ledger.orders.get_mut(fragment) else {
            return self.refuse("NonExistent");
        };
        if now <= order.deadline && order.deadline > 0 {
            return self.refuse("SpecError");
        }
        order.count += 1;
        order.miner = self.me.clone();
        order.deadline = now + params().restoral_life;
        Ok(())
    }
    async fn claim_left_behind(&self, _: &AccountId, _: &Hash, _: &Hash) -> Result<(), ChainError> {
        self.refuse("NonExistent")
    }
    async fn restoral_order_complete(&self, fragment: &Hash) -> Result<(), ChainError> {
        let mut ledger = self.lock();
        let Some(order) = ledger
            .orders
            .get(fragment)
            .filter(|o| o.miner == self.me)
            .cloned()
        else {
            return self.refuse("NoPermission");
        };
        ledger.orders.remove(fragment);
        let Some(file) = ledger.files.get_mut(&order.file_hash) else {
            return Ok(());
        };
        let mut all = file
            .segment_list
            .iter_mut()
            .flat_map(|s| s.fragment_list.iter_mut());
        let restored = all
            .find(|f| f.hash == *fragment && f.miner == order.origin_miner)
            .unwrap();
        (restored.miner, restored.avail, restored.tag) = (self.me.clone(), true, None);
        Ok(())
    }
    async fn submit_idle_proof(&self, proof: Vec<u8>) -> Result<(), ChainError> {
        use cess_primitives::audit::IdleProveInfo;
        let mut ledger = self.lock();
        ledger.idle_proofs.push(proof.clone());
        let challenge = ledger.challenges.get_mut(&self.me).unwrap();
        challenge.prove_info.idle_prove = Some(IdleProveInfo {
            tee_puk: [9; 32],
            idle_prove: BVec::truncate_from(proof),
            verify_result: None,
        });
        Ok(())
    }
    async fn submit_service_proof(&self, proof: Vec<u8>) -> Result<(), ChainError> {
        use cess_primitives::audit::ServiceProveInfo;
        let mut ledger = self.lock();
        ledger.service_proofs.push(proof.clone());
        let challenge = ledger.challenges.get_mut(&self.me).unwrap();
        challenge.prove_info.service_prove = Some(ServiceProveInfo {
            tee_puk: [9; 32],
            service_prove: BVec::truncate_from(proof),
            verify_result: None,
        });
        Ok(())
    }
}
