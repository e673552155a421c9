//! A new runtime finds the state of the one before and changes what must be changed, in steps.

use crate::{
    chain::{self, account},
    world::{name, Sample},
};
use cess_runtime::*;
use frame_support::{
    migrations::MultiStepMigrator,
    traits::{GetStorageVersion, StorageVersion},
};
use frame_system::LastRuntimeUpgradeInfo;

/// Makes the chain believe that the last block was executed by an older runtime.
fn forget_the_runtime() {
    frame_system::LastRuntimeUpgrade::<Runtime>::put(LastRuntimeUpgradeInfo {
        spec_version: (VERSION.spec_version - 1).into(),
        spec_name: VERSION.spec_name,
    });
}

#[test]
fn what_users_hold_is_indexed_after_an_upgrade() {
    chain::new("fast-1").execute_with(|| {
        chain::run(1);
        let owner = account("//Bob");
        let sample = Sample::new("old", 2);
        let brief = sample.brief(owner.clone(), name("home"));
        // A file of the older layout: on record, and in no index.
        let fragments = sample.segments.iter().map(|segment| {
            let list = segment.fragment_list.iter();
            let list = list.map(|hash| cess_primitives::file::FragmentInfo {
                hash: *hash,
                avail: true,
                tag: Some(1),
                miner: account("//Miner//1"),
            });
            cess_primitives::file::SegmentInfo {
                hash: segment.hash,
                fragment_list: list.collect::<Vec<_>>().try_into().unwrap(),
            }
        });
        let file = cess_primitives::file::FileInfo {
            segment_list: fragments.collect::<Vec<_>>().try_into().unwrap(),
            owner: vec![brief].try_into().unwrap(),
            file_size: sample.size(),
            completion: 1,
            stat: cess_primitives::file::FileState::Active,
        };
        pallet_file_bank::File::<Runtime>::insert(sample.fid, file);
        StorageVersion::new(2).put::<FileBank>();
        forget_the_runtime();
        assert_eq!(pallet_file_bank::HeldFiles::<Runtime>::iter().count(), 0);

        chain::run(1);
        let migrated =
            RuntimeEvent::MultiBlockMigrations(pallet_migrations::Event::UpgradeStarted {
                migrations: 1,
            });
        assert!(System::events().iter().any(|e| e.event == migrated));
        chain::run(5);
        assert!(!MultiBlockMigrations::ongoing());
        assert_eq!(
            FileBank::on_chain_storage_version(),
            FileBank::in_code_storage_version()
        );
        assert_eq!(pallet_file_bank::HeldFiles::<Runtime>::iter().count(), 1);
        let last = frame_system::LastRuntimeUpgrade::<Runtime>::get().unwrap();
        assert_eq!(last.spec_version.0, VERSION.spec_version);
    });
}

#[test]
fn an_upgrade_that_changes_nothing_is_over_at_once() {
    chain::new("fast-1").execute_with(|| {
        chain::run(1);
        forget_the_runtime();
        chain::run(2);
        assert!(!MultiBlockMigrations::ongoing());
        chain::check_invariants();
    });
}
