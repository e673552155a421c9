//! Tags and what they change.

use super::*;
use crate::{SpentTagSignatures, TagDuties, TagQueue, TaskFailedCount};
use cess_primitives::file::FileState;
use frame_support::{assert_noop, assert_ok};

#[test]
fn tags_turn_locked_space_into_service_space() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 3);
        store(&sample);
        events();
        assert_ok!(tag(miner(4), &sample));
        assert_eq!(
            events(),
            [Event::CalculateReport {
                miner: miner(4),
                file_hash: sample.fid
            }]
        );
        for i in 0..3 {
            assert_eq!(fragment(&sample, i, 3).tag, Some(Clock::now()));
            assert_eq!(fragment(&sample, i, 4).tag, None);
        }
        assert_eq!((mine(4).lock, mine(4).service), (0, sample.column()));
        assert_eq!(file(&sample).stat, FileState::Calculate);
        assert_eq!(Points::get(stash_of(&MARKER)).0, sample.column());
        assert_eq!(Worked::get(MARKER), 1);
    });
}

#[test]
fn the_last_tag_activates_the_file() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        for n in 1..=11 {
            assert_ok!(tag(miner(n), &sample));
        }
        events();
        assert_ok!(tag(miner(12), &sample));
        assert_eq!(
            events(),
            [
                Event::CalculateReport {
                    miner: miner(12),
                    file_hash: sample.fid
                },
                Event::FileActivated {
                    file_hash: sample.fid
                },
            ]
        );
        assert_eq!(file(&sample).stat, FileState::Active);
        assert_eq!(TagDuties::<Test>::iter().count(), 0);
        assert_eq!(TagQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn several_workers_share_the_credit_and_one_without_a_stash_gets_none() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 3);
        store(&sample);
        let mut info = open_tags(&miner(1), &sample);
        info.digest[2].tee_puk = UNPAID;
        assert_ok!(submit_tags(miner(1), info));
        assert_eq!(Points::get(stash_of(&MARKER)).0, 2 * fragment_size());
        assert_eq!(Points::get(stash_of(&UNPAID)).0, 0);
        assert_eq!(Worked::get(UNPAID), 1);
    });
}

#[test]
fn a_repeated_report_earns_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let info = open_tags(&miner(1), &sample);
        assert_ok!(submit_tags(miner(1), info.clone()));
        assert_noop!(submit_tags(miner(1), info), Error::<Test>::NothingToTag);
        assert_eq!(Points::get(stash_of(&MARKER)).0, fragment_size());
    });
}

#[test]
fn digests_are_exactly_the_untagged_fragments() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 3);
        store(&sample);
        let complete = fragments::untagged(&file(&sample).segment_list, &miner(1));
        let short = complete[..2].to_vec();
        let foreign = [&complete[..2], &[sample.fragment(2, 5)]].concat();
        let doubled = [&complete[..], &complete[..1]].concat();
        for list in [vec![], short, foreign, doubled] {
            let info = tags(miner(1), sample.fid, MARKER, list);
            assert_noop!(submit_tags(miner(1), info), Error::<Test>::DigestError);
        }
    });
}

#[test]
fn fragments_that_occur_repeatedly_are_tagged_as_often() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::zeros(3);
        store(&sample);
        let once = tags(miner(1), sample.fid, MARKER, vec![sample.fragment(0, 0)]);
        assert_noop!(submit_tags(miner(1), once), Error::<Test>::DigestError);
        for n in 1..=12 {
            assert_ok!(tag(miner(n), &sample));
        }
        assert_eq!(mine(1).service, 3 * fragment_size());
        assert_eq!(file(&sample).stat, FileState::Active);
    });
}

#[test]
fn tags_are_the_senders_own_for_a_stored_file_by_workers_that_may_tag() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let info = open_tags(&miner(1), &sample);
        assert_noop!(
            submit_tags(miner(2), info.clone()),
            Error::<Test>::MinerError
        );
        let mut other = info.clone();
        other.file_hash = Hash::of(b"another file");
        assert_noop!(submit_tags(miner(1), other), Error::<Test>::FileNonExistent);
        for worker in [VERIFIER, [9; 32]] {
            let mut other = info.clone();
            other.digest[0].tee_puk = worker;
            assert_noop!(submit_tags(miner(1), other), Error::<Test>::TeeNoPermission);
        }
        throw_out(&miner(1));
        assert_noop!(submit_tags(miner(1), info), Error::<Test>::MinerStateError);
    });
}

#[test]
fn only_the_master_keys_signature_counts() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let info = open_tags(&miner(1), &sample);
        let submit =
            |sig: Signature| FileBank::calculate_report(origin(miner(1)), sig, info.clone());
        let good = signature(&master_digest(&info));
        let short = good[..63].to_vec().try_into().unwrap();
        assert_noop!(submit(short), Error::<Test>::MalformedSignature);
        let stranger = sp_core::sr25519::Pair::from_seed(&[1; 32]).sign(&master_digest(&info));
        let stranger = stranger.0.to_vec().try_into().unwrap();
        assert_noop!(submit(stranger), Error::<Test>::VerifyTeeSigFailed);
        let other = signature(&master_digest(&open_tags(&miner(2), &sample)));
        assert_noop!(submit(other), Error::<Test>::VerifyTeeSigFailed);
        assert_ok!(submit(good));
    });
}

#[test]
fn an_old_signature_does_not_tag_a_restored_fragment() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let info = open_tags(&miner(1), &sample);
        let old = signature(&master_digest(&info));
        let submit = |sig| FileBank::calculate_report(origin(miner(1)), sig, info.clone());
        assert_ok!(submit(old.clone()));
        let lost = sample.fragment(0, 0);
        assert_ok!(FileBank::generate_restoral_order(
            origin(miner(1)),
            sample.fid,
            lost
        ));
        assert_ok!(FileBank::claim_restoral_order(origin(miner(1)), lost));
        assert_ok!(FileBank::restoral_order_complete(origin(miner(1)), lost));
        assert_noop!(submit(old), Error::<Test>::SignatureSpent);
        assert_ok!(submit(signature(&master_digest(&info))));
        assert_eq!(SpentTagSignatures::<Test>::iter().count(), 2);
        assert_ok!(FileBank::delete_file(origin(alice()), alice(), sample.fid));
        assert_eq!(SpentTagSignatures::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_report_ends_the_count_of_missed_deadlines() {
    ExtBuilder::default().build_and_execute(|| {
        let (first, second) = (Sample::new("a", 1), Sample::new("b", 1));
        store(&first);
        jump(Clock::params().tag_ticks(1));
        assert_eq!(TaskFailedCount::<Test>::get(miner(1)), 1);
        store(&second);
        assert_ok!(tag(miner(1), &second));
        assert_eq!(TaskFailedCount::<Test>::get(miner(1)), 0);
        assert_eq!(TaskFailedCount::<Test>::get(miner(2)), 1);
    });
}
