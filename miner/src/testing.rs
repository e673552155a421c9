//! A chain and TEE workers in memory, with the rules that the tasks' tests need.

pub(crate) mod idle;

use crate::chain::{Certificate, ChainApi};
use crate::miner::Miner;
use crate::state::{State, TagRecord, Tagging};
use crate::store::MemoryStore;
use crate::tee::{Certified, NewKey, TagJob, TeeApi, TeeError};
use async_trait::async_trait;
use cess_chain::ChainError;
use cess_p2p::Identity;
use cess_podr2::{secret_key, Challenge, MasterKey, Names, SecretKey, Verdict};
use cess_pois::commit::{self, Commitment};
use cess_pois::deletion::Deletion;
use cess_pois::space::RangeProof;
use cess_pois::Append;
use cess_primitives::audit::{ChallengeInfo, QElement};
use cess_primitives::file::*;
use cess_primitives::miner::{
    state as miner_state, Endpoint, MinerInfo, PoISKey, RestoralTargetInfo, SpaceProofInfo,
};
use cess_primitives::oss::OssInfo;
use cess_primitives::tee::{WorkerInfo, WorkerKey};
use cess_primitives::{
    AccountId, BVec, Balance, BloomFilter, Hash, Podr2Scheme, Preset, ProtocolParams, Tick, GIB,
    TIB,
};
use cess_segment::{encode_segment, Layout, SegmentParts};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

/// The quantities of the tests: 4 KiB segments.
pub(crate) fn params() -> ProtocolParams {
    ProtocolParams {
        preset: Preset::Fast,
        segment_size: 4096,
        fragment_size: 1024,
        chunk_count: 4,
        idle_file_size: 16 << 10,
        idle_set: 4,
        idle_layers: 2,
        idle_degree: 1,
        ..ProtocolParams::fast()
    }
}

pub(crate) fn account(seed: u8) -> AccountId {
    AccountId::new([seed; 32])
}

/// A positive miner with plenty of idle space.
pub(crate) fn miner_info(account: AccountId) -> MinerInfo {
    let identity = Identity::from_seed(*AsRef::<[u8; 32]>::as_ref(&account));
    MinerInfo {
        beneficiary: account.clone(),
        staking_account: account.clone(),
        endpoint: Endpoint::truncate_from(format!("/p2p/{}", identity.peer_id()).into_bytes()),
        collaterals: 0,
        debt: 0,
        state: BVec::truncate_from(miner_state::POSITIVE.to_vec()),
        declaration_space: TIB.into(),
        idle_space: GIB.into(),
        service_space: 0,
        lock_space: 0,
        space_proof_info: None,
        service_bloom_filter: BloomFilter::default(),
        tee_signature: [0; 64],
    }
}

/// A file of some segments, cut and encoded, with its declaration.
pub(crate) struct Sample {
    pub(crate) fid: Hash,
    pub(crate) segments: Vec<SegmentParts>,
}

impl Sample {
    pub(crate) fn new(segments: u8) -> Self {
        let layout = Layout::of(&params()).unwrap();
        let segments: Vec<_> = (0..segments)
            .map(|seed| {
                let bytes: Vec<u8> = (0..4096u32)
                    .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 ^ seed)
                    .collect();
                encode_segment(&bytes, layout).unwrap()
            })
            .collect();
        let fid = cess_primitives::hash::fid(segments.iter().map(|s| s.list().hash)).unwrap();
        Self { fid, segments }
    }

    /// Name and bytes of the fragments of a column (1 to 12).
    pub(crate) fn column(&self, column: usize) -> Vec<(Hash, Vec<u8>)> {
        self.segments
            .iter()
            .map(|s| s.fragments[column - 1].clone())
            .map(|(h, d)| (h, d.to_vec()))
            .collect()
    }

    fn brief() -> UserBrief {
        let name = |text: &[u8]| Name::truncate_from(text.to_vec());
        UserBrief {
            user: account(200),
            file_name: name(b"file"),
            territory_name: name(b"land"),
        }
    }

    pub(crate) fn deal(&self) -> DealInfo {
        let segment_list: Vec<_> = self.segments.iter().map(|s| s.list()).collect();
        DealInfo {
            file_size: 4096 * self.segments.len() as u128,
            segment_list: BVec::truncate_from(segment_list),
            user: Self::brief(),
            complete_list: BVec::default(),
        }
    }

    /// The file with column `j` at `miners[j - 1]`, untagged.
    pub(crate) fn file(&self, miners: &[AccountId]) -> FileInfo {
        let fragment = |(hash, miner): (Hash, &AccountId)| FragmentInfo {
            hash,
            avail: true,
            tag: None,
            miner: miner.clone(),
        };
        let segments = self
            .segments
            .iter()
            .map(|s| s.list())
            .map(|list| SegmentInfo {
                hash: list.hash,
                fragment_list: BVec::truncate_from(
                    list.fragment_list
                        .iter()
                        .copied()
                        .zip(miners)
                        .map(fragment)
                        .collect(),
                ),
            });
        FileInfo {
            segment_list: BVec::truncate_from(segments.collect()),
            owner: BVec::truncate_from(vec![Self::brief()]),
            file_size: 4096 * self.segments.len() as u128,
            completion: 1,
            stat: FileState::Calculate,
        }
    }
}

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

/// A TEE worker in memory with a real PoDR2 key.
pub(crate) struct MemoryTee {
    pub(crate) key: Arc<dyn SecretKey>,
    pub(crate) tags: Mutex<usize>,
    /// So many tags are given before the worker fails.
    pub(crate) fails_after: Mutex<Option<usize>>,
    /// The next list that is to be continued is refused.
    pub(crate) refuses_list: Mutex<bool>,
    /// Proofs are taken and never answered.
    pub(crate) hangs: Mutex<bool>,
    pub(crate) delivered: Mutex<Vec<cess_podr2::Proof>>,
    pub(crate) idle: idle::IdleDesk,
}

impl MemoryTee {
    pub(crate) fn new() -> Arc<Self> {
        Self::of(Podr2Scheme::Rsa)
    }

    /// A worker in a network with this scheme.
    pub(crate) fn of(scheme: Podr2Scheme) -> Arc<Self> {
        let master = Arc::new(MasterKey::generate().unwrap());
        let chunk = params().fragment_size / u64::from(params().chunk_count);
        Arc::new(Self {
            key: secret_key(&master, scheme, chunk).unwrap(),
            tags: Mutex::default(),
            fails_after: Mutex::default(),
            refuses_list: Mutex::default(),
            hangs: Mutex::default(),
            delivered: Mutex::default(),
            idle: idle::IdleDesk::default(),
        })
    }
}

fn unavailable<T>() -> Result<T, TeeError> {
    Err(TeeError::NoWorker("do this in tests"))
}

#[async_trait]
impl TeeApi for MemoryTee {
    async fn podr2_key(&self) -> Result<Vec<u8>, TeeError> {
        Ok(self.key.public().to_bytes().unwrap())
    }
    async fn new_key(&self) -> Result<NewKey, TeeError> {
        let info = idle::fresh_state(account(0));
        let certificate = Certificate {
            with_worker: [0; 64],
            plain: [0; 64],
            tee_puk: [9; 32],
        };
        Ok(NewKey { info, certificate })
    }
    async fn tag(&self, job: TagJob) -> Result<(TagRecord, Tagging), TeeError> {
        let mut tags = self.tags.lock().unwrap();
        if self
            .fails_after
            .lock()
            .unwrap()
            .is_some_and(|limit| *tags >= limit)
        {
            return unavailable();
        }
        if !job.progress.digests.is_empty()
            && std::mem::take(&mut *self.refuses_list.lock().unwrap())
        {
            return Err(TeeError::Refused {
                what: "continue this list",
                reason: "another key signed it".into(),
            });
        }
        *tags += 1;
        let tagged = self
            .key
            .tag(&job.fragment, &job.data, params().chunk_count, b"")
            .unwrap();
        let mut digests = job.progress.digests;
        digests.push(DigestInfo {
            fragment: job.fragment,
            tee_puk: [9; 32],
        });
        let core = tagged.tag.t;
        let record = TagRecord {
            name: core.name,
            u: core.u,
            phi: core.phi,
            u_sig: tagged.u_sig,
        };
        Ok((
            record,
            Tagging {
                digests,
                signature: vec![1; 64],
            },
        ))
    }
    async fn question(&self, commitment: &Commitment) -> Result<commit::Challenge, TeeError> {
        self.idle.question(commitment)
    }
    async fn certify(
        &self,
        state: &Certified,
        commitment: &Commitment,
        proof: &commit::Proof,
        append: &Append,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        self.idle.certify(state, commitment, proof, append)
    }
    async fn give_up(
        &self,
        state: &Certified,
        deletion: &Deletion,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        self.idle.give_up(state, deletion)
    }
    async fn deliver_idle(
        &self,
        _: &WorkerKey,
        state: &Certified,
        challenge: &[u64; 8],
        proofs: &[RangeProof],
    ) -> Result<bool, TeeError> {
        self.idle.deliver(state, challenge, proofs)
    }
    async fn deliver_service(
        &self,
        _: &WorkerKey,
        asked: &QElement,
        _: &BloomFilter,
        proof: cess_podr2::Proof,
    ) -> Result<bool, TeeError> {
        let hangs = *self.hangs.lock().unwrap();
        if hangs {
            return std::future::pending().await;
        }
        let challenge = Challenge::try_from(asked).unwrap();
        let verdict = self
            .key
            .verify(&challenge, &proof, Names::Distinct)
            .unwrap();
        self.delivered.lock().unwrap().push(proof);
        Ok(verdict == Verdict::Accepted)
    }
}

/// A miner over this chain with everything in memory.
pub(crate) fn miner(chain: &MemoryChain, tee: &Arc<MemoryTee>) -> (Arc<Miner>, MemoryStore) {
    let store = MemoryStore::default();
    let state = Arc::new(State::in_memory().unwrap());
    let tee: Arc<dyn TeeApi> = Arc::clone(tee) as Arc<dyn TeeApi>;
    let miner = Miner::new(
        Arc::new(chain.clone()),
        Arc::new(store.clone()),
        state,
        tee,
        params(),
    )
    .unwrap();
    (Arc::new(miner), store)
}
