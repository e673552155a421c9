//! A runtime of System and this pallet.

use crate as pallet_protocol;
use cess_primitives::ProtocolParams;
use frame_support::derive_impl;
use sp_runtime::BuildStorage;

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Protocol: pallet_protocol,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
}

impl pallet_protocol::Config for Test {
    type WeightInfo = pallet_protocol::weights::SubstrateWeight<Test>;
}

/// Builds a chain at block 1 that runs with the given quantities.
pub(crate) struct ExtBuilder {
    params: ProtocolParams,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            params: ProtocolParams::fast(),
        }
    }
}

impl ExtBuilder {
    pub(crate) fn params(mut self, params: ProtocolParams) -> Self {
        self.params = params;
        self
    }

    /// Runs the test, then checks the pallet's invariants.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        let genesis = RuntimeGenesisConfig {
            protocol: pallet_protocol::GenesisConfig {
                params: self.params,
                ..Default::default()
            },
            ..Default::default()
        };
        let mut ext: sp_io::TestExternalities =
            genesis.build_storage().expect("genesis builds").into();
        ext.execute_with(|| {
            System::set_block_number(1);
            test();
            Protocol::do_try_state().expect("invariants hold after the test");
        });
    }
}
