//! # Election pallet (R²S)
//!
//! Elects the validators of an era by what their TEE workers did, by what is staked on them and by
//! chance, entirely on chain: there is no solution to submit, hence none that a miner of solutions
//! could choose (Q17). Pallet staking asks for the result as from any
//! [`ElectionProvider`](frame_election_provider_support::ElectionProvider).
//!
//! ```text
//!   last session of an era ends
//!          │ elect()
//!          ▼
//!   staking: candidates and votes ──► backing of each ──► below MinElectable or without session
//!          │                                              keys: not electable; nobody is: error,
//!          │                                              the validators stay
//!          ▼
//!   credit period of the era closes          (scheduler-credit)
//!          │
//!          ▼
//!   score = 50 % credit + 30 % stake + 20 % chance, each 0..=1000     [`score`]
//!          │
//!          ▼
//!   the best `desired_targets` are elected ──► [`LastElection`], [`Event::Elected`] ──► staking, session
//! ```
//!
//! - **Backing** is a candidate's own stake and its share of its nominators' stakes; a nominator's
//!   stake is shared evenly by the candidates that it names. Once the seats are taken, the stake is
//!   shared again by those that were elected, so that all of it earns and is at risk.
//! - **Credit** is the score of the candidate's TEE workers over the last closed periods.
//! - **Chance** is a draw from the randomness that BABE's authors made together in an epoch before,
//!   keyed by the candidate's account (Q18). Who could still choose an account after the draw would
//!   search for a lucky one; so a candidate takes part in the draw from its second election on.
//!   What remains: the authors of that epoch's last blocks may keep them back, each of which is one
//!   more draw for one lost block, and a rival may raise its stake or work once the draw is known.
//!
//! No money moves here and nobody has a call to make. The users of the result are: staking (seats,
//! exposures), scheduler-credit (the end of a period), and everybody who asks why a candidate was
//! elected: [`LastElection`] says it in numbers.
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

#[cfg(test)]
mod mock;
mod provider;
pub mod score;
#[cfg(test)]
mod tests;
mod try_state;
pub mod votes;
pub mod weights;

pub use pallet::*;
pub use provider::ElectionError;

#[frame_support::pallet]
pub mod pallet {
    use crate::{score::Score, weights::WeightInfo};
    use cess_primitives::{
        traits::{Credits, Randomness32},
        AccountId, Balance,
    };
    use frame_election_provider_support::{ElectionDataProvider, VoteWeight};
    use frame_support::{
        pallet_prelude::*, traits::Contains, CloneNoBound, DebugNoBound, EqNoBound,
        PartialEqNoBound,
    };
    use frame_system::pallet_prelude::*;
    use sp_runtime::traits::Convert;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Candidates, votes and seats (pallet staking).
        type DataProvider: ElectionDataProvider<
            AccountId = AccountId,
            BlockNumber = BlockNumberFor<Self>,
        >;
        /// Who has what a validator needs: session keys. A seat for anybody else would stay empty.
        type Ready: Contains<AccountId>;
        /// What the work of a candidate's TEE workers is worth.
        type Credits: Credits;
        /// Randomness that no single author chose.
        type Randomness: Randomness32;
        /// The era that is elected for.
        type Era: Get<u32>;
        /// A vote's weight as money.
        type ToBalance: Convert<u128, Balance>;
        /// The least backing of an electable candidate.
        type MinElectable: Get<VoteWeight>;
        /// Most candidates; staking must admit no more, or there is no election.
        #[pallet::constant]
        type MaxCandidates: Get<u32>;
        /// Most votes that are counted, the heaviest ones first.
        #[pallet::constant]
        type MaxVoters: Get<u32>;
        /// Most validators.
        #[pallet::constant]
        type MaxSeats: Get<u32>;
        /// What an election costs.
        type WeightInfo: WeightInfo;
    }

    /// An election and how it came out.
    #[derive(
        Encode,
        Decode,
        MaxEncodedLen,
        TypeInfo,
        DebugNoBound,
        PartialEqNoBound,
        EqNoBound,
        CloneNoBound,
    )]
    #[scale_info(skip_type_params(MaxCandidates))]
    #[codec(mel_bound())]
    pub struct Election<MaxCandidates: Get<u32>> {
        /// The era that was elected for.
        pub era: u32,
        /// How many validators were wanted.
        pub seats: u32,
        /// The electable candidates, best first.
        pub candidates: BoundedVec<Score, MaxCandidates>,
    }

    /// The last election that had a result.
    #[pallet::storage]
    pub type LastElection<T: Config> = StorageValue<_, Election<T::MaxCandidates>>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// The validators of an era are elected; [`LastElection`] has the scores.
        #[codec(index = 0)]
        Elected {
            /// The era.
            era: u32,
            /// How many candidates were electable.
            candidates: u32,
            /// The validators, best score first.
            validators: BoundedVec<AccountId, T::MaxSeats>,
        },
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
