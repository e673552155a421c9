//! A runtime of System and this pallet; clock, miners, workers and the master key are the test's.

use crate as pallet_audit;
use cess_primitives::{
    audit::{ChallengeInfo, MinerSnapShot},
    miner::{PoISKey, SpaceProofInfo},
    payload::{master_digest, ProofMissingInfo, VerifyIdleResultInfo, VerifyServiceResultInfo},
    tee::WorkerKey,
    traits::{AuditedMiners, Protocol, Randomness32, TeeWorkers, WorkCredit},
    AccountId, BVec, BloomFilter, ProtocolParams, Tick, GIB,
};
use codec::Encode;
use frame_support::{derive_impl, parameter_types, traits::Hooks};
use sp_core::{sr25519, Pair};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult};
use std::cell::RefCell;

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Audit: pallet_audit,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

/// What the other pallets were told to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Did {
    Pass(u8, u128, u128),
    PunishMissing(u8, u8),
    PunishFalseService(u8),
    PunishFalseIdle(u8),
    ForceExit(u8),
    WorkerFailed(u8),
    Worked(u8),
    IdleCredit(u128),
    ServiceCredit(u128),
}

parameter_types! {
    pub static Now: Tick = 1000;
    // Short windows of its own: the tests count ticks.
    pub static Params: ProtocolParams =
        ProtocolParams { challenge_window: 20, verify_window: 20, ..ProtocolParams::fast() };
    /// Number, idle space and service space of each miner.
    pub static Spaces: Vec<(u8, u128, u128)> = vec![];
    pub static Verifiers: Vec<u8> = vec![];
    /// Whether the workers have a stash.
    pub static Stashed: bool = true;
    /// Whether the miners' pallet refuses everything.
    pub static Refusing: bool = false;
    pub static Nodes: u64 = 1 << 20;
    pub static Seed: u64 = 0;
}

thread_local! {
    static DONE: RefCell<Vec<Did>> = const { RefCell::new(vec![]) };
}

fn note(did: Did) {
    DONE.with_borrow_mut(|done| done.push(did));
}

/// What was done since the last look.
pub(crate) fn done() -> Vec<Did> {
    DONE.take()
}

pub(crate) fn account(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

fn number(account: &AccountId) -> u8 {
    let bytes: &[u8; 32] = account.as_ref();
    bytes[0]
}

pub struct Outside;

impl Protocol for Outside {
    fn now() -> Tick {
        Now::get()
    }

    fn params() -> ProtocolParams {
        Params::get()
    }
}

impl Randomness32 for Outside {
    fn random(subject: &[u8]) -> [u8; 32] {
        sp_io::hashing::blake2_256(&(Seed::get(), subject).encode())
    }
}

impl Outside {
    fn spaces(miner: &AccountId) -> Option<(u128, u128)> {
        let found = Spaces::get()
            .into_iter()
            .find(|(n, ..)| *n == number(miner));
        found.map(|(_, idle, service)| (idle, service))
    }

    fn act(did: Did) -> DispatchResult {
        if Refusing::get() {
            return Err(DispatchError::Unavailable);
        }
        note(did);
        Ok(())
    }
}

impl AuditedMiners for Outside {
    fn count() -> u32 {
        Spaces::get().len() as u32
    }

    fn at(index: u32) -> Option<AccountId> {
        Spaces::get().get(index as usize).map(|(n, ..)| account(*n))
    }

    fn space(miner: &AccountId) -> u128 {
        Self::spaces(miner).map_or(0, |(idle, service)| idle + service)
    }

    fn snapshot(miner: &AccountId) -> Option<MinerSnapShot> {
        let (idle_space, service_space) = Self::spaces(miner)?;
        let mut service_bloom_filter = BloomFilter::default();
        service_bloom_filter.0[0] = 7;
        let space_proof_info = SpaceProofInfo {
            miner: miner.clone(),
            front: 4,
            rear: 20,
            pois_key: PoISKey {
                g: [1; 256],
                n: [2; 256],
            },
            accumulator: [3; 256],
        };
        Some(MinerSnapShot {
            idle_space,
            service_space,
            service_bloom_filter,
            space_proof_info,
            tee_signature: [0; 64],
        })
    }

    fn expenders() -> (u64, u64, u64) {
        (8, Nodes::get(), 64)
    }

    fn record_pass(miner: &AccountId, idle: u128, service: u128) -> DispatchResult {
        Self::act(Did::Pass(number(miner), idle, service))
    }

    fn punish_missing_proof(miner: &AccountId, _: u128, _: u128, count: u8) -> DispatchResult {
        Self::act(Did::PunishMissing(number(miner), count))
    }

    fn punish_false_service(miner: &AccountId, _: u128) -> DispatchResult {
        Self::act(Did::PunishFalseService(number(miner)))
    }

    fn punish_false_idle(miner: &AccountId, _: u128) -> DispatchResult {
        Self::act(Did::PunishFalseIdle(number(miner)))
    }

    fn force_exit(miner: &AccountId) -> DispatchResult {
        Self::act(Did::ForceExit(number(miner)))
    }
}

/// The pair whose signatures count.
pub(crate) fn master() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[42; 32])
}

impl TeeWorkers for Outside {
    fn can_tag(_: &WorkerKey) -> bool {
        true
    }

    fn can_verify(worker: &WorkerKey) -> bool {
        Verifiers::get().contains(&worker[0])
    }

    fn can_cert(_: &WorkerKey) -> bool {
        true
    }

    fn verifiers() -> Vec<WorkerKey> {
        Verifiers::get().into_iter().map(|n| [n; 32]).collect()
    }

    fn verify_master(digest: &[u8; 32], signature: &[u8]) -> bool {
        let signature = sr25519::Signature::try_from(signature).expect("64 bytes were checked");
        sr25519::Pair::verify(&signature, digest, &master().public())
    }

    fn stash(worker: &WorkerKey) -> Option<AccountId> {
        Stashed::get().then(|| account(worker[0]))
    }

    fn worked(worker: &WorkerKey) {
        note(Did::Worked(worker[0]));
    }

    fn failed(worker: &WorkerKey) {
        note(Did::WorkerFailed(worker[0]));
    }
}

impl WorkCredit for Outside {
    fn tagged(_: &AccountId, _: u128) {}
    fn certified(_: &AccountId, _: u128) {}
    fn replaced(_: &AccountId, _: u128) {}

    fn verified_idle(_: &AccountId, bytes: u128) {
        note(Did::IdleCredit(bytes));
    }

    fn verified_service(_: &AccountId, bytes: u128) {
        note(Did::ServiceCredit(bytes));
    }

    fn punished(_: &AccountId) {}
}

impl pallet_audit::Config for Test {
    type Protocol = Outside;
    type Miners = Outside;
    type TeeWorkers = Outside;
    type Credit = Outside;
    type Randomness = Outside;
    type WeightInfo = pallet_audit::weights::SubstrateWeight<Test>;
}

/// The miner of most tests: [`IDLE`] and [`SERVICE`] bytes.
pub(crate) const MINER: u8 = 1;
pub(crate) const IDLE: u128 = GIB as u128;
pub(crate) const SERVICE: u128 = GIB as u128 / 4;
/// The hash that the miner submits as its idle proof.
pub(crate) const IDLE_PROOF: [u8; 32] = [5; 32];

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub(crate) fn bytes<const N: u32>(bytes: &[u8]) -> BVec<u8, N> {
    bytes.to_vec().try_into().expect("short enough")
}

pub(crate) fn challenge(n: u8) -> ChallengeInfo {
    crate::ChallengeSnapShot::<Test>::get(account(n)).expect("a challenge is open")
}

pub(crate) fn is_challenged(n: u8) -> bool {
    crate::ChallengeSnapShot::<Test>::contains_key(account(n))
}

/// Challenges the miner and submits both of its proofs.
pub(crate) fn challenge_and_prove() {
    Audit::point_miner_challenge(RuntimeOrigin::root(), account(MINER)).expect("challenged");
    Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF)).expect("submitted");
    Audit::submit_service_proof(signed(MINER), bytes(b"123")).expect("submitted");
}

pub(crate) fn idle_worker() -> WorkerKey {
    challenge(MINER)
        .prove_info
        .idle_prove
        .expect("submitted")
        .tee_puk
}

pub(crate) fn service_worker() -> WorkerKey {
    challenge(MINER)
        .prove_info
        .service_prove
        .expect("submitted")
        .tee_puk
}

pub(crate) fn master_signature(payload: &impl Encode) -> crate::Signature {
    bytes(&master().sign(&master_digest(payload)).0)
}

/// The verdict that the master key signs over the miner's idle proof.
pub(crate) fn idle_verdict(result: bool) -> VerifyIdleResultInfo {
    let info = challenge(MINER);
    VerifyIdleResultInfo {
        miner: account(MINER),
        miner_prove: bytes(&IDLE_PROOF),
        front: 4,
        rear: 20,
        accumulator: [3; 256],
        space_challenge_param: info.challenge_element.space_param,
        result,
        tee_puk: idle_worker(),
    }
}

/// Relays an idle verdict.
pub(crate) fn relay_idle(v: VerifyIdleResultInfo) -> DispatchResult {
    let sig = master_signature(&v);
    let (miner, hash) = (v.miner, v.miner_prove);
    let (acc, tee) = (v.accumulator, v.tee_puk);
    Audit::post_idle_verdict(
        signed(99),
        miner,
        hash,
        v.front,
        v.rear,
        acc,
        v.result,
        sig,
        tee,
    )
}

/// The verdict that the master key signs over the miner's service proof.
pub(crate) fn service_verdict(result: bool) -> VerifyServiceResultInfo {
    let info = challenge(MINER);
    VerifyServiceResultInfo {
        miner: account(MINER),
        tee_puk: service_worker(),
        miner_prove: bytes(b"123"),
        result,
        chal: info.challenge_element.service_param,
        service_bloom_filter: info.miner_snapshot.service_bloom_filter,
    }
}

/// Relays a service verdict.
pub(crate) fn relay_service(v: VerifyServiceResultInfo) -> DispatchResult {
    let sig = master_signature(&v);
    let bloom = Box::new(v.service_bloom_filter);
    Audit::post_service_verdict(signed(99), v.miner, v.result, sig, bloom, v.tee_puk)
}

/// Relays a worker's word that it never got the miner's proof.
pub(crate) fn report_missing(tee_puk: WorkerKey) -> DispatchResult {
    let start = challenge(MINER).challenge_element.start;
    let sig = master_signature(&ProofMissingInfo {
        miner: account(MINER),
        start,
        tee_puk,
    });
    Audit::report_missing_proof(signed(99), account(MINER), sig, tee_puk)
}

/// A block at this tick, without random challenges.
pub(crate) fn settle_at(tick: Tick) {
    Now::set(tick);
    Audit::settle_due();
    Audit::do_try_state().expect("invariants hold after each block");
}

/// A whole block at this tick.
pub(crate) fn block_at(tick: Tick) {
    Now::set(tick);
    System::set_block_number(System::block_number() + 1);
    Audit::on_initialize(System::block_number());
    Audit::do_try_state().expect("invariants hold after each block");
}

/// Runs the test at tick 1000 with one miner and three workers, then checks the invariants.
pub(crate) fn build_and_execute(test: impl FnOnce()) {
    let storage = RuntimeGenesisConfig::default()
        .build_storage()
        .expect("genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        Spaces::set(vec![(MINER, IDLE, SERVICE)]);
        Verifiers::set(vec![11, 12, 13]);
        test();
        Audit::do_try_state().expect("invariants hold after the test");
    });
}
