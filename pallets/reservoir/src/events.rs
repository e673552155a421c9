//! What the pallet tells the world: the published events, then ours from index 7 on.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// The pool was given money.
        #[codec(index = 0)]
        Filling {
            /// So much.
            amount: Balance,
        },
        /// Somebody stored money.
        #[codec(index = 1)]
        Store {
            /// So much.
            amount: Balance,
        },
        /// Somebody took stored money back.
        #[codec(index = 2)]
        Withdraw {
            /// So much.
            amount: Balance,
        },
        /// Root took money out of the pool.
        #[codec(index = 3)]
        RootWithdraw {
            /// So much.
            amount: Balance,
        },
        /// Loans are offered.
        #[codec(index = 4)]
        CreateEvent {
            /// The offer.
            id: EventId,
        },
        /// A loan was taken.
        #[codec(index = 5)]
        AttendEvent {
            /// Of this offer.
            id: EventId,
        },
        /// An offer ended.
        #[codec(index = 6)]
        EventExpired {
            /// The offer.
            id: EventId,
        },
        /// A borrower paid for lent money that was lost or is staked.
        #[codec(index = 7)]
        Repaid {
            /// The borrower.
            acc: AccountId,
            /// For what penalties took.
            lost: Balance,
            /// For what is staked, and is the borrower's own from now on.
            staked: Balance,
        },
        /// What was not staked of a loan went back to the pool: the loan ended.
        #[codec(index = 8)]
        LoanReturned {
            /// The borrower.
            acc: AccountId,
            /// So much.
            amount: Balance,
        },
        /// A penalty took money of the reservoir that was staked for a miner.
        #[codec(index = 9)]
        StakeLost {
            /// The miner.
            acc: AccountId,
            /// Of what was lent: the miner owes it to the pool.
            lent: Balance,
            /// Of what the miner had stored.
            stored: Balance,
        },
    }
}
