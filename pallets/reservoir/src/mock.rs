//! A runtime of System, Balances and this pallet; the clock is the test's, and so is the pallet that
//! stakes.

use crate as pallet_reservoir;
use crate::{BorrowList, EventId, Losses, Reservoir as Sums, UserPassbook};
use cess_primitives::{
    reservoir::{BorrowInfo, ReservoirInfo, UseType, UserHold},
    traits::{CollateralLender, Protocol},
    AccountId, Balance, ProtocolParams, Tick, TCESS,
};
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{ConstU128, Currency, Hooks, ReservableCurrency},
    PalletId,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult};

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Reservoir: pallet_reservoir,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

/// The existential deposit.
pub(crate) const ED: Balance = TCESS;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
}

parameter_types! {
    pub static Now: Tick = 1;
    pub const Account: PalletId = PalletId(*b"rsorptid");
}

pub struct Clock;

impl Protocol for Clock {
    fn now() -> Tick {
        Now::get()
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
}

impl pallet_reservoir::Config for Test {
    type Currency = Balances;
    type Protocol = Clock;
    type PalletId = Account;
    type WeightInfo = pallet_reservoir::weights::SubstrateWeight<Test>;
}

/// What each of the accounts 1 to 20 starts with.
pub(crate) const ENDOWMENT: Balance = 100_000 * TCESS;
/// The tick at which tests start.
pub(crate) const START: Tick = 1000;

pub(crate) fn acc(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(acc(n))
}

pub(crate) fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

pub(crate) fn id(text: &str) -> EventId {
    text.as_bytes().to_vec().try_into().expect("a short id")
}

pub(crate) fn offer(name: &str, quota: u32, wait: Tick, unit: Balance, period: Tick) {
    let use_type = UseType::MinerStaking;
    assert_ok!(Reservoir::create_event(
        root(),
        id(name),
        quota,
        wait,
        unit,
        period,
        use_type
    ));
}

/// A pool of 1000 TCESS, and a loan of 100 TCESS for 50 ticks to account `n`.
pub(crate) fn borrow(n: u8) {
    assert_ok!(Reservoir::filling(signed(20), 1000 * TCESS));
    offer("a loan", 1, 10, 100 * TCESS, 50);
    assert_ok!(Reservoir::attend_event(signed(n), id("a loan")));
}

pub(crate) fn sums() -> ReservoirInfo {
    Sums::<Test>::get()
}

/// The three sums in TCESS: free, lent, stored.
pub(crate) fn books() -> (Balance, Balance, Balance) {
    let sums = sums();
    let whole = |amount: Balance| amount / TCESS;
    (
        whole(sums.free_balance),
        whole(sums.borrow_balance),
        whole(sums.store_balance),
    )
}

pub(crate) fn loan(n: u8) -> Option<BorrowInfo> {
    BorrowList::<Test>::get(acc(n))
}

/// A loan's unstaked and staked parts in TCESS.
pub(crate) fn loaned(n: u8) -> (Balance, Balance) {
    loan(n).map_or((0, 0), |loan| (loan.free / TCESS, loan.staking / TCESS))
}

/// A deposit's unstaked and staked parts in TCESS.
pub(crate) fn stored(n: u8) -> (Balance, Balance) {
    let UserHold { free, staking } = UserPassbook::<Test>::get(acc(n));
    (free / TCESS, staking / TCESS)
}

pub(crate) fn lost(n: u8) -> Balance {
    Losses::<Test>::get(acc(n))
}

/// What the reservoir's account has in all.
pub(crate) fn balance() -> Balance {
    Balances::total_balance(&Reservoir::account_id())
}

/// A penalty for miner `n`, as the sminer pallet imposes it: the money leaves the reserve for the
/// treasury, account 200, and then the books are told.
pub(crate) fn punish(n: u8, amount: Balance) -> DispatchResult {
    let (money, missing) = Balances::slash_reserved(&Reservoir::account_id(), amount);
    assert_eq!(missing, 0, "so much is reserved");
    Balances::resolve_creating(&acc(200), money);
    <Reservoir as CollateralLender>::punished(&acc(n), amount)
}

/// Runs the hook of one block at this tick.
pub(crate) fn block_at(tick: Tick) {
    Now::set(tick);
    System::set_block_number(System::block_number() + 1);
    Reservoir::on_initialize(System::block_number());
}

pub(crate) fn last_event() -> RuntimeEvent {
    System::events().pop().expect("an event").event
}

/// Checks the invariants; in tests nobody gives the account money behind the books' back, so that
/// they agree to the last unit.
pub(crate) fn check() {
    Reservoir::do_try_state().expect("invariants hold");
    let sums = sums();
    let booked = sums.free_balance + sums.borrow_balance + sums.store_balance;
    assert_eq!(booked + ED, balance(), "books and account agree");
}

/// Runs the test at block 1 and tick [`START`], then checks that books and money agree.
pub(crate) fn execute(test: impl FnOnce()) {
    let balances = (1..=20).map(|n| (acc(n), ENDOWMENT)).collect();
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
        Now::set(START);
        let issuance = Balances::total_issuance();
        test();
        check();
        assert_eq!(
            Balances::total_issuance(),
            issuance,
            "no money is made or lost"
        );
    });
}
