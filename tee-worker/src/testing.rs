//! A chain in memory, and a worker that serves over it.

pub(crate) mod memory;
mod records;

use crate::{
    duties::Duties,
    identity::Identity,
    master::{Keyring, Master},
    metrics::Metrics,
    pois::Keys,
    services::{Pools, Services},
    verdicts::Verdicts,
    view::{count_fragments, ChainView, View},
};
use async_trait::async_trait;
use cess_chain::{Call, ChainError, Signer};
use cess_podr2::MasterKey;
use cess_pois::new_miner;
use cess_primitives::{
    audit::{
        ChallengeElement, ChallengeInfo, IdleProveInfo, MinerSnapShot, ProveInfo, QElement,
        ServiceProveInfo,
    },
    file::FileInfo,
    miner::{MinerInfo, SpaceProofInfo},
    tee::WorkerRole,
    AccountId, BloomFilter, Hash, Podr2Scheme, ProtocolParams, Tick,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::transport::Channel;

/// Small enough that a test takes milliseconds.
pub(crate) const PARAMS: ProtocolParams = ProtocolParams {
    segment_size: 4096,
    fragment_size: 1024,
    chunk_count: 8,
    idle_file_size: 16 << 10,
    idle_set: 4,
    idle_layers: 2,
    idle_degree: 1,
    ..ProtocolParams::fast()
};
/// When the challenges of the tests begin, and when their verdicts are due.
pub(crate) const START: Tick = 100;
pub(crate) const VERIFY_SLIP: Tick = 140;
/// Work takes a moment on a busy machine; so long means that it never happens.
const PATIENCE: Duration = Duration::from_secs(20);

/// One master key for all tests, short because its strength is not the point.
pub(crate) fn master() -> Arc<Master> {
    static MASTER: OnceLock<Arc<Master>> = OnceLock::new();
    let make = || Arc::new(Master::new(MasterKey::generate_bits(1024).unwrap()).unwrap());
    Arc::clone(MASTER.get_or_init(make))
}

pub(crate) fn account(uri: &str) -> Signer {
    Signer::from_uri(uri).unwrap()
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) podr2_scheme: Podr2Scheme,
    pub(crate) files: HashMap<Hash, FileInfo>,
    /// The files when the challenge was made.
    pub(crate) challenged: HashMap<Hash, FileInfo>,
    pub(crate) miners: HashMap<AccountId, MinerInfo>,
    pub(crate) challenges: HashMap<AccountId, ChallengeInfo>,
    pub(crate) submitted: Vec<Call>,
    /// So many submissions fail because the node is away.
    pub(crate) failures: u32,
}

pub(crate) struct TestChain {
    state: Mutex<State>,
    blocks: watch::Sender<u32>,
}

impl TestChain {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            blocks: watch::channel(0).0,
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn produce_block(&self) {
        self.blocks.send_modify(|number| *number += 1);
    }

    /// Returns when somebody waits for a block.
    pub(crate) async fn until_awaited(&self, waiting: usize) {
        let awaited = async {
            while self.blocks.receiver_count() < waiting {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, awaited)
            .await
            .expect("somebody waits for a block");
    }

    /// The calls so far, when there are at least this many.
    pub(crate) async fn submitted(&self, count: usize) -> Vec<Call> {
        let enough = async {
            while self.state().submitted.len() < count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, enough)
            .await
            .expect("the call was submitted");
        self.state().submitted.clone()
    }
}

#[async_trait]
impl ChainView for TestChain {
    async fn params(&self) -> Result<ProtocolParams, ChainError> {
        Ok(ProtocolParams {
            podr2_scheme: self.state().podr2_scheme,
            ..PARAMS
        })
    }

    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError> {
        Ok(self.state().files.get(fid).cloned())
    }

    async fn fragment_counts(
        &self,
        miner: &AccountId,
        start: Tick,
    ) -> Result<BTreeMap<Hash, u32>, ChainError> {
        let challenged = &self.state().challenged;
        Ok(count_fragments(challenged.values(), miner, start))
    }

    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError> {
        Ok(self.state().miners.get(account).cloned())
    }

    async fn challenge(&self, miner: &AccountId) -> Result<Option<ChallengeInfo>, ChainError> {
        Ok(self.state().challenges.get(miner).cloned())
    }

    async fn challenges(&self) -> Result<Vec<(AccountId, ChallengeInfo)>, ChainError> {
        Ok(self
            .state()
            .challenges
            .iter()
            .map(|(miner, c)| (miner.clone(), c.clone()))
            .collect())
    }

    async fn next_block(&self) {
        self.blocks.subscribe().changed().await.unwrap();
    }

    async fn submit(&self, call: Call) -> Result<(), ChainError> {
        let mut state = self.state();
        if state.failures > 0 {
            state.failures -= 1;
            return Err(ChainError::NotIncluded {
                call: call.title(),
                waited: Duration::ZERO,
            });
        }
        state.submitted.push(call);
        Ok(())
    }
}

/// A worker that serves over a chain in memory; it stops when it is dropped.
pub(crate) struct Harness {
    pub(crate) chain: Arc<TestChain>,
    pub(crate) identity: Identity,
    pub(crate) master: Arc<Master>,
    pub(crate) verdicts: Verdicts,
    pub(crate) keyring: Keyring,
    pub(crate) channel: Channel,
    pub(crate) miner: Signer,
    sender: watch::Sender<Option<Arc<Master>>>,
    directory: tempfile::TempDir,
    stop: DropGuard,
}

impl Harness {
    pub(crate) async fn start() -> Self {
        Self::start_with(Pools::new(2)).await
    }

    pub(crate) async fn start_with(pools: Pools) -> Self {
        Self::start_as(WorkerRole::Full, pools).await
    }

    pub(crate) async fn start_as(role: WorkerRole, pools: Pools) -> Self {
        let (chain, directory) = (TestChain::new(), tempfile::tempdir().unwrap());
        chain.add_miner(&account("//Miner//1").account_id(), None);
        Self::serve(chain, directory, role, pools).await
    }

    /// Kills the worker at this moment; another process starts with what is on the disk.
    pub(crate) async fn restart(self) -> Self {
        let Self {
            chain,
            directory,
            stop,
            verdicts,
            channel,
            ..
        } = self;
        drop((stop, verdicts, channel));
        // The store is free when the last task of the killed worker has noticed.
        let freed = async {
            while redb::Database::open(directory.path().join("tee.redb")).is_err() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, freed)
            .await
            .expect("the killed worker ends");
        Self::serve(chain, directory, WorkerRole::Full, Pools::new(2)).await
    }

    async fn serve(
        chain: Arc<TestChain>,
        directory: tempfile::TempDir,
        role: WorkerRole,
        pools: Pools,
    ) -> Self {
        let identity = Identity::new(account("//Tee//1")).unwrap();
        let stop = CancellationToken::new();
        let view: View = Arc::clone(&chain) as View;
        let verdicts = Verdicts::open(
            directory.path(),
            View::clone(&view),
            identity.key(),
            stop.clone(),
        )
        .unwrap();
        let (sender, keyring) = Keyring::new();
        sender.send_replace(Some(master()));
        let services = Services {
            view,
            identity: identity.clone(),
            keyring: keyring.clone(),
            verdicts: verdicts.clone(),
            metrics: Metrics::new().unwrap(),
            pools,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(services.serve(role, listener, stop.clone()));
        let channel = Channel::from_shared(url).unwrap().connect().await.unwrap();
        Self {
            chain,
            identity,
            master: master(),
            verdicts,
            keyring,
            channel,
            miner: account("//Miner//1"),
            sender,
            directory,
            stop: stop.drop_guard(),
        }
    }

    /// The master key is rolled, and this worker has the new one.
    pub(crate) fn roll(&mut self) {
        self.master = Arc::new(self.master.roll().unwrap());
        self.sender.send_replace(Some(Arc::clone(&self.master)));
    }

    pub(crate) fn duties(&self) -> Duties {
        let view = Arc::clone(&self.chain) as View;
        Duties::new(
            view,
            self.keyring.clone(),
            self.verdicts.clone(),
            self.identity.key(),
        )
    }

    /// Challenges the miner; both proofs are submitted and this worker owes the verdicts.
    pub(crate) fn challenge(&self, state: SpaceProofInfo, fragments: &[Hash]) -> ChallengeInfo {
        let mut bloom = BloomFilter::default();
        fragments
            .iter()
            .for_each(|fragment| bloom.insert(fragment).unwrap());
        let challenge = ChallengeInfo {
            miner_snapshot: MinerSnapShot {
                idle_space: 1,
                service_space: 1,
                service_bloom_filter: bloom,
                space_proof_info: state,
                tee_signature: [0; 64],
            },
            challenge_element: ChallengeElement {
                start: START,
                idle_slip: 120,
                service_slip: 120,
                verify_slip: VERIFY_SLIP,
                space_param: [7; 8],
                service_param: QElement {
                    random_index_list: vec![1, 5].try_into().unwrap(),
                    random_list: vec![[7; 20], [9; 20]].try_into().unwrap(),
                },
            },
            prove_info: ProveInfo {
                assign: 0,
                idle_prove: None,
                service_prove: None,
            },
        };
        let mut state = self.chain.state();
        state.challenged = state.files.clone();
        state
            .challenges
            .insert(self.miner.account_id(), challenge.clone());
        challenge
    }

    pub(crate) fn submit_service_proof(&self, sigma: &str) {
        let proof = ServiceProveInfo {
            tee_puk: self.identity.key(),
            service_prove: sigma.as_bytes().to_vec().try_into().unwrap(),
            verify_result: None,
        };
        self.open_challenge(|info| info.prove_info.service_prove = Some(proof));
    }

    pub(crate) fn submit_idle_proof(&self, total_hash: [u8; 32]) {
        let proof = IdleProveInfo {
            tee_puk: self.identity.key(),
            idle_prove: total_hash.to_vec().try_into().unwrap(),
            verify_result: None,
        };
        self.open_challenge(|info| info.prove_info.idle_prove = Some(proof));
    }

    pub(crate) fn open_challenge(&self, change: impl FnOnce(&mut ChallengeInfo)) {
        change(
            self.chain
                .state()
                .challenges
                .get_mut(&self.miner.account_id())
                .unwrap(),
        );
    }

    /// The miner's state before it certified anything.
    pub(crate) fn fresh_state(&self) -> SpaceProofInfo {
        fresh_state(&self.miner.account_id())
    }
}

/// The state of a miner that certified nothing, with the key that the worker gives it.
pub(crate) fn fresh_state(miner: &AccountId) -> SpaceProofInfo {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    let key = KEYS
        .get_or_init(Keys::default)
        .of(&master(), miner)
        .unwrap();
    new_miner(miner.clone(), key.public.clone())
}
