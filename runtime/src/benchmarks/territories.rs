//! Pallet storage-handler: leases, orders, sales, and the end of each.

use super::*;
use cess_primitives::{
    file::Name,
    territory::{OrderType, TerritoryState},
    traits::{NetworkSpace, Protocol as _},
    Tick, GIB, TCESS,
};
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_storage_handler::{
    Call, Consignment, ExpiryOf, OrderId, PayOrder, Territory, MIN_LEASE_DAYS, ORDERS_PER_BLOCK,
    STEPS_PER_BLOCK,
};
use sp_core::H256;

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

fn owner(i: u32) -> AccountId {
    person("owner", i)
}

fn buyer(i: u32) -> AccountId {
    person("buyer", i)
}

fn token(owner: &AccountId, name: &Name) -> H256 {
    Territory::<Runtime>::get(owner, name).map_or_else(H256::zero, |territory| territory.token)
}

fn state(owner: &AccountId, name: &Name) -> Option<TerritoryState> {
    Territory::<Runtime>::get(owner, name).map(|territory| territory.state)
}

/// Room for one more GiB.
fn offer() {
    assert_ok!(StorageHandler::change_idle(GIB.into(), 0));
}

/// An active territory of 1 GiB.
fn mint(owner: &AccountId) -> (Name, H256) {
    let name = name(b'a');
    offer();
    let call = StorageHandler::mint_territory(signed(owner), 1, name.clone(), MIN_LEASE_DAYS);
    assert_ok!(call);
    let token = token(owner, &name);
    (name, token)
}

/// A territory whose lease has ended.
fn frozen(owner: &AccountId) -> (Name, H256) {
    let (name, token) = mint(owner);
    set_end(owner, &name, 0);
    begin_block::<StorageHandler>();
    (name, token)
}

/// A territory whose grace is over.
pub(super) fn expired(owner: &AccountId) -> (Name, H256) {
    let (name, token) = frozen(owner);
    move_expiry(token, 0);
    begin_block::<StorageHandler>();
    (name, token)
}

fn set_end(owner: &AccountId, name: &Name, deadline: Tick) {
    let (root, owner, name) = (RuntimeOrigin::root(), owner.clone(), name.clone());
    let call = StorageHandler::update_user_territory_life(root, owner, name, deadline);
    assert_ok!(call);
}

fn move_expiry(token: H256, to: Tick) {
    let from = ExpiryOf::<Runtime>::get(token).unwrap_or_default();
    let root = RuntimeOrigin::root();
    assert_ok!(StorageHandler::update_expired_exec(root, from, to, token));
}

/// A territory on sale.
fn consigned(owner: &AccountId) -> (Name, H256) {
    let (name, token) = mint(owner);
    let call = StorageHandler::territory_consignment(signed(owner), name.clone(), 100 * TCESS);
    assert_ok!(call);
    (name, token)
}

/// A territory that somebody is buying.
fn bought(owner: &AccountId, buyer: &AccountId) -> (Name, H256) {
    let (old, token) = consigned(owner);
    assert_ok!(StorageHandler::buy_consignment(
        signed(buyer),
        token,
        name(b'b')
    ));
    (old, token)
}

/// An order of the owner, and its id.
fn order(owner: &AccountId, kind: OrderType, name: Name) -> OrderId {
    let days = MIN_LEASE_DAYS;
    let (from, to) = (signed(owner), owner.clone());
    assert_ok!(StorageHandler::create_order(
        from, to, name, kind, 1, days, 59
    ));
    PayOrder::<Runtime>::iter_keys().next().unwrap_or_default()
}

/// A year of grace and more, so that nothing expires where only leases are to end.
fn endless_grace() {
    let mut params = Protocol::params();
    params.frozen_days = u32::MAX / 2 / params.one_day;
    assert_ok!(Protocol::set_params(RuntimeOrigin::root(), params));
}

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn mint_territory() {
        let (owner, name) = (owner(0), name(b'a'));
        offer();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner.clone()),
            1,
            name.clone(),
            MIN_LEASE_DAYS,
        );

        assert_eq!(state(&owner, &name), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn expanding_territory() {
        let owner = owner(0);
        let (name, _) = mint(&owner);
        offer();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), name.clone(), 1);

        let territory = Territory::<Runtime>::get(&owner, &name).unwrap();
        assert_eq!(territory.total_space, u128::from(2 * GIB));
    }

    /// Of a frozen territory, which is booked elsewhere than an active one.
    #[benchmark]
    fn renewal_territory() {
        let owner = owner(0);
        let (name, _) = frozen(&owner);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner.clone()),
            name.clone(),
            MIN_LEASE_DAYS,
        );

        assert_eq!(state(&owner, &name), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn reactivate_territory() {
        let owner = owner(0);
        let (name, _) = expired(&owner);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner.clone()),
            name.clone(),
            MIN_LEASE_DAYS,
        );

        assert_eq!(state(&owner, &name), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn other_reactivate_territory() {
        let (owner, payer) = (owner(0), buyer(0));
        let (name, _) = expired(&owner);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(payer),
            owner.clone(),
            name.clone(),
            MIN_LEASE_DAYS,
        );

        assert_eq!(state(&owner, &name), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn update_price() {
        #[extrinsic_call]
        _(RawOrigin::Root);
    }

    #[benchmark]
    fn define_update_price() {
        #[extrinsic_call]
        _(RawOrigin::Root, TCESS);

        assert_eq!(
            pallet_storage_handler::UnitPrice::<Runtime>::get(),
            Some(TCESS)
        );
    }

    /// Of a frozen territory, which becomes active.
    #[benchmark]
    fn update_user_territory_life() {
        let owner = owner(0);
        let (name, _) = frozen(&owner);

        #[extrinsic_call]
        _(RawOrigin::Root, owner.clone(), name.clone(), tick(1));

        assert_eq!(state(&owner, &name), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn update_expired_exec() {
        let owner = owner(0);
        let (_, token) = frozen(&owner);
        let from = ExpiryOf::<Runtime>::get(token).unwrap();

        #[extrinsic_call]
        _(RawOrigin::Root, from, tick(1), token);

        assert_eq!(ExpiryOf::<Runtime>::get(token), Some(tick(1)));
    }

    #[benchmark]
    fn fix_territory_space_for_reactivate() {
        let owner = owner(0);
        let (name, _) = mint(&owner);

        #[extrinsic_call]
        _(RawOrigin::Root, owner, name);
    }

    /// Refuses always.
    #[benchmark]
    fn clear_service_space() {
        #[block]
        {
            let _ = StorageHandler::clear_service_space(RuntimeOrigin::root());
        }
    }

    #[benchmark]
    fn create_order() {
        let owner = owner(0);
        let (name, _) = frozen(&owner);
        let kind = OrderType::Renewal;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(buyer(0)),
            owner,
            name,
            kind,
            1,
            MIN_LEASE_DAYS,
            59,
        );

        assert_eq!(PayOrder::<Runtime>::iter().count(), 1);
    }

    #[benchmark]
    fn exec_order_to_buy() {
        let (owner, payer, name) = (owner(0), buyer(0), name(b'a'));
        offer();
        let id = order(&owner, OrderType::Buy, name.clone());

        #[extrinsic_call]
        exec_order(RawOrigin::Signed(payer), id);

        assert_eq!(state(&owner, &name), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn exec_order_to_renew() {
        let (owner, payer) = (owner(0), buyer(0));
        let (name, _) = frozen(&owner);
        let id = order(&owner, OrderType::Renewal, name.clone());

        #[extrinsic_call]
        exec_order(RawOrigin::Signed(payer), id);

        assert_eq!(state(&owner, &name), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn territory_consignment() {
        let owner = owner(0);
        let (name, token) = mint(&owner);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), name, TCESS);

        assert!(Consignment::<Runtime>::contains_key(token));
    }

    #[benchmark]
    fn buy_consignment() {
        let buyer = buyer(0);
        let (_, token) = consigned(&owner(0));

        #[extrinsic_call]
        _(RawOrigin::Signed(buyer), token, name(b'b'));

        assert!(Consignment::<Runtime>::get(token).unwrap().locked);
    }

    #[benchmark]
    fn exec_consignment() {
        let buyer = buyer(0);
        let (_, token) = bought(&owner(0), &buyer);

        #[extrinsic_call]
        _(RawOrigin::Root, token, name(b'c'));

        assert_eq!(state(&buyer, &name(b'c')), Some(TerritoryState::Active));
    }

    #[benchmark]
    fn cancel_consignment() {
        let owner = owner(0);
        let (name, token) = consigned(&owner);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), name);

        assert!(!Consignment::<Runtime>::contains_key(token));
    }

    #[benchmark]
    fn cancel_purchase_action() {
        let buyer = buyer(0);
        let (_, token) = bought(&owner(0), &buyer);

        #[extrinsic_call]
        _(RawOrigin::Signed(buyer), token);

        assert!(!Consignment::<Runtime>::get(token).unwrap().locked);
    }

    #[benchmark]
    fn territory_grants() {
        let (owner, receiver) = (owner(0), buyer(0));
        let (name, _) = mint(&owner);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), name.clone(), receiver);

        assert_eq!(state(&owner, &name), None);
    }

    #[benchmark]
    fn territory_rename() {
        let owner = owner(0);
        let (old, _) = mint(&owner);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), old, name(b'b'));

        assert_eq!(state(&owner, &name(b'b')), Some(TerritoryState::Active));
    }

    /// A block in which nothing is due.
    #[benchmark]
    fn look() {
        let _ = mint(&owner(0));

        #[block]
        {
            begin_block::<StorageHandler>();
        }
    }

    /// `n` leases end while somebody is buying the territory.
    #[benchmark]
    fn freeze(n: Linear<0, STEPS_PER_BLOCK>) {
        endless_grace();
        wait_until(tick(STEPS_PER_BLOCK));
        let names: Vec<_> = (0..n).map(|i| bought(&owner(i), &buyer(i)).0).collect();
        for (i, name) in (0..).zip(&names) {
            set_end(&owner(i), name, tick(i));
        }

        #[block]
        {
            begin_block::<StorageHandler>();
        }

        for (i, name) in (0..).zip(&names) {
            assert_eq!(state(&owner(i), name), Some(TerritoryState::Frozen));
        }
    }

    /// `n` territories expire.
    #[benchmark]
    fn expire(n: Linear<0, STEPS_PER_BLOCK>) {
        for i in 0..n {
            let (_, token) = frozen(&owner(i));
            move_expiry(token, tick(i + 1));
        }
        wait_until(tick(STEPS_PER_BLOCK));

        #[block]
        {
            begin_block::<StorageHandler>();
        }

        for i in 0..n {
            assert_eq!(state(&owner(i), &name(b'a')), Some(TerritoryState::Expired));
        }
    }

    /// `n` sales take effect, each under another name than the buyer wants, which is taken.
    #[benchmark]
    fn sell(n: Linear<0, STEPS_PER_BLOCK>) {
        for i in 0..n {
            let _ = bought(&owner(i), &buyer(i));
            let (taken, _) = mint(&buyer(i));
            let rename = StorageHandler::territory_rename(signed(&buyer(i)), taken, name(b'b'));
            assert_ok!(rename);
        }
        wait(Protocol::params().consignment_lock);

        #[block]
        {
            begin_block::<StorageHandler>();
        }

        assert_eq!(Consignment::<Runtime>::iter().count(), 0);
    }

    /// `n` orders are forgotten.
    #[benchmark]
    fn drop_orders(n: Linear<0, ORDERS_PER_BLOCK>) {
        for i in 0..n {
            let _ = order(&owner(i), OrderType::Buy, name(b'a'));
        }
        wait(Protocol::params().one_day);

        #[block]
        {
            begin_block::<StorageHandler>();
        }

        assert_eq!(PayOrder::<Runtime>::iter().count(), 0);
    }
}
