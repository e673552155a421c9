//! What falls due by itself: exits and returns of stakes, a few in each block.

use crate::{
    costs, Config, DueTicks, Event, ExitSchedule, MinerLock, Pallet, ReturnStakingSchedule,
    StakeReturn,
};
use cess_primitives::{traits::Protocol, AccountId, Tick};
use frame_support::{defensive, weights::Weight};

/// Exits and returns of stakes that one block carries out, at most.
pub const DUE_PER_BLOCK: u32 = 8;

impl<T: Config> Pallet<T> {
    /// Carries out what is due, the oldest first, at most [`DUE_PER_BLOCK`] items.
    pub(crate) fn run_due(now: Tick) -> Weight {
        let mut weight = costs::look_for_due::<T>();
        for _ in 0..DUE_PER_BLOCK {
            let Some(key) = DueTicks::<T>::iter_keys().next() else {
                break;
            };
            let tick = Tick::from_be_bytes(key);
            if tick > now {
                break;
            }
            weight.saturating_accrue(costs::due_item::<T>());
            if let Some(miner) = ExitSchedule::<T>::iter_key_prefix(tick).next() {
                ExitSchedule::<T>::remove(tick, &miner);
                Self::exit_if_due(&miner, now);
            } else if let Some(stake) = Self::next_return(tick) {
                Self::return_stake(stake, now);
            } else {
                DueTicks::<T>::remove(key);
            }
        }
        weight
    }

    /// A miner that was thrown out meanwhile, or came back and leaves later, is passed over.
    fn exit_if_due(miner: &AccountId, now: Tick) {
        if MinerLock::<T>::get(miner).is_some_and(|until| until <= now)
            && Self::leave(miner, false).is_err()
        {
            defensive!("a miner on its way out can leave");
        }
    }

    fn next_return(tick: Tick) -> Option<StakeReturn> {
        let mut stakes = ReturnStakingSchedule::<T>::get(tick);
        let next = stakes.pop();
        match stakes.is_empty() {
            true => ReturnStakingSchedule::<T>::remove(tick),
            false => ReturnStakingSchedule::<T>::insert(tick, stakes),
        }
        next
    }

    /// A stake that the lender does not take back today is offered again tomorrow.
    fn return_stake((miner, staking_account, amount): StakeReturn, now: Tick) {
        if Self::give_back(&miner, &staking_account, amount).is_ok() {
            return Self::deposit_event(Event::StakeReturned {
                staking_account,
                amount,
            });
        }
        let tomorrow = now.saturating_add(T::Protocol::params().one_day);
        if Self::schedule_return(tomorrow, (miner, staking_account, amount)).is_err() {
            defensive!("there is room for the returns of all stakes");
        }
    }
}
