//! The invariants of money.

use crate::{Config, CurrencyReward, Pallet, Promised, ReserveReward, RoundReward, Stranded};
use cess_primitives::Balance;
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks the rounds against the undistributed total, and both accounts against the books.
    ///
    /// The accounts may hold more than the books say: anybody may transfer money to them.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let mut left: Balance = Stranded::<T>::get();
        for (total, issued) in RoundReward::<T>::iter_values() {
            let open = total.checked_sub(issued);
            left += open.ok_or("a round promised more than it has")?;
        }
        ensure!(
            left == CurrencyReward::<T>::get(),
            "the undistributed total is not what the rounds have left"
        );
        ensure!(
            Self::spendable(&Self::reward_account()) >= left + Promised::<T>::get(),
            "rewards are not covered"
        );
        ensure!(
            Self::spendable(&Self::reserve_account()) >= ReserveReward::<T>::get(),
            "the reserve is not covered"
        );
        Ok(())
    }
}
