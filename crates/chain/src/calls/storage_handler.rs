//! Calls of pallet StorageHandler (107): territories.

use cess_primitives::{file::Name, territory::OrderType, AccountId, Balance, Tick};
use sp_core::H256;

calls! { "StorageHandler";
    /// 0: rents a new territory.
    mint_territory(gib_count: u32, territory_name: &Name, days: u32);
    /// 1: makes a territory larger.
    expanding_territory(territory_name: &Name, gib_count: u32);
    /// 2: makes a territory last longer.
    renewal_territory(territory_name: &Name, days: u32);
    /// 4: root computes the price anew.
    update_price();
    /// 5: root moves a territory's deadline.
    update_user_territory_life(user: &AccountId, terr_name: &Name, deadline: Tick);
    /// 6: makes an order that anyone may pay.
    create_order(
        target_acc: &AccountId, territory_name: &Name, order_type: OrderType,
        gib_count: u32, days: u32, expired: u32,
    );
    /// 7: pays an order.
    exec_order(order_id: &[u8]);
    /// 8: root resets the total of service space.
    clear_service_space();
    /// 9: root sets the price of a GiB for 30 days.
    define_update_price(price: Balance);
    /// 10: root mends a territory's space.
    fix_territory_space_for_reactivate(acc: &AccountId, tname: &Name);
    /// 101: rents an expired territory again.
    reactivate_territory(territory_name: &Name, days: u32);
    /// 102: offers a territory for sale.
    territory_consignment(territory_name: &Name, price: Balance);
    /// 103: buys a territory that is for sale.
    buy_consignment(token: H256, rename: &Name);
    /// 104: completes a sale.
    exec_consignment(token: H256, territory_name: &Name);
    /// 105: takes an offer back.
    cancel_consignment(territory_name: &Name);
    /// 106: the buyer steps back.
    cancel_purchase_action(token: H256);
    /// 107: gives a territory away.
    territory_grants(territory_name: &Name, receiver: &AccountId);
    /// 108: renames a territory.
    territory_rename(old_name: &Name, new_name: &Name);
    /// 120: pays for somebody else's expired territory.
    other_reactivate_territory(target_acc: &AccountId, territory_name: &Name, days: u32);
    /// 201: root moves an expiry.
    update_expired_exec(old_block: Tick, new_block: Tick, token: H256);
}
