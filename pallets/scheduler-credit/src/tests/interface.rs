//! Storage, errors and constants are the published ones (published interface, `SchedulerCredit`).

use crate::{mock::*, *};
use codec::Encode;
use frame_support::traits::StorageInfoTrait;

#[test]
fn storage_errors_and_constants_are_the_published_ones() {
    let storage = SchedulerCredit::storage_metadata();
    assert_eq!(storage.prefix, "SchedulerCredit");
    let names: Vec<_> = storage.entries.iter().map(|entry| entry.name).collect();
    assert_eq!(names[..2], ["CurrentCounters", "HistoryCreditValues"]);
    assert_eq!(Error::<Test>::Overflow.encode(), [0]);
    assert_eq!(Error::<Test>::PointOverflow.encode(), [1]);
    let constants = SchedulerCredit::pallet_constants_metadata();
    let names: Vec<_> = constants.iter().map(|constant| constant.name).collect();
    assert_eq!(names, ["PeriodDuration"]);
}

#[test]
fn all_storage_is_bounded() {
    execute(|| {
        let infos = SchedulerCredit::storage_info();
        assert!(infos.iter().all(|info| info.max_size.is_some()));
    });
}
