//! A runtime of System, Balances and this pallet; the clock and the randomness are the test's.

use crate as pallet_storage_handler;
use cess_primitives::{
    file::Name,
    territory::TerritoryInfo,
    traits::{NetworkSpace, Protocol, Randomness32, Treasury},
    AccountId, Balance, ProtocolParams, Tick, GIB, TCESS,
};
use frame_support::{assert_ok, derive_impl, parameter_types, traits::Hooks, weights::Weight};
use sp_core::H256;
use sp_runtime::{traits::IdentityLookup, BuildStorage};

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        StorageHandler: pallet_storage_handler,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
    pub const ExistentialDeposit: Balance = TCESS;
    pub static Now: Tick = 1;
    pub static FixedToken: Option<[u8; 32]> = None;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

pub struct Outside;

impl Protocol for Outside {
    fn now() -> Tick {
        Now::get()
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
}

impl Treasury for Outside {
    fn punishments() -> AccountId {
        account(201)
    }

    fn rents() -> AccountId {
        account(202)
    }
}

impl Randomness32 for Outside {
    fn random(subject: &[u8]) -> [u8; 32] {
        FixedToken::get().unwrap_or_else(|| sp_io::hashing::blake2_256(subject))
    }
}

impl pallet_storage_handler::Config for Test {
    type Currency = Balances;
    type Protocol = Outside;
    type Treasury = Outside;
    type Randomness = Outside;
    type WeightInfo = pallet_storage_handler::weights::SubstrateWeight<Test>;
}

/// The user of most tests; it starts with [`RICH`].
pub(crate) const USER: u8 = 1;
/// What a rich account starts with.
pub(crate) const RICH: Balance = 10_000_000 * TCESS;
/// Another user that starts with [`RICH`].
pub(crate) const OTHER: u8 = 2;
/// A user that starts with 2 TCESS.
pub(crate) const POOR: u8 = 3;
/// Ticks of a day.
pub(crate) const DAY: Tick = ProtocolParams::fast().one_day;
/// Ticks between the end of a lease and the territory's expiry.
pub(crate) const GRACE: Tick = DAY * ProtocolParams::fast().frozen_days;
/// Ticks between a purchase and its handover.
pub(crate) const LOCK: Tick = ProtocolParams::fast().consignment_lock;
/// The tick at which most tests begin.
pub(crate) const START: Tick = 1000;
/// The end of a lease of 30 days that begins with the test.
pub(crate) const END: Tick = START + 30 * DAY;
/// A GiB.
pub(crate) const G: u128 = GIB as u128;

pub(crate) fn account(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub(crate) fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().expect("a short name")
}

pub(crate) fn territory(n: u8, text: &str) -> TerritoryInfo {
    crate::Territory::<Test>::get(account(n), name(text)).expect("the territory exists")
}

pub(crate) fn token(n: u8, text: &str) -> H256 {
    territory(n, text).token
}

/// Rents a GiB for 30 days.
pub(crate) fn mint(n: u8, text: &str) {
    assert_ok!(StorageHandler::mint_territory(signed(n), 1, name(text), 30));
}

pub(crate) fn free(n: u8) -> Balance {
    Balances::free_balance(account(n))
}

pub(crate) fn reserved(n: u8) -> Balance {
    Balances::reserved_balance(account(n))
}

/// What the pallet has said in this block.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
    let all = System::events().into_iter();
    all.filter_map(|record| match record.event {
        RuntimeEvent::StorageHandler(event) => Some(event),
        _ => None,
    })
    .collect()
}

/// Runs the hook of one block at this tick; returns its weight.
pub(crate) fn block_at(tick: Tick) -> Weight {
    Now::set(tick);
    System::reset_events();
    System::set_block_number(System::block_number() + 1);
    StorageHandler::on_initialize(System::block_number())
}

/// Runs the test at tick 1000 on a network that offers 1000 GiB, then checks the invariants.
pub(crate) fn build_and_execute(test: impl FnOnce()) {
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances: vec![
                (account(USER), RICH),
                (account(OTHER), RICH),
                (account(POOR), 2 * TCESS),
                (account(4), RICH),
            ],
            ..Default::default()
        },
        ..Default::default()
    };
    let storage = genesis.build_storage().expect("genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        Now::set(START);
        FixedToken::set(None);
        assert_ok!(StorageHandler::change_idle(600 * G, 0));
        assert_ok!(StorageHandler::change_service(400 * G, 0));
        test();
        StorageHandler::do_try_state().expect("invariants hold after the test");
    });
}
