//! Storage of an earlier version becomes what it would be today.

use super::*;
use crate::{
    costs,
    migrations::v3::{v2, IndexHoldings, OWNERS_IN_ONE_GO},
    FileOrders, HeldCount, HeldFiles, TagDuties, TerritoryFiles,
};
use frame_support::{
    assert_ok,
    migrations::{SteppedMigration, SteppedMigrationError},
    storage::unhashed,
    traits::{GetStorageVersion, StorageVersion},
    weights::WeightMeter,
};
use std::collections::BTreeMap;

/// All that this pallet keeps, but for its version.
fn state() -> BTreeMap<Vec<u8>, Vec<u8>> {
    let prefix = sp_io::hashing::twox_128(b"FileBank").to_vec();
    let mut all = BTreeMap::new();
    let mut key = prefix.clone();
    while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
        let value = unhashed::get_raw(&next).expect("the key exists");
        all.insert(next.clone(), value);
        key = next;
    }
    all.remove(&StorageVersion::storage_key::<FileBank>()[..]);
    all
}

/// Lays the storage out as version 2 did.
fn lay_out_as_v2() {
    let everything = u32::MAX;
    let _ = HeldFiles::<Test>::clear(everything, None);
    let _ = HeldCount::<Test>::clear(everything, None);
    let _ = TerritoryFiles::<Test>::clear(everything, None);
    let _ = FileOrders::<Test>::clear(everything, None);
    for ((fid, miner, scope), due) in TagDuties::<Test>::drain() {
        v2::TagDue::<Test>::insert(fid, (miner, scope), due);
    }
    StorageVersion::new(2).put::<FileBank>();
}

/// Migrates with so many items in a step; how many steps it took.
fn migrate(items: u64) -> u32 {
    let (mut cursor, mut steps) = (None, 0);
    loop {
        steps += 1;
        let limit = costs::migrated_item::<Test>().saturating_mul(items);
        let mut meter = WeightMeter::with_limit(limit);
        cursor = IndexHoldings::<Test>::step(cursor, &mut meter).expect("it goes on");
        assert!(meter.consumed().all_lte(limit));
        if cursor.is_none() {
            return steps;
        }
    }
}

/// Files in all states, with several owners, orders and duties.
fn populate() {
    OwnerLimit::set(1000);
    let tagged = Sample::new("tagged", 2);
    store_and_tag(&tagged);
    assert_ok!(declare(alice(), ANNEX, &tagged));
    assert_ok!(declare(bob(), HOME, &tagged));
    let untagged = Sample::new("untagged", 3);
    store(&untagged);
    let lost = untagged.fragment(0, 0);
    assert_ok!(FileBank::generate_restoral_order(
        origin(miner(1)),
        untagged.fid,
        lost
    ));
    let restored = untagged.fragment(1, 1);
    assert_ok!(FileBank::generate_restoral_order(
        origin(miner(2)),
        untagged.fid,
        restored
    ));
    assert_ok!(FileBank::claim_restoral_order(origin(miner(2)), restored));
    assert_ok!(FileBank::restoral_order_complete(
        origin(miner(2)),
        restored
    ));
    assert_ok!(declare(bob(), ANNEX, &Sample::new("a deal", 1)));
    for n in 0..2 * OWNERS_IN_ONE_GO + 1 {
        let user = AccountId::new(sp_io::hashing::blake2_256(&n.to_be_bytes()));
        let land = Plot {
            total: 1 << 40,
            ..Plot::default()
        };
        Plots::insert((&user, name(HOME)), land);
        assert_ok!(declare(user, HOME, &tagged));
    }
}

#[test]
fn indices_are_built_step_by_step() {
    for items in [1, 2, 7, 1000] {
        ExtBuilder::default().build_and_execute(|| {
            populate();
            let today = state();
            lay_out_as_v2();
            assert_ne!(state(), today);
            let steps = migrate(items);
            assert_eq!(steps == 1, items == 1000, "{steps} steps");
            assert_eq!(state(), today);
            assert_eq!(FileBank::on_chain_storage_version(), StorageVersion::new(3));
        });
    }
}

#[test]
fn nothing_falls_due_while_the_migration_is_under_way() {
    ExtBuilder::default().build_and_execute(|| {
        populate();
        lay_out_as_v2();
        expire(&alice(), HOME);
        let mut meter = WeightMeter::with_limit(costs::migrated_item::<Test>());
        let cursor = IndexHoldings::<Test>::step(None, &mut meter);
        let half = (cursor.expect("a step"), state());
        jump(100_000);
        assert_eq!(state(), half.1);
        let mut meter = WeightMeter::new();
        let done = IndexHoldings::<Test>::step(half.0, &mut meter);
        assert_eq!(done.expect("the rest"), None);
        check_invariants();
        assert_eq!(mine(3).punished, 0);
        next_block();
        assert!(mine(3).punished > 0, "now the missed tags count");
        assert_eq!(plot(alice(), HOME).used, 0);
    });
}

#[test]
fn a_step_that_has_no_time_says_how_much_it_needs() {
    ExtBuilder::default().build_and_execute(|| {
        lay_out_as_v2();
        let required = costs::migrated_item::<Test>();
        let mut meter = WeightMeter::with_limit(required.saturating_sub(1u64.into()));
        let outcome = IndexHoldings::<Test>::step(None, &mut meter);
        assert_eq!(
            outcome,
            Err(SteppedMigrationError::InsufficientWeight { required })
        );
        migrate(1);
    });
}

#[test]
fn a_new_chain_has_nothing_to_migrate() {
    ExtBuilder::default().build_and_execute(|| {
        populate();
        let before = state();
        assert_eq!(migrate(1), 1);
        assert_eq!(state(), before);
    });
}
