//! Quantities in the metadata.

use frame_support::pallet_macros::pallet_section;

/// The published constants; those that are waits follow the protocol's quantities.
#[pallet_section]
mod constants {
    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Ticks of the protocol's day.
        #[pallet::constant_name(OneDay)]
        fn one_day() -> u32 {
            T::Protocol::params().one_day
        }

        /// Ticks of the protocol's hour.
        #[pallet::constant_name(OneHours)]
        fn one_hour() -> u32 {
            T::Protocol::params().one_day.div_euclid(24)
        }

        /// Kept from the published interface; no money moves through it.
        #[pallet::constant_name(RewardPalletId)]
        fn reward_pallet_id() -> PalletId {
            PalletId(*b"rewardpt")
        }

        /// Kept from the published interface; states are no strings any more.
        #[pallet::constant_name(StateStringMax)]
        fn state_string_max() -> u32 {
            20
        }

        /// Longest name of a territory, bytes.
        #[pallet::constant_name(NameLimit)]
        fn name_limit() -> u32 {
            NAME_MAX
        }

        /// Kept from the published interface; any number of leases may end at one tick.
        #[pallet::constant_name(FrozenLimit)]
        fn frozen_limit() -> u32 {
            2000
        }

        /// A territory is put on sale with more than so many ticks left of its lease.
        #[pallet::constant_name(ConsignmentRemainingBlock)]
        fn consignment_remaining_block() -> u32 {
            T::Protocol::params().one_day
        }

        /// Ticks between the purchase of a territory and its handover.
        #[pallet::constant_name(LockingBlock)]
        fn locking_block() -> u32 {
            T::Protocol::params().consignment_lock
        }

        /// Ticks that a territory stays frozen.
        #[pallet::constant_name(FrozenDays)]
        fn frozen_days() -> u32 {
            let params = T::Protocol::params();
            params.frozen_days.saturating_mul(params.one_day)
        }
    }
}
