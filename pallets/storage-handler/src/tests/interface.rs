//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `StorageHandler`).

use crate::{mock::*, Call, Error, Event};
use codec::Decode;
use scale_info::{TypeDef, TypeInfo};

/// Index and name of each variant of an enum.
fn variants<V: TypeInfo>() -> Vec<(u8, &'static str)> {
    match V::type_info().type_def {
        TypeDef::Variant(def) => def.variants.iter().map(|v| (v.index, v.name)).collect(),
        other => panic!("an enum, not {other:?}"),
    }
}

/// The arguments of a call, in order.
fn arguments(call: &str) -> String {
    match Call::<Test>::type_info().type_def {
        TypeDef::Variant(def) => {
            let call = def.variants.iter().find(|variant| variant.name == call);
            let names = call.expect("the call exists").fields.iter();
            let names: Vec<_> = names.filter_map(|field| field.name).collect();
            names.join(" ")
        }
        other => panic!("an enum, not {other:?}"),
    }
}

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
    let published: Vec<_> = calls
        .iter()
        .map(|(index, name, _)| (*index, *name))
        .collect();
    let mut ours = variants::<Call<Test>>();
    ours.sort_unstable();
    assert_eq!(ours, published);
    for (_, name, expected) in calls {
        assert_eq!(arguments(name), expected, "{name}");
    }
}

#[test]
fn events_have_the_published_indices() {
    let names = "BuySpace ExpansionSpace RenewalSpace LeaseExpired LeaseExpireIn24Hours \
        CreatePayOrder PaidOrder MintTerritory ExpansionTerritory RenewalTerritory \
        ReactivateTerritory Consignment BuyConsignment CancleConsignment CancelPurchaseAction \
        ExecConsignment LeaseFrozen TerritoryGranted TerritoryRenamed";
    let expected: Vec<_> = (0u8..).zip(names.split_whitespace()).collect();
    assert_eq!(variants::<Event<Test>>(), expected);
}

#[test]
fn errors_have_the_published_indices() {
    let names = "BugInvalid BoundedVecError InsufficientAvailableSpace InsufficientBalance \
        InsufficientStorage Overflow WrongOperation PurchasedSpace NotPurchasedSpace LeaseFreeze \
        LeaseExpired OrderExpired RandomErr NoOrder ParamError DuplicateTokens NotHaveTerritory \
        NotActive NotExpire NotOnConsignment InsufficientLease ConsignmentExisted OnConsignment \
        StateError ObjectNotZero NonExistentConsignment ConsignmentLocked ConsignmentUnLocked \
        Unexpected NotBuyer InvalidOrder OwnConsignment BoundariesNotMet DuplicateName";
    let expected: Vec<_> = (0u8..).zip(names.split_whitespace()).collect();
    assert_eq!(variants::<Error<Test>>(), expected);
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
