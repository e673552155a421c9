//! Balances and fees (spec chain 1.1).

use crate::*;
use cess_primitives::TCESS;
use frame_support::{
    parameter_types,
    traits::{
        fungible::Credit, tokens::imbalance::ResolveTo, ConstU32, ConstU8, Imbalance, OnUnbalanced,
        VariantCountOf,
    },
    weights::{ConstantMultiplier, WeightToFee},
    PalletId,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
    traits::{AccountIdConversion, Bounded},
    FixedPointNumber, Perquintill,
};

/// An account with less than this does not exist.
pub const EXISTENTIAL_DEPOSIT: Balance = TCESS;

/// The treasury of the council.
pub(super) const TREASURY: PalletId = PalletId(*b"py/trsry");

/// The account that receives the treasury's share of the fees and the stakes that are slashed.
pub fn treasury_account() -> AccountId {
    TREASURY.into_account_truncating()
}

parameter_types! {
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    pub const FeePerByte: Balance = 10_000_000_000_000;
    pub const TargetFullness: Perquintill = Perquintill::from_percent(25);
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(1, 100_000);
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 1_000_000_000u128);
    pub MaximumMultiplier: Multiplier = Bounded::max_value();
    /// The account of the council's treasury.
    pub TreasuryAccount: AccountId = treasury_account();
}

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type Balance = Balance;
    type DustRemoval = ();
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type DoneSlashHandler = ();
}

/// The fee for a byte of a transaction.
pub type LengthToFee = ConstantMultiplier<Balance, FeePerByte>;

/// The fee for computing: 5 000 000 for each picosecond; proof size is free on a solo chain.
pub struct TimeToFee;

impl WeightToFee for TimeToFee {
    type Balance = Balance;

    fn weight_to_fee(weight: &frame_support::weights::Weight) -> Balance {
        Balance::from(weight.ref_time()).saturating_mul(5_000_000)
    }
}

/// Gives four fifths of fees and tips to the treasury and the rest to the block's author.
pub struct DealWithFees;

impl OnUnbalanced<Credit<AccountId, Balances>> for DealWithFees {
    fn on_unbalanceds(mut parts: impl Iterator<Item = Credit<AccountId, Balances>>) {
        let Some(mut fees) = parts.next() else { return };
        parts.for_each(|tip| fees.subsume(tip));
        let (treasury, author) = fees.ration(80, 20);
        ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(treasury);
        if let Some(account) = Authorship::author() {
            // An author below the existential deposit gets nothing: the share is burnt.
            let _ = <Balances as frame_support::traits::fungible::Balanced<_>>::resolve(
                &account, author,
            );
        }
    }
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, DealWithFees>;
    type WeightToFee = TimeToFee;
    type LengthToFee = LengthToFee;
    type FeeMultiplierUpdate = TargetedFeeAdjustment<
        Runtime,
        TargetFullness,
        AdjustmentVariable,
        MinimumMultiplier,
        MaximumMultiplier,
    >;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}
