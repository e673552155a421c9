//! Space on its way from idle to service and back.

use crate::{mock::*, *};
use cess_primitives::{miner::SpaceProofInfo, traits::Miners, Hash, TIB};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

/// `(idle, lock, service, pending, for deals)` of miner `n`.
fn spaces(n: u8) -> (u128, u128, u128, u128, u128) {
    let miner = info(n);
    let pending = PendingReplacements::<Test>::get(acc(n));
    let for_deals = DealSpace::<Test>::get(acc(n));
    (
        miner.idle_space,
        miner.lock_space,
        miner.service_space,
        pending,
        for_deals,
    )
}

/// Miner `n` stores these fragments, without a tag.
fn store(n: u8, count: u128) {
    assert_ok!(Sminer::lock_space(&acc(n), count * FRAGMENT));
    assert_ok!(Sminer::commit_space(&acc(n), count * FRAGMENT));
    check();
}

#[test]
fn certified_files_become_idle_space() {
    execute(|| {
        positive(1, 0);
        assert_eq!(
            Sminer::add_idle(&acc(1), certificate(1, 0, 3), [7; 64]),
            Ok(3 * UNIT)
        );
        assert_eq!(
            Sminer::add_idle(&acc(1), certificate(1, 0, 5), [8; 64]),
            Ok(2 * UNIT)
        );
        assert_eq!(info(1).idle_space, 5 * UNIT);
        assert_eq!(info(1).tee_signature, [8; 64]);
        assert_eq!(info(1).space_proof_info, Some(certificate(1, 0, 5)));
    });
}

#[test]
fn a_certificate_must_be_ones_own_and_continue() {
    execute(|| {
        positive(1, 3);
        positive(2, 0);
        let add = |n, certificate| Sminer::add_idle(&acc(n), certificate, [7; 64]);
        assert_noop!(
            add(2, certificate(1, 0, 5)),
            Error::<Test>::ForeignCertificate
        );
        let other_key = SpaceProofInfo {
            pois_key: pois_key(2),
            ..certificate(1, 0, 5)
        };
        assert_noop!(add(1, other_key), Error::<Test>::ForeignCertificate);
        for (front, rear) in [(0, 3), (0, 2), (1, 5)] {
            let stale = certificate(1, front, rear);
            assert_noop!(add(1, stale), Error::<Test>::StaleCertificate);
        }
        assert_noop!(add(3, certificate(3, 0, 5)), Error::<Test>::NotExisted);
        let beyond = TIB / (UNIT as u64) + 1;
        assert_noop!(
            add(1, certificate(1, 0, beyond)),
            Error::<Test>::ExceedingDeclarationSpace
        );
        assert_noop!(
            add(1, certificate(1, 0, u64::MAX)),
            Error::<Test>::ExceedingDeclarationSpace
        );
        register(4, 1);
        assert_noop!(
            add(4, certificate(4, 0, 1)),
            Error::<Test>::NotpositiveState
        );
    });
}

#[test]
fn a_fragment_goes_from_idle_to_service() {
    execute(|| {
        positive(1, 2);
        assert_ok!(Sminer::lock_space(&acc(1), 2 * FRAGMENT));
        assert_eq!(
            spaces(1),
            (2 * UNIT - 2 * FRAGMENT, 2 * FRAGMENT, 0, 0, 2 * FRAGMENT)
        );
        check();
        assert_ok!(Sminer::commit_space(&acc(1), 2 * FRAGMENT));
        assert_eq!(
            spaces(1),
            (2 * UNIT - 2 * FRAGMENT, 2 * FRAGMENT, 0, 2 * FRAGMENT, 0)
        );
        check();
        assert_ok!(Sminer::tagged(&acc(1), &fragments(&["a", "b"]), FRAGMENT));
        assert_eq!(
            spaces(1),
            (2 * UNIT - 2 * FRAGMENT, 0, 2 * FRAGMENT, 2 * FRAGMENT, 0)
        );
        assert!(!info(1).service_bloom_filter.is_empty());
    });
}

#[test]
fn a_deal_that_comes_to_nothing_gives_its_space_back() {
    execute(|| {
        positive(1, 2);
        assert_ok!(Sminer::lock_space(&acc(1), FRAGMENT));
        assert_noop!(
            Sminer::unlock_space(&acc(1), 2 * FRAGMENT),
            Error::<Test>::InsufficientLockedSpace
        );
        assert_ok!(Sminer::unlock_space(&acc(1), FRAGMENT));
        assert_eq!(spaces(1), (2 * UNIT, 0, 0, 0, 0));
    });
}

#[test]
fn only_a_positive_miner_with_room_locks_space() {
    execute(|| {
        positive(1, 1);
        let lock = |n, space| Sminer::lock_space(&acc(n), space);
        assert_noop!(lock(1, UNIT + 1), Error::<Test>::InsufficientIdleSpace);
        assert_noop!(lock(2, 1), Error::<Test>::NotExisted);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 1));
        assert_noop!(lock(1, 1), Error::<Test>::NotpositiveState);
        assert!(!Sminer::is_positive(&acc(1)));
        assert!(Sminer::exists(&acc(1)) && !Sminer::exists(&acc(2)));
    });
}

#[test]
fn a_frozen_miner_still_ends_what_it_began() {
    execute(|| {
        positive(1, 2);
        assert_ok!(Sminer::lock_space(&acc(1), 2 * FRAGMENT));
        assert_ok!(Sminer::increase_declaration_space(signed(1), 1));
        assert_ok!(Sminer::unlock_space(&acc(1), FRAGMENT));
        assert_ok!(Sminer::commit_space(&acc(1), FRAGMENT));
        assert_ok!(Sminer::tagged(&acc(1), &fragments(&["a"]), FRAGMENT));
        assert_ok!(Sminer::drop_tagged(&acc(1), &fragments(&["a"]), FRAGMENT));
        assert_eq!(spaces(1), (2 * UNIT, 0, 0, 0, 0));
    });
}

#[test]
fn space_of_open_deals_is_not_mistaken_for_stored_fragments() {
    execute(|| {
        positive(1, 2);
        assert_ok!(Sminer::lock_space(&acc(1), FRAGMENT));
        assert_noop!(
            Sminer::tagged(&acc(1), &fragments(&["a"]), FRAGMENT),
            Error::<Test>::InsufficientLockedSpace
        );
        assert_noop!(
            Sminer::drop_untagged(&acc(1), FRAGMENT),
            Error::<Test>::InsufficientLockedSpace
        );
        assert_ok!(Sminer::commit_space(&acc(1), FRAGMENT));
        assert_noop!(
            Sminer::commit_space(&acc(1), FRAGMENT),
            Error::<Test>::InsufficientLockedSpace
        );
        assert_noop!(
            Sminer::unlock_space(&acc(1), FRAGMENT),
            Error::<Test>::InsufficientLockedSpace
        );
    });
}

#[test]
fn idle_files_give_way_to_stored_ones() {
    execute(|| {
        positive(1, 3);
        let per_unit = UNIT / FRAGMENT;
        store(1, per_unit + 1);
        let replace = |certificate| Sminer::replace_idle(&acc(1), certificate, [9; 64]);
        assert_noop!(
            replace(certificate(1, 2, 3)),
            Error::<Test>::InsufficientReplaceable
        );
        assert_noop!(
            replace(certificate(1, 0, 3)),
            Error::<Test>::StaleCertificate
        );
        assert_noop!(
            replace(certificate(1, 1, 4)),
            Error::<Test>::StaleCertificate
        );
        assert_noop!(
            replace(certificate(1, 4, 3)),
            Error::<Test>::StaleCertificate
        );
        assert_noop!(
            replace(certificate(2, 1, 3)),
            Error::<Test>::ForeignCertificate
        );
        assert_eq!(replace(certificate(1, 1, 3)), Ok(UNIT));
        assert_eq!(PendingReplacements::<Test>::get(acc(1)), FRAGMENT);
        assert_eq!(info(1).tee_signature, [9; 64]);
        assert_noop!(
            replace(certificate(1, 2, 3)),
            Error::<Test>::InsufficientReplaceable
        );
        assert_noop!(
            Sminer::replace_idle(&acc(5), certificate(5, 1, 3), [9; 64]),
            Error::<Test>::NotExisted
        );
    });
}

#[test]
fn dropped_fragments_spare_idle_files_that_did_not_give_way_yet() {
    execute(|| {
        positive(1, 3);
        let per_unit = UNIT / FRAGMENT;
        store(1, per_unit + 2);
        assert_ok!(Sminer::replace_idle(&acc(1), certificate(1, 1, 3), [9; 64]));
        let names: Vec<_> = (0..per_unit + 2)
            .map(|i| Hash::of(&i.to_le_bytes()))
            .collect();
        assert_ok!(Sminer::tagged(&acc(1), &names, FRAGMENT));
        check();
        // Two fragments' worth of idle files is still there: it turns idle. The rest is gone.
        let idle = 3 * UNIT - (per_unit + 2) * FRAGMENT;
        assert_ok!(Sminer::drop_tagged(&acc(1), &names[..1], FRAGMENT));
        assert_eq!(spaces(1).0, idle + FRAGMENT);
        check();
        assert_ok!(Sminer::drop_tagged(&acc(1), &names[1..], FRAGMENT));
        assert_eq!(spaces(1), (idle + 2 * FRAGMENT, 0, 0, 0, 0));
        assert!(info(1).service_bloom_filter.is_empty());
    });
}

#[test]
fn untagged_fragments_are_dropped_too() {
    execute(|| {
        positive(1, 1);
        store(1, 3);
        assert_ok!(Sminer::drop_untagged(&acc(1), 2 * FRAGMENT));
        assert_eq!(spaces(1), (UNIT - FRAGMENT, FRAGMENT, 0, FRAGMENT, 0));
    });
}

#[test]
fn a_fragment_may_repeat_within_a_file() {
    execute(|| {
        positive(1, 1);
        store(1, 2);
        assert_ok!(Sminer::tagged(
            &acc(1),
            &fragments(&["zero", "zero"]),
            FRAGMENT
        ));
        assert_ok!(Sminer::drop_tagged(
            &acc(1),
            &fragments(&["zero"]),
            FRAGMENT
        ));
        assert_ok!(Sminer::drop_tagged(
            &acc(1),
            &fragments(&["zero"]),
            FRAGMENT
        ));
        assert_eq!(spaces(1), (UNIT, 0, 0, 0, 0));
    });
}

#[test]
fn wrong_lists_of_fragments_change_nothing() {
    execute(|| {
        positive(1, 1);
        store(1, 2);
        let not_hex = [Hash([b'x'; 64])];
        assert_noop!(
            Sminer::tagged(&acc(1), &not_hex, FRAGMENT),
            Error::<Test>::BloomElemPushError
        );
        assert_ok!(Sminer::tagged(&acc(1), &fragments(&["a"]), FRAGMENT));
        let drop = |names: &[&str]| Sminer::drop_tagged(&acc(1), &fragments(names), FRAGMENT);
        assert_noop!(drop(&["b"]), Error::<Test>::BloomElemPushError);
        assert_noop!(drop(&["a", "a"]), Error::<Test>::InsufficientServiceSpace);
        assert_noop!(
            Sminer::tagged(&acc(1), &fragments(&["b", "c"]), u128::MAX),
            Error::<Test>::Overflow
        );
        assert_noop!(
            Sminer::tagged(&acc(9), &fragments(&["b"]), FRAGMENT),
            Error::<Test>::NotExisted
        );
    });
}

#[test]
fn totals_that_refuse_a_change_undo_all_of_it() {
    execute(|| {
        positive(1, 1);
        store(1, 1);
        let (idle, service) = (TotalIdle::get(), TotalService::get());
        TotalService::set(&0);
        let refused = DispatchError::Arithmetic(sp_runtime::ArithmeticError::Underflow);
        assert_noop!(Sminer::drop_untagged(&acc(1), FRAGMENT), refused);
        TotalService::set(&service);
        TotalIdle::set(&0);
        assert_noop!(Sminer::lock_space(&acc(1), FRAGMENT), refused);
        TotalIdle::set(&idle);
    });
}

#[test]
fn a_missing_tag_is_fined_like_a_wrong_service_proof() {
    execute(|| {
        positive(1, 1);
        assert_ok!(Sminer::punish_missing_tag(&acc(1), FRAGMENT));
        let amount = collateral_limit(1) * 5 / 100;
        assert_eq!(last_event_amount(), Some(amount));
        assert_noop!(
            Sminer::punish_missing_tag(&acc(9), FRAGMENT),
            Error::<Test>::NotExisted
        );
    });
}

fn last_event_amount() -> Option<u128> {
    match last_event() {
        RuntimeEvent::Sminer(Event::Punished { amount, .. }) => Some(amount),
        _ => None,
    }
}

#[test]
fn root_does_not_make_the_chain_forget_what_files_count_on() {
    execute(|| {
        positive(1, 2);
        let clear = || Sminer::clear_miner_service(root(), acc(1));
        assert_noop!(
            Sminer::clear_miner_service(signed(1), acc(1)),
            DispatchError::BadOrigin
        );
        assert_noop!(
            Sminer::clear_miner_service(root(), acc(9)),
            Error::<Test>::NotExisted
        );
        store(1, 1);
        assert_noop!(clear(), Error::<Test>::StillServing);
        assert_ok!(Sminer::tagged(&acc(1), &fragments(&["a"]), FRAGMENT));
        assert_noop!(clear(), Error::<Test>::StillServing);
        assert_ok!(Sminer::drop_tagged(&acc(1), &fragments(&["a"]), FRAGMENT));
        // A filter that something corrupted is mended once nothing is stored.
        let name = &fragments(&["ghost"])[0];
        MinerItems::<Test>::mutate(acc(1), |info| {
            let filter = &mut info.as_mut().unwrap().service_bloom_filter;
            filter.insert(name).unwrap();
        });
        assert!(Sminer::do_try_state().is_err());
        assert_ok!(clear());
    });
}
