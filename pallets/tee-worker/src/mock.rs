//! A runtime of System and this pallet, with a clock and stashes that a test sets.

use crate as pallet_tee_worker;
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::{MasterKeyLaunchPayload, WorkerKey, WorkerRegistrationInfo, WorkerRole},
    traits::{Bonded, Protocol},
    AccountId, ProtocolParams, Tick,
};
use codec::Encode;
use core::time::Duration;
use frame_support::{
    assert_ok, derive_impl,
    traits::{ConstU32, UnixTime},
};
use frame_system::EnsureRoot;
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{traits::IdentityLookup, BuildStorage};
use std::cell::RefCell;

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

impl pallet_tee_worker::Config for Test {
    type Protocol = Self;
    type Bonded = Self;
    type UnixTime = Self;
    type GovernanceOrigin = EnsureRoot<AccountId>;
    type SchedulerMaximum = ConstU32<4>;
    type MaxWhitelist = ConstU32<2>;
}

/// The key pair of worker `n`.
pub(crate) fn pair(n: u32) -> sr25519::Pair {
    sr25519::Pair::from_string(&format!("//Tee//{n}"), None).expect("a valid seed")
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

/// A registration of worker `n` that is accepted.
pub(crate) fn info(n: u32, role: WorkerRole) -> WorkerRegistrationInfo {
    WorkerRegistrationInfo {
        version: 1 << 16 | 2 << 8 | 3,
        machine_id: b"machine".to_vec(),
        pubkey: key(n),
        ecdh_pubkey: [n as u8; 32],
        stash_account: (role != WorkerRole::Marker).then(|| account(100 + n)),
        genesis_block_hash: genesis_hash(),
        features: vec![4, 1],
        role,
        endpoint: format!("http://127.0.0.1:{}", 19_990 + n),
    }
}

pub(crate) fn register(n: u32, role: WorkerRole) {
    assert_ok!(TeeWorker::register_worker(signed(n), info(n, role), None));
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

pub(crate) fn last_event() -> RuntimeEvent {
    System::events().pop().expect("an event").event
}

/// Builds a chain at block 1.
pub(crate) struct ExtBuilder {
    holder: Option<AccountId>,
    none_attestation_enabled: bool,
    ceseal_verify_required: bool,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            holder: None,
            none_attestation_enabled: true,
            ceseal_verify_required: false,
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

    pub(crate) fn listed_binaries_required(mut self) -> Self {
        self.ceseal_verify_required = true;
        self
    }

    /// Runs the test, then checks the pallet's invariants.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        let genesis = RuntimeGenesisConfig {
            tee_worker: pallet_tee_worker::GenesisConfig {
                master_key_holder: self.holder,
                none_attestation_enabled: self.none_attestation_enabled,
                ceseal_verify_required: self.ceseal_verify_required,
                ..Default::default()
            },
            ..Default::default()
        };
        let mut ext: sp_io::TestExternalities =
            genesis.build_storage().expect("genesis builds").into();
        ext.execute_with(|| {
            System::set_block_number(1);
            test();
            TeeWorker::do_try_state().expect("invariants hold after the test");
        });
    }
}
