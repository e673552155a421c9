//! Governance looks through all workers, a bounded number at a time.

use crate::{mock::*, *};
use cess_primitives::{
    tee::WorkerRole::{self, *},
    traits::TeeWorkers,
    ProtocolParams,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn suspend(n: u32) {
    (0..MISSED_LIMIT).for_each(|_| TeeWorker::failed(&key(n)));
    assert!(saw(Event::WorkerSuspended { pubkey: key(n) }));
}

fn registered() -> Vec<u32> {
    (1..=9)
        .filter(|n| Workers::<Test>::contains_key(key(*n)))
        .collect()
}

fn swept(looked_at: u32, changed: u32) -> RuntimeEvent {
    let complete = true;
    Event::WorkersSwept {
        looked_at,
        changed,
        complete,
    }
    .into()
}

#[test]
fn last_work_is_noted_where_it_is_unknown() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Marker);
        LastWork::<Test>::remove(key(2));
        System::set_block_number(5);
        assert_ok!(TeeWorker::migration_last_work(root()));
        assert_eq!(last_event(), swept(2, 1));
        assert_eq!(LastWork::<Test>::get(key(1)), 1);
        assert_eq!(LastWork::<Test>::get(key(2)), 5);
    });
}

#[test]
fn workers_that_could_not_register_now_are_removed() {
    ExtBuilder::default().build_and_execute(|| {
        (1..=3).for_each(|n| register(n, Full));
        register(4, Marker);
        assert_ok!(TeeWorker::patch_clear_invalid_tee(root()));
        assert_eq!(last_event(), swept(4, 0));
        unbond(stash(2));
        assert_ok!(TeeWorker::patch_clear_invalid_tee(root()));
        assert_eq!(last_event(), swept(4, 1));
        assert!(saw(Event::ClearInvalidTee { pubkey: key(2) }));
        assert_eq!(registered(), [1, 3, 4]);
        assert_eq!(TeeWorker::verifiers(), [key(1), key(3)]);
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 2, 0, 0));
        assert_ok!(TeeWorker::patch_clear_invalid_tee(root()));
        assert!(registered().is_empty());
    });
}

#[test]
fn taking_a_binary_off_the_list_makes_its_workers_invalid() {
    ExtBuilder::default()
        .listed_binaries_required()
        .build_and_execute(|| {
            assert_ok!(TeeWorker::add_ceseal(root(), BINARY.hash()));
            let attested = |n| {
                let report = report(&info(n, Marker));
                TeeWorker::register_worker(signed(n), info(n, Marker), Some(report))
            };
            assert_ok!(attested(1));
            assert_ok!(TeeWorker::force_register_worker(
                root(),
                key(2),
                [2; 32],
                None
            ));
            assert_ok!(TeeWorker::remove_ceseal(root(), BINARY.hash()));
            assert_ok!(TeeWorker::patch_clear_invalid_tee(root()));
            assert_eq!(registered(), [2], "governance's word needs no binary");
        });
}

#[test]
fn the_holder_stays_whatever_it_is_like() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        settle(1, 77);
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 2, 0, 0));
        assert_ok!(TeeWorker::patch_clear_invalid_tee(root()));
        assert_eq!(registered(), [1]);
        suspend_alone(1);
        assert_ok!(TeeWorker::patch_clear_not_work_tee(root()));
        assert_eq!(registered(), [1]);
    });

    fn suspend_alone(n: u32) {
        VerdictsMissed::<Test>::insert(key(n), MISSED_LIMIT);
        ValidationTypeList::<Test>::kill();
        let life = u64::from(ProtocolParams::fast().tee_work_life);
        System::set_block_number(life + 10);
    }
}

#[test]
fn only_workers_that_failed_and_did_nothing_since_are_removed() {
    let life = u64::from(ProtocolParams::fast().tee_work_life);
    ExtBuilder::default().build_and_execute(|| {
        (1..=3).for_each(|n| register(n, Full));
        register(4, Marker);
        suspend(1);
        System::set_block_number(2);
        suspend(2);
        // It tags now and then, but the list has no room for it.
        register(5, Full);
        register(6, Full);
        register(7, Full);
        System::set_block_number(1 + life / 2);
        TeeWorker::worked(&key(2));
        System::set_block_number(1 + life);
        assert_ok!(TeeWorker::patch_clear_not_work_tee(root()));
        assert_eq!(last_event(), swept(7, 0));
        System::set_block_number(2 + life);
        assert_ok!(TeeWorker::patch_clear_not_work_tee(root()));
        assert_eq!(last_event(), swept(7, 1));
        assert_eq!(registered(), [2, 3, 4, 5, 6, 7], "idle workers stay");
    });
}

#[test]
fn a_sweep_goes_on_where_it_stopped() {
    let many = SWEPT_PER_CALL as u32 * 2 + 5;
    ExtBuilder::default().build_and_execute(|| {
        (1..=many).for_each(|n| register(n, WorkerRole::Marker));
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 2, 0, 0));
        for (changed, complete) in [(64, false), (64, false), (5, true)] {
            assert_ok!(TeeWorker::patch_clear_invalid_tee(root()));
            let event = Event::WorkersSwept {
                looked_at: changed,
                changed,
                complete,
            };
            assert_eq!(last_event(), event.into());
            TeeWorker::do_try_state().unwrap();
        }
        assert_eq!(Workers::<Test>::count(), 0);
        assert_ok!(TeeWorker::patch_clear_invalid_tee(root()));
        assert_eq!(last_event(), swept(0, 0));
    });
}

#[test]
fn sweeps_do_not_disturb_each_other() {
    let many = SWEPT_PER_CALL as u32 + 1;
    ExtBuilder::default().build_and_execute(|| {
        (1..=many).for_each(|n| register(n, WorkerRole::Marker));
        assert_ok!(TeeWorker::migration_last_work(root()));
        assert_ok!(TeeWorker::patch_clear_not_work_tee(root()));
        assert_ok!(TeeWorker::migration_last_work(root()));
        assert_eq!(last_event(), swept(1, 0));
        assert!(SweptTo::<Test>::contains_key(Sweep::NotWorking));
        assert!(!SweptTo::<Test>::contains_key(Sweep::LastWork));
    });
}

#[test]
fn only_governance_sweeps() {
    ExtBuilder::default().build_and_execute(|| {
        let bad = DispatchError::BadOrigin;
        assert_noop!(TeeWorker::migration_last_work(signed(1)), bad);
        assert_noop!(TeeWorker::patch_clear_invalid_tee(signed(1)), bad);
        assert_noop!(TeeWorker::patch_clear_not_work_tee(signed(1)), bad);
    });
}
