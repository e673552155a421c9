//! Territories, kept as a small book of account.

use cess_primitives::{file::Name, traits::Territories, AccountId};
use codec::{Decode, Encode};
use frame_support::{ensure, pallet_prelude::ValueQuery, storage_alias, Blake2_128Concat};
use sp_runtime::{DispatchError, DispatchResult};

/// A territory of the mock.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub(crate) struct Plot {
    pub(crate) total: u128,
    pub(crate) used: u128,
    pub(crate) locked: u128,
    pub(crate) frozen: bool,
    pub(crate) expired: bool,
}

impl Plot {
    fn free(&self) -> u128 {
        self.total - self.used - self.locked
    }
}

#[storage_alias]
pub(crate) type Plots = StorageMap<Mock, Blake2_128Concat, (AccountId, Name), Plot>;
#[storage_alias]
pub(crate) type Expired = StorageValue<Mock, Vec<(AccountId, Name)>, ValueQuery>;
/// While set, the mock refuses to free locked or used space.
#[storage_alias]
pub(crate) type LandStuck = StorageValue<Mock, bool, ValueQuery>;

pub struct Land;

fn plot(owner: &AccountId, name: &Name) -> Result<Plot, DispatchError> {
    Plots::get((owner, name)).ok_or(DispatchError::Other("no such territory"))
}

/// Lets `change` alter a territory; it stays as it was when the result makes no sense.
fn change_plot(
    owner: &AccountId,
    name: &Name,
    change: impl FnOnce(&mut Plot) -> Option<()>,
) -> DispatchResult {
    let mut plot = plot(owner, name)?;
    change(&mut plot).ok_or(DispatchError::Other(
        "the territory's accounts do not allow this",
    ))?;
    Plots::insert((owner, name), plot);
    Ok(())
}

/// What a new charge takes: the territory must be active and hold more.
fn spare(plot: &Plot, space: u128) -> Option<()> {
    (!plot.frozen && !plot.expired && plot.free() > space).then_some(())
}

impl Territories for Land {
    fn is_alive(owner: &AccountId, name: &Name) -> bool {
        plot(owner, name).is_ok_and(|plot| !plot.expired)
    }

    fn remaining(owner: &AccountId, name: &Name) -> Result<u128, DispatchError> {
        plot(owner, name).map(|plot| plot.free())
    }

    fn lock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        change_plot(owner, name, |plot| {
            spare(plot, space)?;
            plot.locked += space;
            Some(())
        })
    }

    fn unlock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        ensure!(!LandStuck::get(), "the land is stuck");
        change_plot(owner, name, |plot| {
            plot.locked = plot.locked.checked_sub(space)?;
            Some(())
        })
    }

    fn use_locked(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        change_plot(owner, name, |plot| {
            plot.locked = plot.locked.checked_sub(space)?;
            plot.used += space;
            Some(())
        })
    }

    fn use_remaining(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        change_plot(owner, name, |plot| {
            spare(plot, space)?;
            plot.used += space;
            Some(())
        })
    }

    fn release_used(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        ensure!(!LandStuck::get(), "the land is stuck");
        change_plot(owner, name, |plot| {
            plot.used = plot.used.checked_sub(space)?;
            Some(())
        })
    }

    fn take_expired(limit: u32) -> Vec<(AccountId, Name)> {
        Expired::mutate(|list| list.drain(..list.len().min(limit as usize)).collect())
    }
}
