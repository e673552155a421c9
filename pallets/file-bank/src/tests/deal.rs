//! From the declaration to the twelfth report, and the ways in which a deal ends before.

use super::*;
use crate::weights::WeightInfo;
use crate::{DealMap, DealQueue, DealTermsOf};
use cess_primitives::file::FileState;
use frame_support::{assert_noop, assert_ok};

fn deal_is_gone(sample: &Sample) -> bool {
    !DealMap::<Test>::contains_key(sample.fid)
        && !DealTermsOf::<Test>::contains_key(sample.fid)
        && DealQueue::<Test>::iter_keys().all(|(_, fid)| fid != sample.fid)
}

#[test]
fn a_declaration_locks_space_and_opens_a_deal() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        assert_ok!(FileBank::upload_declaration(
            origin(gateway()),
            sample.fid,
            sample.segments.clone(),
            brief(alice(), HOME),
            1,
        ));
        let deal = DealMap::<Test>::get(sample.fid).unwrap();
        assert_eq!(deal.segment_list, sample.segments);
        assert_eq!(deal.file_size, 1);
        assert!(deal.complete_list.is_empty());
        let terms = DealTermsOf::<Test>::get(sample.fid).unwrap();
        assert_eq!(terms.operator, gateway());
        assert_eq!(
            terms.deadline - terms.declared_at,
            Clock::params().deal_ticks(2)
        );
        assert_eq!(plot(alice(), HOME).locked, sample.space());
        assert_eq!(
            events(),
            [Event::UploadDeclaration {
                operator: gateway(),
                owner: alice(),
                deal_hash: sample.fid
            }]
        );
    });
}

#[test]
fn only_the_owner_and_those_it_authorised_declare_for_it() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        let call = FileBank::upload_declaration(
            origin(gateway()),
            sample.fid,
            sample.segments.clone(),
            brief(bob(), HOME),
            1,
        );
        assert_noop!(call, Error::<Test>::NoPermission);
    });
}

#[test]
fn a_live_deal_is_never_overwritten() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        assert_noop!(declare(bob(), HOME, &sample), Error::<Test>::Existed);
        assert_noop!(declare(alice(), ANNEX, &sample), Error::<Test>::Existed);
    });
}

#[test]
fn only_the_declaration_of_a_stored_file_pays_for_finding_it() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        let pay = |owner: AccountId| {
            let brief = brief(owner.clone(), HOME);
            let (segments, size) = (sample.segments.clone(), sample.size());
            let done =
                FileBank::upload_declaration(origin(owner), sample.fid, segments, brief, size);
            done.expect("a declaration")
                .actual_weight
                .expect("it is told")
        };
        let new = pay(alice());
        assert_eq!(
            new,
            <Test as crate::Config>::WeightInfo::upload_declaration(1)
        );
        report_columns(12, &sample);
        assert!(pay(bob()).ref_time() > new.ref_time());
    });
}

#[test]
fn a_declaration_needs_room_in_a_living_territory() {
    let sample = Sample::new("a", 1);
    ExtBuilder::default()
        .territory(sample.space())
        .build_and_execute(|| {
            let no_room = "the territory's accounts do not allow this";
            assert_noop!(
                declare(alice(), HOME, &sample),
                sp_runtime::DispatchError::Other(no_room)
            );
            assert_noop!(
                declare(alice(), "nowhere", &sample),
                Error::<Test>::NotActive
            );
            expire(&alice(), HOME);
            assert_noop!(declare(alice(), HOME, &sample), Error::<Test>::NotActive);
        });
}

#[test]
fn a_user_holds_a_limited_number_of_files() {
    ExtBuilder::default().build_and_execute(|| {
        UserFileLimit::set(1);
        let (first, second) = (Sample::new("a", 1), Sample::new("b", 1));
        assert_ok!(declare(alice(), HOME, &first));
        assert_ok!(declare(alice(), HOME, &second));
        report_columns(12, &first);
        let third = Sample::new("c", 1);
        assert_noop!(
            declare(alice(), HOME, &third),
            Error::<Test>::StorageLimitReached
        );
        // The second deal was declared while there was room; it ends at its next report.
        events();
        assert_ok!(report(1, miner(1), &second));
        assert_eq!(
            events(),
            [Event::DealExpired {
                deal_hash: second.fid
            }]
        );
        assert!(deal_is_gone(&second));
    });
}

#[test]
fn twelve_reports_store_the_file_by_column() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        assert_ok!(declare(alice(), HOME, &sample));
        events();
        // Column j comes from miner 13 - j, and not in order.
        for j in [3, 1, 2, 4, 5, 6, 12, 11, 10, 9, 8] {
            assert_ok!(report(j, miner(13 - j), &sample));
        }
        assert_eq!(mine(6).idle, (64 << 30), "miner 6 has not reported yet");
        assert_eq!(mine(5).lock, sample.column());
        assert!(File::<Test>::get(sample.fid).is_none());
        events();
        assert_ok!(report(7, miner(6), &sample));
        assert_eq!(
            events(),
            [
                Event::TransferReport {
                    acc: miner(6),
                    deal_hash: sample.fid
                },
                Event::StorageCompleted {
                    file_hash: sample.fid
                },
            ]
        );
        assert!(deal_is_gone(&sample));
        let stored = file(&sample);
        assert_eq!(stored.stat, FileState::Calculate);
        assert_eq!(stored.completion, Clock::now());
        assert_eq!(stored.owner.to_vec(), [brief(alice(), HOME)]);
        for (i, segment) in stored.segment_list.iter().enumerate() {
            assert_eq!(segment.hash, sample.segments[i].hash);
            for (j, fragment) in segment.fragment_list.iter().enumerate() {
                assert_eq!(fragment.hash, sample.fragment(i, j));
                assert_eq!(fragment.miner, miner(12 - j as u8));
                assert!(fragment.avail && fragment.tag.is_none());
            }
        }
        let home = plot(alice(), HOME);
        assert_eq!((home.locked, home.used), (0, sample.space()));
        assert_eq!(mine(6).pending, sample.column());
        assert_eq!(list_of(alice()), [(HOME.into(), sample.fid)]);
    });
}

#[test]
fn only_the_report_that_completes_a_deal_pays_for_its_completion() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 3);
        assert_ok!(declare(alice(), HOME, &sample));
        let paid: Vec<_> = (1..=12)
            .map(|column| report(column, miner(column), &sample).expect("a report"))
            .map(|info| info.actual_weight.expect("it is told").ref_time())
            .collect();
        let (last, others) = paid.split_last().expect("twelve of them");
        assert!(others.iter().all(|paid| paid == &others[0] && paid < last));
    });
}

#[test]
fn a_column_has_one_miner_and_a_miner_one_column() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        assert_ok!(report(1, miner(1), &sample));
        assert_noop!(report(2, miner(1), &sample), Error::<Test>::Existed);
        assert_noop!(report(1, miner(2), &sample), Error::<Test>::Existed);
        assert_noop!(report(0, miner(2), &sample), Error::<Test>::SpecError);
        assert_noop!(report(13, miner(2), &sample), Error::<Test>::SpecError);
    });
}

#[test]
fn only_positive_miners_with_idle_space_report_and_only_live_deals() {
    let sample = Sample::new("a", 2);
    ExtBuilder::default()
        .idle(sample.column() - 1)
        .build_and_execute(|| {
            assert_noop!(report(1, miner(1), &sample), Error::<Test>::NonExistent);
            assert_ok!(declare(alice(), HOME, &sample));
            assert_noop!(report(1, bob(), &sample), Error::<Test>::MinerStateError);
            Quarry::mutate(miner(2), |mine| mine.as_mut().unwrap().positive = false);
            assert_noop!(report(1, miner(2), &sample), Error::<Test>::MinerStateError);
            let short = "the miner's accounts differ";
            assert_noop!(
                report(1, miner(1), &sample),
                sp_runtime::DispatchError::Other(short)
            );
        });
}

#[test]
fn a_report_after_the_deadline_is_refused_even_before_the_deal_was_ended() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        let deadline = DealTermsOf::<Test>::get(sample.fid).unwrap().deadline;
        System::set_block_number(deadline.into());
        assert_noop!(report(1, miner(1), &sample), Error::<Test>::Expired);
    });
}

#[test]
fn a_deal_whose_territory_expired_ends_at_the_next_report() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        report_columns(5, &sample);
        expire(&alice(), HOME);
        events();
        assert_ok!(report(6, miner(6), &sample));
        assert_eq!(
            events(),
            [Event::DealExpired {
                deal_hash: sample.fid
            }]
        );
        assert!(deal_is_gone(&sample));
        assert_eq!(mine(1).lock, 0);
        assert_eq!(plot(alice(), HOME).locked, 0);
    });
}

#[test]
fn a_reporter_that_was_thrown_out_frees_its_column() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        report_columns(11, &sample);
        throw_out(&miner(3));
        assert_ok!(report(12, miner(12), &sample));
        assert!(
            File::<Test>::get(sample.fid).is_none(),
            "column 3 is missing again"
        );
        assert_eq!(mine(3).restored, sample.column());
        assert_ok!(report(3, miner(13), &sample));
        assert_eq!(fragment(&sample, 0, 2).miner, miner(13));
    });
}

#[test]
fn the_column_of_a_reporter_that_was_thrown_out_is_free_at_once() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        report_columns(3, &sample);
        throw_out(&miner(3));
        assert_ok!(report(3, miner(13), &sample));
        assert_eq!(mine(3).restored, sample.column());
        let deal = DealMap::<Test>::get(sample.fid).expect("it goes on");
        let reporters = deal.complete_list.iter().map(|report| &report.miner);
        assert!(reporters.eq([&miner(1), &miner(2), &miner(13)]));
    });
}

#[test]
fn owner_operator_and_authorised_cancel_a_deal() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        let cancel = |by| FileBank::cancel_deal(origin(by), sample.fid);
        assert_noop!(cancel(alice()), Error::<Test>::NonExistent);
        for by in [alice(), gateway()] {
            assert_ok!(declare(alice(), HOME, &sample));
            report_columns(4, &sample);
            assert_noop!(cancel(bob()), Error::<Test>::NoPermission);
            events();
            assert_ok!(cancel(by));
            assert_eq!(
                events(),
                [Event::DealCancelled {
                    deal_hash: sample.fid
                }]
            );
            assert!(deal_is_gone(&sample));
            assert_eq!(plot(alice(), HOME).locked, 0);
            assert_eq!((mine(1).lock, mine(1).idle), (0, (64 << 30)));
        }
    });
}

#[test]
fn the_operator_cancels_even_when_it_is_no_longer_authorised() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(bob(), HOME, &sample));
        // As if Bob's gateway had declared it, and Bob had withdrawn its authorisation since.
        DealTermsOf::<Test>::mutate(sample.fid, |terms| {
            terms.as_mut().unwrap().operator = gateway();
        });
        assert_ok!(FileBank::cancel_deal(origin(gateway()), sample.fid));
        assert!(deal_is_gone(&sample));
    });
}

#[test]
fn a_second_uploader_becomes_an_owner_and_pays_the_whole_price() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        events();
        assert_ok!(declare(bob(), HOME, &sample));
        assert_eq!(
            events(),
            [Event::UploadDeclaration {
                operator: bob(),
                owner: bob(),
                deal_hash: sample.fid
            }]
        );
        assert_ok!(declare(alice(), ANNEX, &sample));
        let owners = [
            brief(alice(), HOME),
            brief(bob(), HOME),
            brief(alice(), ANNEX),
        ];
        assert_eq!(file(&sample).owner.to_vec(), owners);
        assert_eq!(plot(bob(), HOME).used, sample.space());
        assert_eq!(list_of(bob()), [(HOME.into(), sample.fid)]);
        assert!(deal_is_gone(&sample), "no deal is opened for a stored file");
    });
}

#[test]
fn another_owner_must_declare_the_same_fragments_and_not_hold_the_file_there() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store(&sample);
        let mut other = sample.clone();
        other.segments[1].fragment_list[11] = Hash::of(b"another fragment");
        assert_noop!(declare(bob(), HOME, &other), Error::<Test>::SegmentsDiffer);
        assert_noop!(declare(alice(), HOME, &sample), Error::<Test>::IsOwned);
        OwnerLimit::set(1);
        assert_noop!(
            declare(bob(), HOME, &sample),
            Error::<Test>::StorageLimitReached
        );
    });
}

#[test]
fn a_deal_may_be_declared_again_after_it_was_cancelled_or_its_file_deleted() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        assert_ok!(FileBank::cancel_deal(origin(alice()), sample.fid));
        assert_ok!(declare(bob(), HOME, &sample));
        report_columns(12, &sample);
        assert_ok!(FileBank::delete_file(origin(bob()), bob(), sample.fid));
        assert_ok!(declare(alice(), HOME, &sample));
    });
}
