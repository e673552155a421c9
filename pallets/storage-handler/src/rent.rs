//! Renting: what a lease costs and how it begins, grows, goes on and comes back.

use crate::{
    Config, Error, Event, Pallet, PurchasedSpace, Territory, TerritoryKey, TotalIdleSpace,
    TotalServiceSpace, UnitPrice, DEFAULT_PRICE, MIN_LEASE_DAYS,
};
use cess_primitives::{
    file::Name,
    territory::{OrderType, TerritoryInfo, TerritoryState},
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

/// What a rent is paid for: so much space for so long.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    /// GiB.
    pub(crate) gib_count: u32,
    /// Days.
    pub(crate) days: u32,
}

impl Extent {
    /// The rent at today's price.
    pub(crate) fn rent<T: Config>(self) -> Result<Balance, Error<T>> {
        UnitPrice::<T>::get()
            .unwrap_or(DEFAULT_PRICE)
            .checked_mul(self.gib_count.into())
            .and_then(|a_day| a_day.checked_mul(self.days.into()))
            .ok_or(Error::<T>::Overflow)
    }

    /// Whether who paid for this extent has paid for the other one.
    pub(crate) fn covers(self, other: Self) -> bool {
        self.gib_count >= other.gib_count && self.days >= other.days
    }
}

impl<T: Config> Pallet<T> {
    /// Does for the payer itself what an order does, at today's price.
    pub(crate) fn lease(
        kind: OrderType,
        payer: &AccountId,
        name: Name,
        gib_count: u32,
        days: u32,
    ) -> DispatchResult {
        let extent = Self::extent(kind, payer, &name, gib_count, days)?;
        Self::carry_out(kind, payer, payer, name, extent, extent.rent::<T>()?)
    }

    /// What must be paid for, if it can be done now: an expansion pays for the days that are left,
    /// a renewal for the whole territory.
    pub(crate) fn extent(
        kind: OrderType,
        owner: &AccountId,
        name: &Name,
        gib_count: u32,
        days: u32,
    ) -> Result<Extent, Error<T>> {
        match kind {
            OrderType::Buy => {
                let valid = !name.is_empty() && gib_count > 0 && days >= MIN_LEASE_DAYS;
                ensure!(valid, Error::<T>::ParamError);
                Self::ensure_name_is_free(owner, name)?;
                Ok(Extent { gib_count, days })
            }
            OrderType::Expansion => {
                ensure!(gib_count > 0, Error::<T>::ParamError);
                let territory = Self::territory(owner, name)?;
                Self::ensure_active(&territory)?;
                let left = territory.deadline.saturating_sub(T::Protocol::now());
                let days = left.div_ceil(T::Protocol::params().one_day);
                Ok(Extent { gib_count, days })
            }
            OrderType::Renewal => {
                ensure!(days > 0, Error::<T>::ParamError);
                let territory = Self::territory(owner, name)?;
                let for_sale = territory.state == TerritoryState::OnConsignment;
                ensure!(!for_sale, Error::<T>::OnConsignment);
                ensure!(!Self::is_expired(&territory), Error::<T>::LeaseExpired);
                Self::whole(&territory, days)
            }
        }
    }

    /// The whole territory for so many days.
    fn whole(territory: &TerritoryInfo, days: u32) -> Result<Extent, Error<T>> {
        let gib_count = u32::try_from(territory.total_space / u128::from(GIB))
            .map_err(|_| Error::<T>::Overflow)?;
        Ok(Extent { gib_count, days })
    }

    /// Does what [`extent`](Self::extent) has allowed, against a rent that the payer is charged.
    pub(crate) fn carry_out(
        kind: OrderType,
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        extent: Extent,
        rent: Balance,
    ) -> DispatchResult {
        match kind {
            OrderType::Buy => Self::mint(payer, owner, name, extent, rent),
            OrderType::Expansion => Self::expand(payer, owner, name, extent, rent),
            OrderType::Renewal => Self::renew(payer, owner, name, extent.days, rent),
        }
    }

    fn mint(
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        extent: Extent,
        rent: Balance,
    ) -> DispatchResult {
        let start = T::Protocol::now();
        let deadline = Self::after_days(start, extent.days)?;
        let space = u128::from(extent.gib_count) * u128::from(GIB);
        Self::take_space(space)?;
        Self::charge(payer, rent)?;

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
            spend: rent,
        });
        Ok(())
    }

    fn expand(
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        extent: Extent,
        rent: Balance,
    ) -> DispatchResult {
        let mut territory = Self::territory(owner, &name)?;
        let space = u128::from(extent.gib_count) * u128::from(GIB);
        Self::take_space(space)?;
        Self::charge(payer, rent)?;

        // Both stay below the network's space, which was checked by `take_space`.
        territory.total_space = territory.total_space.saturating_add(space);
        territory.remaining_space = territory.remaining_space.saturating_add(space);
        Territory::<T>::insert(owner, &name, territory);
        Self::deposit_event(Event::ExpansionTerritory {
            name,
            expansion_space: space,
            spend: rent,
        });
        Ok(())
    }

    fn renew(
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        days: u32,
        rent: Balance,
    ) -> DispatchResult {
        let territory = Self::territory(owner, &name)?;
        let from = territory.deadline.max(T::Protocol::now());
        let deadline = Self::after_days(from, days)?;
        Self::charge(payer, rent)?;
        Self::restart(owner, &name, territory, deadline);
        Self::deposit_event(Event::RenewalTerritory {
            name,
            days,
            spend: rent,
        });
        Ok(())
    }

    /// Rents an expired territory of `owner` again, at the cost of `payer` (Q12).
    pub(crate) fn reactivate(
        payer: &AccountId,
        owner: &AccountId,
        name: Name,
        days: u32,
    ) -> DispatchResult {
        ensure!(days >= MIN_LEASE_DAYS, Error::<T>::ParamError);
        let mut territory = Self::territory(owner, &name)?;
        ensure!(
            territory.state == TerritoryState::Expired,
            Error::<T>::NotExpire
        );
        Self::ensure_empty(&territory)?;
        let rent = Self::whole(&territory, days)?.rent::<T>()?;
        territory.start = T::Protocol::now();
        territory.deadline = Self::after_days(territory.start, days)?;
        territory.state = TerritoryState::Active;
        Self::take_space(territory.total_space)?;
        Self::charge(payer, rent)?;
        Self::book_freeze(territory.deadline, territory.token);
        Territory::<T>::insert(owner, &name, territory);
        Self::deposit_event(Event::ReactivateTerritory {
            name,
            days,
            spend: rent,
        });
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

    /// Refuses a territory that files or open deals refer to by its owner and name.
    pub(crate) fn ensure_empty(territory: &TerritoryInfo) -> Result<(), Error<T>> {
        let empty = territory.used_space == 0 && territory.locked_space == 0;
        ensure!(empty, Error::<T>::ObjectNotZero);
        Ok(())
    }

    /// No territory ever takes the place of another one, not even of an expired one.
    pub(crate) fn ensure_name_is_free(owner: &AccountId, name: &Name) -> Result<(), Error<T>> {
        let free = !Territory::<T>::contains_key(owner, name);
        ensure!(free, Error::<T>::DuplicateName);
        Ok(())
    }

    fn after_days(from: Tick, days: u32) -> Result<Tick, Error<T>> {
        let ticks = days.checked_mul(T::Protocol::params().one_day);
        ticks
            .and_then(|ticks| from.checked_add(ticks))
            .ok_or(Error::<T>::Overflow)
    }

    /// Takes space out of what the miners offer.
    fn take_space(space: u128) -> Result<(), Error<T>> {
        let offered = TotalIdleSpace::<T>::get().saturating_add(TotalServiceSpace::<T>::get());
        PurchasedSpace::<T>::try_mutate(|purchased| {
            let next = purchased.checked_add(space).ok_or(Error::<T>::Overflow)?;
            ensure!(next <= offered, Error::<T>::InsufficientAvailableSpace);
            *purchased = next;
            Ok(())
        })
    }

    /// Moves a rent to the treasury. Less than the existential deposit can't bring the treasury's
    /// account to life; such a rent is burnt, for the user is not to blame (Q38).
    fn charge(payer: &AccountId, rent: Balance) -> Result<(), DispatchError> {
        let (reason, keep) = (WithdrawReasons::TRANSFER, ExistenceRequirement::KeepAlive);
        let money = T::Currency::withdraw(payer, rent, reason, keep)
            .map_err(|_| Error::<T>::InsufficientBalance)?;
        T::Currency::resolve_creating(&T::Treasury::rents(), money);
        Ok(())
    }
}
