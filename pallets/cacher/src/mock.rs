//! A runtime of System, Balances and this pallet; the time of day is the test's.

use crate as pallet_cacher;
use crate::{Bills, Cachers, Call, FORGOTTEN_PER_BLOCK};
use cess_primitives::{
    cacher::{Bill, CacherInfo, IpAddress},
    traits::Protocol,
    AccountId, Balance, ProtocolParams, Tick, TCESS,
};
use core::time::Duration;
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{ConstU128, ConstU64, Hooks, UnixTime},
    weights::Weight,
};
use sp_core::H256;
use sp_runtime::{
    traits::{Dispatchable, IdentityLookup},
    BuildStorage, DispatchResult,
};

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Cacher: pallet_cacher,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<TCESS>;
    type AccountStore = System;
}

/// The time at which tests start, seconds since 1970; the beginning of a minute.
pub(crate) const START: u64 = 1_800_000_000;
/// Seconds that a bill may expire ahead.
pub(crate) const LIFE: u64 = 3600;

parameter_types! {
    pub static Seconds: u64 = START;
}

pub struct Outside;

impl Protocol for Outside {
    fn now() -> Tick {
        1
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
}

impl UnixTime for Outside {
    fn now() -> Duration {
        Duration::from_millis(Seconds::get() * 1000 + 999)
    }
}

impl pallet_cacher::Config for Test {
    type Currency = Balances;
    type Protocol = Outside;
    type Time = Outside;
    type BillLife = ConstU64<LIFE>;
    type WeightInfo = pallet_cacher::weights::SubstrateWeight<Test>;
}

/// What each of the accounts 1 to 9 starts with.
pub(crate) const ENDOWMENT: Balance = 1000 * TCESS;

pub(crate) fn acc(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(acc(n))
}

/// The offer of a cacher whose payee is account `payee`.
pub(crate) fn info(payee: u8) -> CacherInfo {
    CacherInfo {
        payee: acc(payee),
        ip: IpAddress::IPV4([127, 0, 0, 1], 15_000),
        byte_price: 1000,
    }
}

pub(crate) fn cacher(n: u8) -> Option<CacherInfo> {
    Cachers::<Test>::get(acc(n))
}

/// Registers account `n`, paid by way of account `payee`.
pub(crate) fn register(n: u8, payee: u8) {
    assert_ok!(Cacher::register(signed(n), info(payee)));
}

/// A bill over one TCESS that expires in a minute.
pub(crate) fn bill(id: u8, payee: u8) -> Bill {
    Bill {
        id: [id; 16],
        to: acc(payee),
        amount: TCESS,
        file_hash: H256::repeat_byte(1),
        slice_hash: H256::repeat_byte(2),
        expiration_time: Seconds::get() + 60,
    }
}

pub(crate) fn bills(bills: Vec<Bill>) -> Bills {
    bills.try_into().expect("at most ten bills")
}

/// Account `n` pays, as an extrinsic does: a failure leaves nothing behind.
pub(crate) fn pay(n: u8, list: Vec<Bill>) -> DispatchResult {
    let call = RuntimeCall::from(Call::pay { bills: bills(list) });
    call.dispatch(signed(n))
        .map(|_| ())
        .map_err(|failed| failed.error)
}

pub(crate) fn money(n: u8) -> Balance {
    Balances::free_balance(acc(n))
}

pub(crate) fn last_event() -> RuntimeEvent {
    System::events().pop().expect("an event").event
}

/// The idle time of one block at this second, with weight for everything.
pub(crate) fn idle_at(second: u64) -> Weight {
    Seconds::set(second);
    Cacher::on_idle(System::block_number(), Weight::MAX)
}

/// Enough blocks at this second for `count` bills.
pub(crate) fn forget_at(second: u64, count: u32) {
    for _ in 0..=2 * count / FORGOTTEN_PER_BLOCK {
        idle_at(second);
    }
}

/// Runs the test at [`START`], then checks the invariants and that no money was made or lost.
pub(crate) fn execute(test: impl FnOnce()) {
    let balances = (1..=9).map(|n| (acc(n), ENDOWMENT)).collect();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances,
            ..Default::default()
        },
        ..Default::default()
    };
    let storage = genesis.build_storage().expect("genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        Seconds::set(START);
        let issuance = Balances::total_issuance();
        test();
        Cacher::do_try_state().expect("invariants hold after the test");
        assert_eq!(Balances::total_issuance(), issuance);
    });
}
