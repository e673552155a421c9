//! Lost fragments and who restores them.

use super::*;
use crate::{LeaverOrders, RestoralOrder, TagDuties};
use cess_primitives::file::FileState;
use frame_support::{assert_noop, assert_ok};

fn lose(by: AccountId, fid: Hash, fragment: Hash) -> DispatchResultWithPostInfo {
    FileBank::generate_restoral_order(origin(by), fid, fragment)
}

fn claim(by: AccountId, fragment: Hash) -> DispatchResultWithPostInfo {
    FileBank::claim_restoral_order(origin(by), fragment)
}

fn claim_left(by: AccountId, left: AccountId, fid: Hash, f: Hash) -> DispatchResultWithPostInfo {
    FileBank::claim_restoral_noexist_order(origin(by), left, fid, f)
}

fn complete(by: AccountId, fragment: Hash) -> DispatchResultWithPostInfo {
    FileBank::restoral_order_complete(origin(by), fragment)
}

#[test]
fn a_lost_fragment_stops_counting_at_once() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store_and_tag(&sample);
        let lost = sample.fragment(1, 0);
        events();
        assert_ok!(lose(miner(1), sample.fid, lost));
        assert_eq!(
            events(),
            [Event::GenerateRestoralOrder {
                miner: miner(1),
                fragment_hash: lost
            }]
        );
        let order = RestoralOrder::<Test>::get(lost).unwrap();
        assert_eq!(
            (order.count, order.deadline, order.gen_block),
            (0, 0, Clock::now())
        );
        assert_eq!((order.miner, order.origin_miner), (miner(1), miner(1)));
        let position = fragment(&sample, 1, 0);
        assert_eq!((position.avail, position.tag), (false, None));
        assert_eq!(mine(1).service, fragment_size());
        assert_eq!(file(&sample).stat, FileState::Active);
    });
}

#[test]
fn a_miner_reports_only_the_loss_of_what_it_holds() {
    ExtBuilder::default().build_and_execute(|| {
        let (sample, other) = (Sample::new("a", 1), Sample::new("b", 1));
        store_and_tag(&sample);
        let held = sample.fragment(0, 0);
        assert_noop!(
            lose(miner(1), other.fid, held),
            Error::<Test>::FileNonExistent
        );
        assert_noop!(lose(miner(2), sample.fid, held), Error::<Test>::NonExistent);
        assert_noop!(
            lose(bob(), sample.fid, held),
            Error::<Test>::MinerStateError
        );
        assert_ok!(lose(miner(1), sample.fid, held));
        assert_noop!(lose(miner(1), sample.fid, held), Error::<Test>::Existed);
        throw_out(&miner(2));
        let left = lose(miner(2), sample.fid, sample.fragment(0, 1));
        assert_noop!(left, Error::<Test>::MinerStateError);
    });
}

#[test]
fn a_restored_fragment_needs_a_new_tag() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store_and_tag(&sample);
        let lost = sample.fragment(1, 0);
        assert_ok!(lose(miner(1), sample.fid, lost));
        events();
        assert_ok!(claim(miner(13), lost));
        assert_eq!(
            events(),
            [Event::ClaimRestoralOrder {
                miner: miner(13),
                order_id: lost
            }]
        );
        let order = RestoralOrder::<Test>::get(lost).unwrap();
        assert_eq!((order.count, order.miner), (1, miner(13)));
        assert_eq!(order.deadline, Clock::now() + Clock::params().restoral_life);

        assert_ok!(complete(miner(13), lost));
        assert_eq!(
            events(),
            [Event::RecoveryCompleted {
                miner: miner(13),
                order_id: lost
            }]
        );
        assert!(RestoralOrder::<Test>::get(lost).is_none());
        let position = fragment(&sample, 1, 0);
        assert_eq!(position.miner, miner(13));
        assert_eq!((position.avail, position.tag), (true, None));
        assert_eq!(mine(13).lock, fragment_size());
        assert_eq!(mine(13).pending, fragment_size());
        let due = TagDuties::<Test>::get((sample.fid, miner(13), Some(lost)));
        assert_eq!(due, Some(Clock::now() + Clock::params().tag_ticks(1)));

        assert_ok!(tag(miner(13), &sample));
        assert_eq!(mine(13).service, fragment_size());
        assert_eq!(TagDuties::<Test>::iter().count(), 0);
        assert_eq!(file(&sample).stat, FileState::Active);
    });
}

#[test]
fn a_file_that_lost_a_fragment_before_its_tags_is_activated_by_the_restored_one() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let lost = sample.fragment(0, 0);
        assert_ok!(lose(miner(1), sample.fid, lost));
        assert_eq!(mine(1).lock, 0);
        for n in 2..=12 {
            assert_ok!(tag(miner(n), &sample));
        }
        assert_eq!(file(&sample).stat, FileState::Calculate);
        assert_ok!(claim(miner(1), lost));
        assert_ok!(complete(miner(1), lost));
        events();
        assert_ok!(tag(miner(1), &sample));
        assert!(events().contains(&Event::FileActivated {
            file_hash: sample.fid
        }));
    });
}

#[test]
fn a_claim_holds_until_its_deadline_and_then_anybody_may_claim() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        let lost = sample.fragment(0, 0);
        assert_noop!(claim(miner(13), lost), Error::<Test>::NonExistent);
        assert_noop!(complete(miner(13), lost), Error::<Test>::NonExistent);
        assert_ok!(lose(miner(1), sample.fid, lost));
        assert_noop!(complete(miner(1), lost), Error::<Test>::Expired);
        assert_ok!(claim(miner(13), lost));
        assert_noop!(claim(miner(14), lost), Error::<Test>::Locked);
        assert_noop!(complete(miner(14), lost), Error::<Test>::NoPermission);
        jump(Clock::params().restoral_life);
        assert_noop!(complete(miner(13), lost), Error::<Test>::Expired);
        assert_ok!(claim(miner(14), lost));
        assert_eq!(RestoralOrder::<Test>::get(lost).unwrap().count, 2);
        assert_ok!(complete(miner(14), lost));
    });
}

#[test]
fn only_positive_miners_restore() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        let lost = sample.fragment(0, 0);
        assert_ok!(lose(miner(1), sample.fid, lost));
        assert_noop!(claim(bob(), lost), Error::<Test>::MinerStateError);
        assert_ok!(claim(miner(13), lost));
        Quarry::mutate(miner(13), |mine| mine.as_mut().unwrap().positive = false);
        assert_noop!(complete(miner(13), lost), Error::<Test>::MinerStateError);
    });
}

#[test]
fn a_restorer_needs_idle_space() {
    let sample = Sample::new("a", 1);
    ExtBuilder::default()
        .idle(sample.column())
        .build_and_execute(|| {
            store_and_tag(&sample);
            let lost = sample.fragment(0, 0);
            assert_ok!(lose(miner(1), sample.fid, lost));
            Quarry::mutate(miner(13), |mine| mine.as_mut().unwrap().idle = 0);
            assert_ok!(claim(miner(13), lost));
            let short = "the miner's accounts differ";
            assert_noop!(
                complete(miner(13), lost),
                sp_runtime::DispatchError::Other(short)
            );
        });
}

#[test]
fn one_miner_never_holds_two_fragments_of_a_segment() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store_and_tag(&sample);
        let (first, second) = (sample.fragment(0, 0), sample.fragment(0, 1));
        assert_ok!(lose(miner(1), sample.fid, first));
        assert_ok!(lose(miner(2), sample.fid, second));
        assert_noop!(claim(miner(3), first), Error::<Test>::RulesNotAllowed);
        // Both claims stand while miner 13 holds neither; only one can be completed.
        assert_ok!(claim(miner(13), first));
        assert_ok!(claim(miner(13), second));
        assert_ok!(complete(miner(13), first));
        assert_noop!(complete(miner(13), second), Error::<Test>::RulesNotAllowed);
        // The origin may restore what it lost, though it holds fragments of other segments.
        jump(Clock::params().restoral_life);
        assert_ok!(claim(miner(2), second));
        assert_ok!(complete(miner(2), second));
    });
}

#[test]
fn fragments_of_a_miner_that_left_are_claimed_without_an_order() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store_and_tag(&sample);
        let lost = sample.fragment(0, 0);
        let fid = sample.fid;
        let early = claim_left(miner(13), miner(1), fid, lost);
        assert_noop!(early, Error::<Test>::MinerStateError);
        throw_out(&miner(1));
        let frozen = claim_left(bob(), miner(1), fid, lost);
        assert_noop!(frozen, Error::<Test>::MinerStateError);
        let sibling = claim_left(miner(2), miner(1), fid, lost);
        assert_noop!(sibling, Error::<Test>::RulesNotAllowed);
        let foreign = claim_left(miner(13), miner(1), fid, sample.fragment(0, 1));
        assert_noop!(foreign, Error::<Test>::NonExistent);
        let unknown = claim_left(miner(13), miner(1), Hash::of(b"?"), lost);
        assert_noop!(unknown, Error::<Test>::FileNonExistent);

        events();
        assert_ok!(claim_left(miner(13), miner(1), fid, lost));
        assert_eq!(
            events(),
            [Event::ClaimRestoralOrder {
                miner: miner(13),
                order_id: lost
            }]
        );
        let order = RestoralOrder::<Test>::get(lost).unwrap();
        assert_eq!(
            (order.count, order.miner, order.origin_miner),
            (0, miner(13), miner(1))
        );
        let again = claim_left(miner(14), miner(1), fid, lost);
        assert_noop!(again, Error::<Test>::Existed);
        assert_noop!(claim(miner(14), lost), Error::<Test>::Locked);
        assert_eq!(
            mine(1).restored,
            0,
            "the leaver answers for it until it is restored"
        );
        assert_ok!(complete(miner(13), lost));
        assert_eq!(mine(1).restored, fragment_size());
        assert_eq!(LeaverOrders::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_miner_that_leaves_after_it_reported_a_loss_is_not_discharged_twice() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store_and_tag(&sample);
        let lost = sample.fragment(0, 0);
        assert_ok!(lose(miner(1), sample.fid, lost));
        throw_out(&miner(1));
        assert_ok!(claim(miner(13), lost));
        assert_ok!(complete(miner(13), lost));
        assert_eq!(mine(1).restored, 0);
    });
}

#[test]
fn one_order_stands_for_all_positions_of_the_hash_at_one_miner() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::zeros(3);
        store_and_tag(&sample);
        let zero = sample.fragment(0, 0);
        assert_ok!(lose(miner(1), sample.fid, zero));
        assert_eq!(mine(1).service, 0);
        // The same hash at another miner waits.
        assert_noop!(
            lose(miner(2), sample.fid, zero),
            Error::<Test>::FragmentBusy
        );
        assert_ok!(claim(miner(13), zero));
        assert_ok!(complete(miner(13), zero));
        assert_eq!(mine(13).lock, 3 * fragment_size());
        for i in 0..3 {
            assert_eq!(fragment(&sample, i, 0).miner, miner(13));
            assert_eq!(fragment(&sample, i, 1).miner, miner(2));
        }
        assert_ok!(lose(miner(2), sample.fid, zero));
    });
}

#[test]
fn the_same_fragment_in_two_files_is_restored_one_after_the_other() {
    ExtBuilder::default().build_and_execute(|| {
        let (short, long) = (Sample::zeros(1), Sample::zeros(3));
        store_and_tag(&short);
        store_and_tag(&long);
        let zero = short.fragment(0, 0);
        assert_ok!(lose(miner(1), short.fid, zero));
        assert_noop!(lose(miner(1), long.fid, zero), Error::<Test>::FragmentBusy);
        throw_out(&miner(2));
        let busy = claim_left(miner(13), miner(2), long.fid, zero);
        assert_noop!(busy, Error::<Test>::FragmentBusy);
        assert_ok!(claim(miner(13), zero));
        assert_ok!(complete(miner(13), zero));
        assert!(fragment(&long, 0, 0).avail, "the other file is not touched");
        assert_ok!(lose(miner(1), long.fid, zero));
    });
}
