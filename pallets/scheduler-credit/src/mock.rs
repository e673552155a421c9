//! A runtime of System and this pallet.

use crate as pallet_scheduler_credit;
use cess_primitives::{
    traits::{Credits, Protocol},
    AccountId, ProtocolParams, Tick,
};
use frame_support::{derive_impl, traits::Hooks, weights::Weight};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        SchedulerCredit: pallet_scheduler_credit,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

impl Protocol for Test {
    fn now() -> Tick {
        System::block_number() as Tick
    }

    fn params() -> ProtocolParams {
        ProtocolParams::reference()
    }
}

impl pallet_scheduler_credit::Config for Test {
    type WeightInfo = pallet_scheduler_credit::weights::SubstrateWeight<Test>;
    type Protocol = Self;
}

pub(crate) fn acc(n: u32) -> AccountId {
    let mut id = [0; 32];
    id[..4].copy_from_slice(&n.to_be_bytes());
    AccountId::new(id)
}

pub(crate) fn close(era: u32) {
    SchedulerCredit::close_period(era);
}

pub(crate) fn score(n: u32) -> u32 {
    SchedulerCredit::score(&acc(n))
}

/// Begins the next block; what its hook costs.
pub(crate) fn hook() -> Weight {
    System::set_block_number(System::block_number() + 1);
    SchedulerCredit::on_initialize(System::block_number())
}

pub(crate) fn blocks(count: u32) {
    (0..count).for_each(|_| assert!(hook().ref_time() > 0, "looking costs something too"));
}

/// Runs the test at block 1, then checks the invariants.
pub(crate) fn execute(test: impl FnOnce()) {
    execute_in(&mut externalities(), || {
        System::set_block_number(1);
        test();
    });
}

/// A chain that a test goes on with: what was done before is in the database then.
pub(crate) fn externalities() -> sp_io::TestExternalities {
    let genesis = RuntimeGenesisConfig::default().build_storage();
    genesis.expect("genesis builds").into()
}

pub(crate) fn execute_in(chain: &mut sp_io::TestExternalities, step: impl FnOnce()) {
    chain.execute_with(|| {
        step();
        SchedulerCredit::do_try_state().expect("invariants hold");
    });
    chain.commit_all().expect("no open transaction");
}
