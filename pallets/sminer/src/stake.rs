//! Collateral: whose money is reserved for a miner, and how it returns.

use crate::{
    due::DUE_PER_BLOCK, Config, DueTicks, Error, Event, Pallet, ReturnStakingSchedule, StakeReturn,
    StakingStartBlock,
};
use cess_primitives::{
    miner::MinerInfo,
    traits::{CollateralLender, Protocol},
    AccountId, Balance, Tick,
};
use frame_support::{
    ensure,
    traits::{Get, ReservableCurrency},
};
use sp_runtime::{DispatchError, DispatchResult};

/// Stakes that return at one tick: as many as a block returns.
const RETURNS_PER_TICK: usize = DUE_PER_BLOCK as usize;
/// How many ticks a stake waits, at most, for others that return at the same time.
const LONGEST_WAIT: Tick = 64;

impl<T: Config> Pallet<T> {
    /// The collateral on this account is lent by the reservoir.
    pub(crate) fn is_lent(staking_account: &AccountId) -> bool {
        *staking_account == T::Lender::account()
    }

    /// Reserves collateral for a miner on its staking account.
    pub(crate) fn hold(
        miner: &AccountId,
        staking_account: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        if !Self::is_lent(staking_account) {
            return T::Currency::reserve(staking_account, amount);
        }
        ensure!(
            T::Lender::can_stake(miner, amount),
            Error::<T>::LoanTooSmall
        );
        T::Lender::stake(miner, amount)
    }

    /// Frees collateral of a miner on its staking account.
    pub(crate) fn give_back(
        miner: &AccountId,
        staking_account: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        if amount > 0 && Self::is_lent(staking_account) {
            return T::Lender::redeem(miner, amount);
        }
        T::Currency::unreserve(staking_account, amount);
        Ok(())
    }

    /// The first tick at which the miner's stake may leave.
    pub(crate) fn stake_is_free_at(miner: &AccountId) -> Tick {
        let since = StakingStartBlock::<T>::get(miner).unwrap_or_default();
        since.saturating_add(T::Protocol::params().staking_lock)
    }

    /// Books the return of a part of the miner's collateral, which is no longer its from now on.
    ///
    /// It returns as soon as the stake is free; never in a block that has begun already.
    pub(crate) fn book_return(
        miner: &AccountId,
        info: &mut MinerInfo,
        amount: Balance,
    ) -> DispatchResult {
        let next = T::Protocol::now().saturating_add(1);
        let first = Self::stake_is_free_at(miner).max(next);
        let stake = (miner.clone(), info.staking_account.clone(), amount);
        let due = Self::schedule_return(first, stake)?;
        info.collaterals = info.collaterals.saturating_sub(amount);
        Self::deposit_event(Event::StakeReturnBooked {
            miner: miner.clone(),
            amount,
            due,
        });
        Ok(())
    }

    /// Puts a stake where there is room, at `first` or a little later, and says where.
    ///
    /// Few stakes for each tick keep what the hook reads and writes small.
    pub(crate) fn schedule_return(first: Tick, stake: StakeReturn) -> Result<Tick, DispatchError> {
        let last = first.saturating_add(LONGEST_WAIT);
        let most = RETURNS_PER_TICK.min(T::ItemLimit::get() as usize);
        let has_room =
            |tick: &Tick| ReturnStakingSchedule::<T>::decode_len(tick).unwrap_or(0) < most;
        let due = (first..last).find(has_room).unwrap_or(last);
        ReturnStakingSchedule::<T>::try_append(due, stake)
            .map_err(|()| Error::<T>::StorageLimitReached)?;
        DueTicks::<T>::insert(due.to_be_bytes(), ());
        Ok(due)
    }
}
