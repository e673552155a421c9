//! A runtime of System, Balances and this pallet.

use crate as pallet_cess_treasury;
use cess_primitives::{AccountId, Balance, TCESS};
use frame_support::{
    derive_impl, parameter_types,
    traits::{
        fungible::{Balanced, Inspect},
        tokens::{Fortitude, Preservation},
        ConstU128, OnUnbalanced,
    },
    PalletId,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        CessTreasury: pallet_cess_treasury,
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

parameter_types! {
    pub storage Era: u32 = 0;
    pub const RewardId: PalletId = PalletId(*b"rewardpt");
    pub const PunishId: PalletId = PalletId(*b"punisdpt");
    pub const SpaceId: PalletId = PalletId(*b"spacedpt");
    pub const ReserveId: PalletId = PalletId(*b"sererdpt");
}

impl pallet_cess_treasury::Config for Test {
    type Currency = Balances;
    type ActiveEra = Era;
    type MinerRewardId = RewardId;
    type PunishTreasuryId = PunishId;
    type SpaceTreasuryId = SpaceId;
    type ReserveRewardId = ReserveId;
    type WeightInfo = pallet_cess_treasury::weights::SubstrateWeight<Test>;
}

/// What accounts 1 to 5 have at genesis.
pub(crate) const ENDOWMENT: Balance = 1_000 * TCESS;

pub(crate) fn acc(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(acc(n))
}

pub(crate) fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

/// What staking does at the end of era `era`.
pub(crate) fn pay_for(era: u32, amount: Balance) {
    Era::set(&era);
    CessTreasury::on_unbalanced(<Balances as Balanced<_>>::issue(amount));
    Era::set(&(era + 1));
}

/// Money of an account beyond its existential deposit.
pub(crate) fn beyond_deposit(account: &AccountId) -> Balance {
    Balances::reducible_balance(account, Preservation::Preserve, Fortitude::Polite)
}

/// Lets an account die; its money is burnt.
pub(crate) fn kill(account: &AccountId) {
    Balances::force_set_balance(root(), account.clone(), 0).expect("root sets balances");
}

pub(crate) fn last_event() -> RuntimeEvent {
    System::events().pop().expect("an event").event
}

pub(crate) fn saw(event: crate::Event<Test>) -> bool {
    let event = RuntimeEvent::from(event);
    System::events().iter().any(|record| record.event == event)
}

/// Runs the test at block 1, then checks the invariants.
pub(crate) fn execute(test: impl FnOnce()) {
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances: (1..=5).map(|n| (acc(n), ENDOWMENT)).collect(),
            ..Default::default()
        },
        ..Default::default()
    };
    let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("genesis builds").into();
    ext.execute_with(|| {
        System::set_block_number(1);
        test();
        CessTreasury::do_try_state().expect("invariants hold");
    });
}
