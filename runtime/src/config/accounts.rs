//! Accounts that act for others: proxies and multi-signatures.

use crate::{currency::deposit, *};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;

/// What a proxy may do.
#[derive(
    Copy,
    Clone,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    Any,
    /// Everything that moves no money by itself.
    NonTransfer,
    /// Council, committee, treasury.
    Governance,
    /// Bonding, validating, nominating.
    Staking,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::NonTransfer => !matches!(
                call,
                RuntimeCall::Balances(..)
                    | RuntimeCall::Indices(pallet_indices::Call::transfer { .. })
                    | RuntimeCall::Sminer(
                        pallet_sminer::Call::faucet { .. }
                            | pallet_sminer::Call::faucet_top_up { .. }
                    )
                    | RuntimeCall::StorageHandler(..)
                    | RuntimeCall::CessTreasury(..)
                    | RuntimeCall::Cacher(..)
                    | RuntimeCall::Reservoir(..)
            ),
            Self::Governance => matches!(
                call,
                RuntimeCall::Council(..)
                    | RuntimeCall::TechnicalCommittee(..)
                    | RuntimeCall::Treasury(..)
            ),
            Self::Staking => matches!(call, RuntimeCall::Staking(..)),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (a, b) if a == b => true,
            (Self::Any, _) => true,
            (_, Self::Any) => false,
            (Self::NonTransfer, _) => true,
            _ => false,
        }
    }
}

parameter_types! {
    pub const ProxyDeposit: Balance = deposit(1, 8);
    pub const ProxyDepositEach: Balance = deposit(0, 33);
    pub const AnnouncementDeposit: Balance = deposit(1, 8);
    pub const AnnouncementDepositEach: Balance = deposit(0, 66);
    pub const MultisigDeposit: Balance = deposit(1, 88);
    pub const MultisigDepositEach: Balance = deposit(0, 32);
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ProxyDeposit;
    type ProxyDepositFactor = ProxyDepositEach;
    type MaxProxies = ConstU32<32>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = AnnouncementDeposit;
    type AnnouncementDepositFactor = AnnouncementDepositEach;
    // Delays and time points are those of blocks, which clients see.
    type BlockNumberProvider = System;
}

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = MultisigDeposit;
    type DepositFactor = MultisigDepositEach;
    type MaxSignatories = ConstU32<100>;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
    type BlockNumberProvider = System;
}
