//! A runtime of System and this pallet, with a clock and stashes that a test sets.

use crate as pallet_tee_worker;
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::{
        attestation::{AttestationReport, Measurement},
        simulation::{self, Platform, SIMULATION_SEED},
        MasterKeyLaunchPayload, WorkerKey, WorkerRegistrationInfo, WorkerRole,
    },
    traits::{Bonded, Protocol, StashPenalty, WorkCredit},
    AccountId, Balance, ProtocolParams, Tick,
};
use codec::Encode;
use core::time::Duration;
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{ConstU32, UnixTime},
    PalletId,
};
use frame_system::EnsureRoot;
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{traits::IdentityLookup, BuildStorage};
use std::{cell::RefCell, collections::BTreeMap};

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        TeeWorker: pallet_tee_worker,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

/// Seconds since 1970 at block 0; one block is one second.
pub(crate) const EPOCH: u64 = 1_700_000_000;

impl Protocol for Test {
    fn now() -> Tick {
        System::block_number()
            .try_into()
            .expect("small block numbers")
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
}

impl UnixTime for Test {
    fn now() -> Duration {
        Duration::from_secs(EPOCH + System::block_number())
    }
}

thread_local! {
    static UNBONDED: RefCell<Vec<AccountId>> = const { RefCell::new(Vec::new()) };
}

/// All stashes are bonded but those that were [`unbond`]ed.
impl Bonded for Test {
    fn is_bonded(stash: &AccountId) -> bool {
        UNBONDED.with_borrow(|list| !list.contains(stash))
    }
}

pub(crate) fn unbond(stash: AccountId) {
    UNBONDED.with_borrow_mut(|list| list.push(stash));
}

parameter_types! {
    /// The stashes that lost credit, as often as they did.
    pub storage Punished: Vec<AccountId> = vec![];
    pub const TeeWorkerPalletId: PalletId = PalletId(*b"filmpdpt");
}

/// What a suspension costs.
pub(crate) const FINE: Balance = 500;

impl WorkCredit for Test {
    fn tagged(_: &AccountId, _: u128) {}
    fn certified(_: &AccountId, _: u128) {}
    fn replaced(_: &AccountId, _: u128) {}
    fn verified_idle(_: &AccountId, _: u128) {}
    fn verified_service(_: &AccountId, _: u128) {}
    fn punished(stash: &AccountId) {
        Punished::set(&[Punished::get(), vec![stash.clone()]].concat());
    }
}

impl StashPenalty for Test {
    fn penalise(_: &AccountId) -> Balance {
        FINE
    }
}

impl pallet_tee_worker::Config for Test {
    type Protocol = Self;
    type Bonded = Self;
    type Credit = Self;
    type Penalty = Self;
    type Attestation = pallet_tee_worker::SimulatedAttestation<Test>;
    type UnixTime = Self;
    type GovernanceOrigin = EnsureRoot<AccountId>;
    type TeeWorkerPalletId = TeeWorkerPalletId;
    type SchedulerMaximum = ConstU32<4>;
    type MaxWhitelist = ConstU32<2>;
    type WeightInfo = pallet_tee_worker::weights::SubstrateWeight<Test>;
}

thread_local! {
    static PAIRS: RefCell<BTreeMap<String, sr25519::Pair>> = const { RefCell::new(BTreeMap::new()) };
}

/// The key pair of a seed; deriving one from a phrase takes a while.
fn pair_of(seed: &str) -> sr25519::Pair {
    let derive = || sr25519::Pair::from_string(seed, None).expect("a valid seed");
    PAIRS.with_borrow_mut(|pairs| pairs.entry(seed.into()).or_insert_with(derive).clone())
}

/// The key pair of worker `n`.
pub(crate) fn pair(n: u32) -> sr25519::Pair {
    pair_of(&format!("//Tee//{n}"))
}

pub(crate) fn key(n: u32) -> WorkerKey {
    pair(n).public().0
}

pub(crate) fn account(n: u32) -> AccountId {
    key(n).into()
}

pub(crate) fn signed(n: u32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub(crate) fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

pub(crate) fn genesis_hash() -> H256 {
    System::block_hash(0)
}

/// The account that answers for worker `n`.
pub(crate) fn stash(n: u32) -> AccountId {
    account(1_000_000 + n)
}

/// A registration of worker `n` that is accepted once its stash agreed.
pub(crate) fn info(n: u32, role: WorkerRole) -> WorkerRegistrationInfo {
    WorkerRegistrationInfo {
        version: 1 << 16 | 2 << 8 | 3,
        machine_id: b"machine".to_vec(),
        pubkey: key(n),
        ecdh_pubkey: [n as u8; 32],
        stash_account: (role != WorkerRole::Marker).then(|| stash(n)),
        genesis_block_hash: genesis_hash(),
        features: vec![4, 1],
        role,
        endpoint: format!("http://127.0.0.1:{}", 19_990 + n),
    }
}

/// The stash of worker `n` agrees to it.
pub(crate) fn sponsor(n: u32) {
    let stash = RuntimeOrigin::signed(stash(n));
    assert_ok!(TeeWorker::sponsor_worker(stash, key(n), true));
}

/// Registers a new worker, or renews its entry.
pub(crate) fn register(n: u32, role: WorkerRole) {
    let is_new = !pallet_tee_worker::Workers::<Test>::contains_key(key(n));
    if is_new && role != WorkerRole::Marker {
        sponsor(n);
    }
    assert_ok!(TeeWorker::register_worker(signed(n), info(n, role), None));
}

/// The binary of simulated enclaves.
pub(crate) const BINARY: Measurement = Measurement {
    mr_enclave: [1; 32],
    mr_signer: [2; 32],
    isv_prod_id: 3,
    isv_svn: 4,
};

/// What is known of a platform that is up to date, for an hour.
pub(crate) fn up_to_date() -> Platform<'static> {
    Platform {
        status: "UpToDate",
        advisories: &[],
        next_update: EPOCH + 3600,
    }
}

/// Signs what simulated attestations are made of.
pub(crate) fn simulated(message: &[u8]) -> [u8; 64] {
    pair_of(SIMULATION_SEED).sign(message).0
}

/// A good report about a registration.
pub(crate) fn report(info: &WorkerRegistrationInfo) -> AttestationReport {
    simulation::report(info, &BINARY, &up_to_date(), simulated)
}

pub(crate) fn sign(n: u32, kind: WorkerPayload, payload: &impl Encode) -> Vec<u8> {
    pair(n).sign(&worker_message(kind, payload)).0.to_vec()
}

/// Settles the launch that is under way with the key pair of `master`.
pub(crate) fn settle(holder: u32, master: u32) {
    let payload = MasterKeyLaunchPayload {
        launcher: key(holder),
        master_pubkey: key(master),
    };
    let signature = sign(holder, WorkerPayload::MasterKeyLaunch, &payload);
    assert_ok!(TeeWorker::settle_master_key_launch(
        signed(50),
        payload,
        signature
    ));
}

/// The event of this pallet was emitted.
pub(crate) fn saw(event: pallet_tee_worker::Event<Test>) -> bool {
    let event = RuntimeEvent::from(event);
    System::events().iter().any(|record| record.event == event)
}

pub(crate) fn last_event() -> RuntimeEvent {
    System::events().pop().expect("an event").event
}

/// Builds a chain at block 1.
pub(crate) struct ExtBuilder {
    holder: Option<AccountId>,
    none_attestation_enabled: bool,
    simulated_attestation_enabled: bool,
    ceseal_verify_required: bool,
    sponsorships: Vec<(AccountId, AccountId)>,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            holder: None,
            none_attestation_enabled: true,
            simulated_attestation_enabled: true,
            ceseal_verify_required: false,
            sponsorships: vec![],
        }
    }
}

impl ExtBuilder {
    /// Worker `n` is asked at genesis to make the master key.
    pub(crate) fn launching(mut self, n: u32) -> Self {
        self.holder = Some(account(n));
        self
    }

    pub(crate) fn attestation_required(mut self) -> Self {
        self.none_attestation_enabled = false;
        self
    }

    pub(crate) fn no_simulation(mut self) -> Self {
        self.simulated_attestation_enabled = false;
        self
    }

    pub(crate) fn listed_binaries_required(mut self) -> Self {
        self.ceseal_verify_required = true;
        self
    }

    /// The stash agreed at genesis to these workers.
    pub(crate) fn sponsoring(
        mut self,
        stash: AccountId,
        workers: impl IntoIterator<Item = u32>,
    ) -> Self {
        let pairs = workers.into_iter().map(|n| (stash.clone(), account(n)));
        self.sponsorships.extend(pairs);
        self
    }

    /// Runs the test, then checks the pallet's invariants.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        let genesis = RuntimeGenesisConfig {
            tee_worker: pallet_tee_worker::GenesisConfig {
                master_key_holder: self.holder,
                none_attestation_enabled: self.none_attestation_enabled,
                simulated_attestation_enabled: self.simulated_attestation_enabled,
                ceseal_verify_required: self.ceseal_verify_required,
                sponsorships: self.sponsorships,
                ..Default::default()
            },
            ..Default::default()
        };
        UNBONDED.take();
        let mut ext: sp_io::TestExternalities =
            genesis.build_storage().expect("genesis builds").into();
        ext.execute_with(|| {
            System::set_block_number(1);
            test();
            TeeWorker::do_try_state().expect("invariants hold after the test");
        });
    }
}
