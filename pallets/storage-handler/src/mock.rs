//! A runtime of System, Balances and this pallet; the clock and the randomness are the test's.

use crate as pallet_storage_handler;
use cess_primitives::{
    file::Name,
    territory::TerritoryInfo,
    traits::{NetworkSpace, Protocol, Randomness32, Treasury},
    AccountId, Balance, ProtocolParams, Tick, GIB, TCESS,
};
use frame_support::{assert_ok, derive_impl, parameter_types, traits::Hooks};
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
}

/// The user of most tests; it starts with [`RICH`].
pub(crate) const USER: u8 = 1;
/// What a rich account starts with.
pub(crate) const RICH: Balance = 10_000_000 * TCESS;
/// Ticks of a day.
pub(crate) const DAY: Tick = ProtocolParams::fast().one_day;
/// Ticks between the end of a lease and the territory's expiry.
pub(crate) const GRACE: Tick = DAY * ProtocolParams::fast().frozen_days;
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

/// Runs the hook of one block at this tick.
pub(crate) fn block_at(tick: Tick) {
    Now::set(tick);
    System::set_block_number(System::block_number() + 1);
    StorageHandler::on_initialize(System::block_number());
}

/// Runs the test at tick 1000 on a network that offers 1000 GiB, then checks the invariants.
pub(crate) fn build_and_execute(test: impl FnOnce()) {
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances: vec![
                (account(USER), RICH),
                (account(2), RICH),
                (account(3), 2 * TCESS),
            ],
            ..Default::default()
        },
        ..Default::default()
    };
    let storage = genesis.build_storage().expect("genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        Now::set(1000);
        FixedToken::set(None);
        assert_ok!(StorageHandler::change_idle(600 * G, 0));
        assert_ok!(StorageHandler::change_service(400 * G, 0));
        test();
        StorageHandler::do_try_state().expect("invariants hold after the test");
    });
}
