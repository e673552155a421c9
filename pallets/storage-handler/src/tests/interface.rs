//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `StorageHandler`).

use crate::{mock::*, Call, Error, Event};
use cess_interface::variants;
use codec::Decode;

#[test]
fn calls_have_the_published_indices_and_arguments() {
    let calls = [
        (0, "mint_territory", "gib_count territory_name days"),
        (1, "expanding_territory", "territory_name gib_count"),
        (2, "renewal_territory", "territory_name days"),
        (4, "update_price", ""),
        (5, "update_user_territory_life", "user terr_name deadline"),
        (
            6,
            "create_order",
            "target_acc territory_name order_type gib_count days expired",
        ),
        (7, "exec_order", "order_id"),
        (8, "clear_service_space", ""),
        (9, "define_update_price", "price"),
        (10, "fix_territory_space_for_reactivate", "acc tname"),
        (101, "reactivate_territory", "territory_name days"),
        (102, "territory_consignment", "territory_name price"),
        (103, "buy_consignment", "token rename"),
        (104, "exec_consignment", "token territory_name"),
        (105, "cancel_consignment", "territory_name"),
        (106, "cancel_purchase_action", "token"),
        (107, "territory_grants", "territory_name receiver"),
        (108, "territory_rename", "old_name new_name"),
        (
            120,
            "other_reactivate_territory",
            "target_acc territory_name days",
        ),
        (201, "update_expired_exec", "old_block new_block token"),
    ];
    let published = calls.map(|(index, name, arguments)| (index, name, arguments.to_string()));
    assert_eq!(variants::<Call<Test>>(), published);
}

#[test]
fn events_have_the_published_indices() {
    let table = "BuySpace ExpansionSpace RenewalSpace LeaseExpired LeaseExpireIn24Hours \
        CreatePayOrder PaidOrder MintTerritory ExpansionTerritory RenewalTerritory \
        ReactivateTerritory Consignment BuyConsignment CancleConsignment CancelPurchaseAction \
        ExecConsignment LeaseFrozen TerritoryGranted TerritoryRenamed";
    let expected: Vec<_> = (0u8..).zip(table.split_whitespace()).collect();
    assert_eq!(cess_interface::names::<Event<Test>>(), expected);
}

#[test]
fn errors_have_the_published_indices() {
    let table = "BugInvalid BoundedVecError InsufficientAvailableSpace InsufficientBalance \
        InsufficientStorage Overflow WrongOperation PurchasedSpace NotPurchasedSpace LeaseFreeze \
        LeaseExpired OrderExpired RandomErr NoOrder ParamError DuplicateTokens NotHaveTerritory \
        NotActive NotExpire NotOnConsignment InsufficientLease ConsignmentExisted OnConsignment \
        StateError ObjectNotZero NonExistentConsignment ConsignmentLocked ConsignmentUnLocked \
        Unexpected NotBuyer InvalidOrder OwnConsignment BoundariesNotMet DuplicateName";
    let expected: Vec<_> = (0u8..).zip(table.split_whitespace()).collect();
    assert_eq!(cess_interface::names::<Error<Test>>(), expected);
}

#[test]
fn storage_has_the_published_names() {
    let entries = StorageHandler::storage_metadata().entries;
    let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
    let published = [
        "TerritoryKey",
        "Territory",
        "Consignment",
        "TerritoryFrozen",
        "TerritoryFrozenCounter",
        "TerritoryExpired",
        "UnitPrice",
        "TotalIdleSpace",
        "TotalServiceSpace",
        "PurchasedSpace",
        "PayOrder",
    ];
    assert_eq!(names[..published.len()], published);
}

#[test]
fn constants_have_the_published_names_and_follow_the_protocol() {
    build_and_execute(|| {
        let constants = StorageHandler::pallet_constants_metadata();
        let value = |name: &str| {
            let constant = constants.iter().find(|constant| constant.name == name);
            &constant
                .unwrap_or_else(|| panic!("no constant {name}"))
                .value
        };
        for (name, expected) in [
            ("OneDay", DAY),
            ("OneHours", DAY / 24),
            ("StateStringMax", 20),
            ("NameLimit", 63),
            ("FrozenLimit", 2000),
            ("ConsignmentRemainingBlock", DAY),
            ("LockingBlock", LOCK),
            ("FrozenDays", GRACE),
        ] {
            let number: u32 = Decode::decode(&mut &value(name)[..]).expect("a number");
            assert_eq!(number, expected, "{name}");
        }
        assert_eq!(value("RewardPalletId"), b"rewardpt");
    });
}
