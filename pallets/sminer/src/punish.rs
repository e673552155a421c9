//! What miners owe: collateral, penalties, debts, and the state that follows.

use crate::{
    registry::{has_left, text},
    Config, Event, Pallet,
};
use cess_primitives::{
    miner::{state, MinerInfo},
    traits::{CollateralLender, Treasury},
    AccountId, Balance, COLLATERAL_PER_TIB, TIB,
};
use frame_support::traits::{Currency, ReservableCurrency};
use sp_runtime::DispatchResult;

/// Percent of the collateral owed for the proven space, when a proof is missing or wrong
/// (spec chain 1.6, 9.4).
pub(crate) mod percent {
    /// The second missing proof in a row.
    pub(crate) const MISSING_TWICE: u128 = 5;
    /// Each one after that.
    pub(crate) const MISSING_OFTEN: u128 = 15;
    /// A wrong service proof.
    pub(crate) const FALSE_SERVICE: u128 = 5;
    /// A wrong idle proof.
    pub(crate) const FALSE_IDLE: u128 = 10;
    /// Fragments whose tag is overdue.
    pub(crate) const MISSING_TAG: u128 = 5;
}

/// The collateral that is owed for so much space: 4000 TCESS for each TiB or part of it.
pub fn collateral_limit(space: u128) -> Balance {
    space
        .div_ceil(u128::from(TIB))
        .saturating_mul(COLLATERAL_PER_TIB)
}

/// A miner's power: 5 % of its idle space and 95 % of its service space.
pub fn power(idle: u128, service: u128) -> u128 {
    let part = |space: u128, percent: u128| space.saturating_mul(percent) / 100;
    part(idle, 5).saturating_add(part(service, 95))
}

impl<T: Config> Pallet<T> {
    /// Fines a miner a part of the collateral that is owed for some power. A miner that left has
    /// nothing to pay with and is not fined.
    pub(crate) fn punish(miner: &AccountId, power: u128, percent: u128) -> DispatchResult {
        let amount = collateral_limit(power).saturating_mul(percent) / 100;
        Self::update(miner, |info| {
            if amount == 0 || has_left(info) {
                return Ok(());
            }
            info.debt = info.debt.saturating_add(amount);
            Self::settle_debt(miner, info)?;
            Self::review(miner, info);
            let (miner, debt) = (miner.clone(), info.debt);
            Self::deposit_event(Event::Punished {
                miner,
                amount,
                debt,
            });
            Ok(())
        })
    }

    /// Pays as much of the debt as the collateral covers.
    ///
    /// The money goes from the reserve straight to the treasury. An amount below the existential
    /// deposit can't bring the treasury's account to life: it stays a debt, and is paid with the
    /// next one. Of lent collateral the lender takes note.
    pub(crate) fn settle_debt(miner: &AccountId, info: &mut MinerInfo) -> DispatchResult {
        let due = info.debt.min(info.collaterals);
        let treasury = T::Treasury::punishments();
        let received = T::Currency::total_balance(&treasury).saturating_add(due);
        if due == 0 || received < T::Currency::minimum_balance() {
            return Ok(());
        }
        let (money, missing) = T::Currency::slash_reserved(&info.staking_account, due);
        T::Currency::resolve_creating(&treasury, money);
        let paid = due.saturating_sub(missing);
        if Self::is_lent(&info.staking_account) {
            T::Lender::punished(miner, paid)?;
        }
        info.collaterals = info.collaterals.saturating_sub(paid);
        info.debt = info.debt.saturating_sub(paid);
        Self::deposit_event(Event::Deposit { balance: paid });
        Ok(())
    }

    /// Freezes a positive miner whose collateral is too small for its declaration, and thaws a
    /// frozen one whose collateral suffices. Other states stay.
    pub(crate) fn review(miner: &AccountId, info: &mut MinerInfo) {
        let covered = info.collaterals >= collateral_limit(info.declaration_space);
        if info.is(state::POSITIVE) && !covered {
            info.state = text(state::FROZEN);
            Self::deposit_event(Event::AlreadyFrozen { acc: miner.clone() });
        } else if info.is(state::FROZEN) && covered {
            info.state = text(state::POSITIVE);
            Self::deposit_event(Event::Thawed {
                miner: miner.clone(),
            });
        }
    }
}
