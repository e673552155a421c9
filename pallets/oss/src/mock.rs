//! A runtime of System and this pallet; the clock is the test's.

use crate as pallet_oss;
use cess_primitives::{traits::Protocol, AccountId, ProtocolParams, Tick};
use frame_support::{derive_impl, parameter_types, traits::Hooks, weights::Weight};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Oss: pallet_oss,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

parameter_types! {
    pub static Now: Tick = 1;
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

impl pallet_oss::Config for Test {
    type Protocol = Clock;
    type WeightInfo = pallet_oss::weights::SubstrateWeight<Test>;
}

pub(crate) fn account(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

/// The idle time of one block at this tick, with weight for everything.
pub(crate) fn idle_at(tick: Tick) -> Weight {
    Now::set(tick);
    Oss::on_idle(System::block_number(), Weight::MAX)
}

/// Runs the test at tick 1000, then checks the pallet's invariants.
pub(crate) fn build_and_execute(test: impl FnOnce()) {
    let storage = RuntimeGenesisConfig::default()
        .build_storage()
        .expect("genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        Now::set(1000);
        test();
        Oss::do_try_state().expect("invariants hold after the test");
    });
}
