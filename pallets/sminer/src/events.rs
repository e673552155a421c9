//! What the pallet tells the world: the published events, then ours from index 15 on.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A miner was registered.
        #[codec(index = 0)]
        Registered {
            /// The miner.
            acc: AccountId,
        },
        /// A miner has its PoIS key.
        #[codec(index = 1)]
        RegisterPoisKey {
            /// The miner.
            miner: AccountId,
        },
        /// The faucet gave money.
        #[codec(index = 2)]
        DrawFaucetMoney,
        /// The faucet was given money.
        #[codec(index = 3)]
        FaucetTopUpMoney {
            /// By this account.
            acc: AccountId,
        },
        /// Published; the call fails instead, so that it never appears.
        #[codec(index = 4)]
        LessThan24Hours {
            /// The last draw.
            last: Tick,
            /// The time.
            now: Tick,
        },
        /// A miner's collateral is too small for its declaration: it takes part in nothing new.
        #[codec(index = 5)]
        AlreadyFrozen {
            /// The miner.
            acc: AccountId,
        },
        /// A miner's collateral was raised.
        #[codec(index = 6)]
        IncreaseCollateral {
            /// The miner.
            acc: AccountId,
            /// Its collateral from now on.
            balance: Balance,
        },
        /// A penalty arrived in the treasury.
        #[codec(index = 7)]
        Deposit {
            /// The amount.
            balance: Balance,
        },
        /// Another account receives a miner's rewards.
        #[codec(index = 8)]
        UpdateBeneficiary {
            /// The miner.
            acc: AccountId,
            /// The account.
            new: AccountId,
        },
        /// A miner is reached elsewhere.
        #[codec(index = 9)]
        UpdateEndPoint {
            /// The miner.
            acc: AccountId,
            /// Where it was.
            old: Endpoint,
            /// Where it is.
            new: Endpoint,
        },
        /// A miner claimed its rewards.
        #[codec(index = 10)]
        Receive {
            /// The miner.
            acc: AccountId,
            /// What its beneficiary received; zero when nothing was due.
            reward: Balance,
        },
        /// A miner is on its way out.
        #[codec(index = 11)]
        MinerExitPrep {
            /// The miner.
            miner: AccountId,
        },
        /// A miner that left took its stake.
        #[codec(index = 12)]
        Withdraw {
            /// The miner.
            acc: AccountId,
        },
        /// A miner promises more space.
        #[codec(index = 13)]
        IncreaseDeclarationSpace {
            /// The miner.
            miner: AccountId,
            /// So much more.
            space: u128,
        },
        /// A miner promises less space.
        #[codec(index = 14)]
        DecreaseDeclarationSpace {
            /// The miner.
            miner: AccountId,
            /// So much less.
            space: u128,
        },
        /// A miner was fined.
        #[codec(index = 15)]
        Punished {
            /// The miner.
            miner: AccountId,
            /// The fine.
            amount: Balance,
            /// What it owes, because its collateral did not cover it.
            debt: Balance,
        },
        /// A miner's collateral covers its declaration again.
        #[codec(index = 16)]
        Thawed {
            /// The miner.
            miner: AccountId,
        },
        /// A miner left; what it held is restored elsewhere.
        #[codec(index = 17)]
        MinerLeft {
            /// The miner.
            miner: AccountId,
            /// Whether it was thrown out.
            forced: bool,
        },
        /// A stake went back: of a miner that was thrown out, or that declares less.
        #[codec(index = 18)]
        StakeReturned {
            /// To this account.
            staking_account: AccountId,
            /// The amount.
            amount: Balance,
        },
        /// The passes of an era earned a miner a reward; it is paid bit by bit.
        #[codec(index = 19)]
        RewardEarned {
            /// The miner.
            miner: AccountId,
            /// The era.
            era: u32,
            /// The reward.
            reward: Balance,
        },
        /// A miner was thrown out and lost what it had earned but could not claim yet.
        #[codec(index = 20)]
        RewardForfeited {
            /// The miner.
            miner: AccountId,
            /// The amount.
            amount: Balance,
        },
        /// A stake will return by itself.
        #[codec(index = 21)]
        StakeReturnBooked {
            /// The miner.
            miner: AccountId,
            /// The amount.
            amount: Balance,
            /// When.
            due: Tick,
        },
    }
}
