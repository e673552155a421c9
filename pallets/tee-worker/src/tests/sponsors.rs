//! Stashes answer only for workers that they want.

use crate::{mock::*, *};
use cess_primitives::tee::WorkerRole::{Full, Marker};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_runtime::DispatchError;

fn try_register(n: u32) -> DispatchResult {
    TeeWorker::register_worker(signed(n), info(n, Full), None)
}

fn by_stash(n: u32) -> RuntimeOrigin {
    RuntimeOrigin::signed(stash(n))
}

#[test]
fn a_stash_that_did_not_agree_answers_for_nobody() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(try_register(1), Error::<Test>::StashDidNotAgree);
        assert_ok!(TeeWorker::sponsor_worker(by_stash(1), key(2), true));
        let sponsored = Event::WorkerSponsored {
            stash: stash(1),
            worker: key(2),
            agreed: true,
        };
        assert_eq!(last_event(), sponsored.into());
        assert_noop!(try_register(1), Error::<Test>::StashDidNotAgree);
        sponsor(1);
        assert_ok!(try_register(1));
    });
}

#[test]
fn an_agreement_is_used_once_and_can_be_taken_back() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        assert!(!Sponsorships::<Test>::contains_key(stash(1)));
        assert_ok!(TeeWorker::withdraw_worker(by_stash(1), key(1)));
        assert_noop!(try_register(1), Error::<Test>::StashDidNotAgree);
        sponsor(1);
        assert_ok!(TeeWorker::sponsor_worker(by_stash(1), key(1), false));
        let taken_back = Event::WorkerSponsored {
            stash: stash(1),
            worker: key(1),
            agreed: false,
        };
        assert_eq!(last_event(), taken_back.into());
        assert_noop!(try_register(1), Error::<Test>::StashDidNotAgree);
    });
}

#[test]
fn a_registered_worker_renews_without_its_stash() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        assert_ok!(try_register(1));
        let mut moved = info(1, Full);
        moved.stash_account = Some(stash(2));
        let call = || TeeWorker::register_worker(signed(1), moved.clone(), None);
        assert_noop!(call(), Error::<Test>::StashDidNotAgree);
        assert_ok!(TeeWorker::sponsor_worker(by_stash(2), key(1), true));
        assert_ok!(call());
    });
}

#[test]
fn a_worker_that_is_its_own_stash_and_a_stash_that_sends_the_report_need_no_agreement() {
    ExtBuilder::default().build_and_execute(|| {
        let mut own = info(1, Full);
        own.stash_account = Some(account(1));
        assert_ok!(TeeWorker::register_worker(signed(1), own, None));
        let attested = info(2, Full);
        let call = |origin| {
            let report = report(&info(2, Full));
            TeeWorker::register_worker(origin, attested.clone(), Some(report))
        };
        assert_noop!(call(signed(9)), Error::<Test>::StashDidNotAgree);
        assert_ok!(call(by_stash(2)));
        assert_ok!(call(by_stash(2)));
        assert_ok!(call(signed(2)));
    });
}

#[test]
fn a_stash_agrees_to_a_bounded_number_of_workers() {
    ExtBuilder::default().build_and_execute(|| {
        let agree = |n| TeeWorker::sponsor_worker(by_stash(1), key(n), true);
        (1..=MAX_SPONSORED).for_each(|n| agree(n).unwrap());
        assert_ok!(agree(1));
        assert_noop!(agree(99), Error::<Test>::BoundedVecError);
        assert_ok!(try_register(1));
        assert_ok!(agree(99));
    });
}

#[test]
fn a_stash_that_agreed_at_genesis_answers_for_its_workers() {
    ExtBuilder::default()
        .sponsoring(stash(1), [1, 2])
        .build_and_execute(|| {
            let mut second = info(2, Full);
            second.stash_account = Some(stash(1));
            assert_ok!(try_register(1));
            assert_ok!(TeeWorker::register_worker(signed(2), second, None));
            assert!(!Sponsorships::<Test>::contains_key(stash(1)));
        });
}

#[test]
#[should_panic(expected = "answers for too many workers")]
fn a_genesis_with_too_many_workers_of_a_stash_is_refused() {
    ExtBuilder::default()
        .sponsoring(stash(1), 0..=MAX_SPONSORED)
        .build_and_execute(|| {});
}

#[test]
fn only_bonded_accounts_agree() {
    ExtBuilder::default().build_and_execute(|| {
        unbond(stash(1));
        let agree = |origin| TeeWorker::sponsor_worker(origin, key(1), true);
        assert_noop!(agree(by_stash(1)), Error::<Test>::NotBond);
        assert_noop!(agree(root()), DispatchError::BadOrigin);
        assert_ok!(TeeWorker::sponsor_worker(by_stash(1), key(1), false));
        register(1, Marker);
    });
}
