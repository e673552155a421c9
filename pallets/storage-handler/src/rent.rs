//! Renting: what a lease costs and how it begins, grows and goes on.

use crate::{
    Config, Error, Event, Pallet, PurchasedSpace, Territory, TerritoryKey, TotalIdleSpace,
    TotalServiceSpace, UnitPrice, MIN_LEASE_DAYS,
};
use cess_primitives::{
    file::Name,
    territory::{TerritoryInfo, TerritoryState},
    traits::{Protocol, Randomness32, Treasury},
    AccountId, Balance, Tick, GIB,
};
use codec::Encode;
use frame_support::{
    ensure,
    traits::{Currency, ExistenceRequirement, WithdrawReasons},
};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

/// Keeps the randomness of tokens apart from that of other uses.
const TOKEN_SUBJECT: &[u8] = b"territory token";

impl<T: Config> Pallet<T> {
    /// Mints a territory for `owner`, at the cost of `payer`.
    pub(crate) fn mint(
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        gib_count: u32,
        days: u32,
    ) -> DispatchResult {
        let valid = !name.is_empty() && gib_count > 0 && days >= MIN_LEASE_DAYS;
        ensure!(valid, Error::<T>::ParamError);
        ensure!(
            !Territory::<T>::contains_key(owner, &name),
            Error::<T>::DuplicateName
        );
        let start = T::Protocol::now();
        let deadline = Self::after_days(start, days)?;
        let space = u128::from(gib_count) * u128::from(GIB);
        Self::purchase(space)?;
        let spend = Self::pay(payer, gib_count.into(), days)?;

        let token = H256(T::Randomness::random(
            &(TOKEN_SUBJECT, owner, start, &name).encode(),
        ));
        ensure!(
            !TerritoryKey::<T>::contains_key(token),
            Error::<T>::DuplicateTokens
        );
        TerritoryKey::<T>::insert(token, (owner, &name));
        let territory = TerritoryInfo {
            token,
            total_space: space,
            used_space: 0,
            locked_space: 0,
            remaining_space: space,
            start,
            deadline,
            state: TerritoryState::Active,
        };
        Territory::<T>::insert(owner, &name, territory);
        Self::book_freeze(deadline, token);
        Self::deposit_event(Event::MintTerritory {
            token,
            name,
            storage_capacity: space,
            spend,
        });
        Ok(())
    }

    /// Enlarges a territory of `owner`, at the cost of `payer`.
    pub(crate) fn expand(
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        gib_count: u32,
    ) -> DispatchResult {
        ensure!(gib_count > 0, Error::<T>::ParamError);
        let mut territory = Self::territory(owner, &name)?;
        Self::ensure_active(&territory)?;
        let left = territory.deadline.saturating_sub(T::Protocol::now());
        let days = left.div_ceil(T::Protocol::params().one_day);
        let space = u128::from(gib_count) * u128::from(GIB);
        Self::purchase(space)?;
        let spend = Self::pay(payer, gib_count.into(), days)?;

        // Both stay below the network's space, which was checked by `purchase`.
        territory.total_space = territory.total_space.saturating_add(space);
        territory.remaining_space = territory.remaining_space.saturating_add(space);
        Territory::<T>::insert(owner, &name, territory);
        Self::deposit_event(Event::ExpansionTerritory {
            name,
            expansion_space: space,
            spend,
        });
        Ok(())
    }

    /// Lengthens the lease of a territory of `owner`, at the cost of `payer`.
    pub(crate) fn renew(
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        days: u32,
    ) -> DispatchResult {
        ensure!(days > 0, Error::<T>::ParamError);
        let territory = Self::territory(owner, &name)?;
        match territory.state {
            TerritoryState::Active | TerritoryState::Frozen => {}
            TerritoryState::OnConsignment => return Err(Error::<T>::OnConsignment.into()),
            TerritoryState::Expired => return Err(Error::<T>::LeaseExpired.into()),
        }
        let from = territory.deadline.max(T::Protocol::now());
        let deadline = Self::after_days(from, days)?;
        let spend = Self::pay(payer, territory.total_space / u128::from(GIB), days)?;
        Self::restart(owner, &name, territory, deadline);
        Self::deposit_event(Event::RenewalTerritory { name, days, spend });
        Ok(())
    }

    /// A territory, whatever its state.
    pub(crate) fn territory(owner: &AccountId, name: &Name) -> Result<TerritoryInfo, Error<T>> {
        Territory::<T>::get(owner, name).ok_or(Error::<T>::NotHaveTerritory)
    }

    /// Refuses a territory that takes nothing new; a lease ends at its deadline, even when the
    /// queue of ending leases lags behind.
    pub(crate) fn ensure_active(territory: &TerritoryInfo) -> Result<(), Error<T>> {
        let running = territory.deadline > T::Protocol::now();
        ensure!(
            territory.state == TerritoryState::Active && running,
            Error::<T>::NotActive
        );
        Ok(())
    }

    fn after_days(from: Tick, days: u32) -> Result<Tick, Error<T>> {
        let ticks = days.checked_mul(T::Protocol::params().one_day);
        ticks
            .and_then(|ticks| from.checked_add(ticks))
            .ok_or(Error::<T>::Overflow)
    }

    /// Takes space out of what the miners offer.
    fn purchase(space: u128) -> Result<(), Error<T>> {
        let offered = TotalIdleSpace::<T>::get().saturating_add(TotalServiceSpace::<T>::get());
        PurchasedSpace::<T>::try_mutate(|purchased| {
            let next = purchased.checked_add(space).ok_or(Error::<T>::Overflow)?;
            ensure!(next <= offered, Error::<T>::InsufficientAvailableSpace);
            *purchased = next;
            Ok(())
        })
    }

    /// Moves a rent to the treasury. Less than the existential deposit can't bring the treasury's
    /// account to life; such a rent is burnt, for the user is not to blame.
    fn pay(payer: &AccountId, gib_count: u128, days: u32) -> Result<Balance, DispatchError> {
        let rent = UnitPrice::<T>::get()
            .checked_mul(gib_count)
            .and_then(|a_day| a_day.checked_mul(days.into()))
            .ok_or(Error::<T>::Overflow)?;
        let (reason, keep) = (WithdrawReasons::TRANSFER, ExistenceRequirement::KeepAlive);
        let money = T::Currency::withdraw(payer, rent, reason, keep)
            .map_err(|_| Error::<T>::InsufficientBalance)?;
        T::Currency::resolve_creating(&T::Treasury::rents(), money);
        Ok(rent)
    }
}
