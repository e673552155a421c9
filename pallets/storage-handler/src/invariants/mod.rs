//! What always holds between the records of this pallet.

mod leases;
mod orders;
mod sales;
mod ticks;

use crate::{CleanUp, CleanUpBounds, Config, Pallet, PurchasedSpace, Territory, TerritoryKey};
use cess_primitives::{
    territory::{TerritoryInfo, TerritoryState},
    GIB,
};
use frame_support::ensure;
use sp_runtime::DispatchError;

type Check = Result<(), DispatchError>;

impl<T: Config> Pallet<T> {
    /// Checks the accounts of every territory, the total that is rented out, and that leases, sales
    /// and orders are booked exactly where their records say.
    pub fn do_try_state() -> Check {
        let mut rented = 0u128;
        for (owner, name, territory) in Territory::<T>::iter() {
            let key = TerritoryKey::<T>::get(territory.token);
            ensure!(
                key == Some((owner, name)),
                "a token does not lead to its territory"
            );
            Self::check_spaces(&territory)?;
            if territory.state != TerritoryState::Expired {
                rented += territory.total_space;
            }
        }
        ensure!(
            rented == PurchasedSpace::<T>::get(),
            "purchased is not the sum of territories"
        );
        ensure!(
            TerritoryKey::<T>::iter().count() == Territory::<T>::iter().count(),
            "stray token"
        );
        Self::check_leases()?;
        Self::check_sales()?;
        Self::check_orders()?;
        Self::check_clean_up()
    }

    fn check_spaces(t: &TerritoryInfo) -> Check {
        let sum = t.used_space + t.locked_space + t.remaining_space;
        ensure!(
            t.total_space == sum,
            "total is not used + locked + remaining"
        );
        ensure!(t.total_space > 0, "a territory without space");
        ensure!(
            t.total_space.is_multiple_of(GIB.into()),
            "a territory is not whole GiB"
        );
        Ok(())
    }

    fn check_clean_up() -> Check {
        let (start, end) = CleanUpBounds::<T>::get();
        let queued = CleanUp::<T>::iter_keys().all(|place| (start..end).contains(&place));
        ensure!(
            queued && CleanUp::<T>::iter().count() as u64 == end - start,
            "clean-up has gaps"
        );
        Ok(())
    }
}
