//! What passed and failed audits lead to, and what the audit sees of miners.

use crate::{mock::*, *};
use cess_primitives::{
    miner::CompleteSnapshot,
    traits::{AuditedMiners, Miners},
    TCESS, TIB,
};
use frame_support::{assert_noop, assert_ok};

#[test]
fn the_audit_sees_a_miner_as_it_is() {
    execute(|| {
        register(1, 1);
        assert!(
            Sminer::snapshot(&acc(1)).is_none(),
            "without a key there is nothing to prove"
        );
        certify_key(1);
        assert_ok!(Sminer::add_idle(&acc(1), certificate(1, 0, 3), [7; 64]));
        assert_ok!(Sminer::lock_space(&acc(1), 2 * FRAGMENT));
        assert_ok!(Sminer::commit_space(&acc(1), 2 * FRAGMENT));
        assert_ok!(Sminer::tagged(&acc(1), &fragments(&["a"]), FRAGMENT));
        let shot = Sminer::snapshot(&acc(1)).unwrap();
        assert_eq!(shot.idle_space, 3 * UNIT - 2 * FRAGMENT);
        assert_eq!(shot.service_space, FRAGMENT);
        assert_eq!(shot.service_bloom_filter, info(1).service_bloom_filter);
        assert_eq!(shot.space_proof_info, certificate(1, 0, 3));
        assert_eq!(shot.tee_signature, [7; 64]);
        assert_eq!(Sminer::space(&acc(1)), 3 * UNIT - FRAGMENT);
        assert_eq!(Sminer::space(&acc(9)), 0);
        assert!(Sminer::snapshot(&acc(9)).is_none());
    });
}

#[test]
fn a_pass_is_recorded_for_the_era_and_the_miner() {
    execute(|| {
        positive(1, 3);
        positive(2, 3);
        EraIndex::set(&7);
        System::set_block_number(30);
        assert_ok!(Sminer::record_pass(&acc(1), 3 * UNIT, 0));
        assert_ok!(Sminer::record_pass(&acc(2), 3 * UNIT, UNIT));
        let total = CompleteSnapshot {
            miner_count: 2,
            total_power: power(3 * UNIT, 0) + power(3 * UNIT, UNIT),
        };
        assert_eq!(CompleteSnapShot::<Test>::get(7), total);
        let pass = &CompleteMinerSnapShot::<Test>::get(acc(1))[0];
        assert_eq!(
            (pass.era_index, pass.issued, pass.finsh_block),
            (7, false, 30)
        );
        assert_eq!(pass.power, power(3 * UNIT, 0));
    });
}

#[test]
fn a_miner_that_is_not_positive_earns_nothing_by_passing() {
    execute(|| {
        positive(1, 3);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 1));
        assert_ok!(Sminer::record_pass(&acc(1), 3 * UNIT, 0));
        assert_eq!(
            CompleteSnapShot::<Test>::get(0),
            CompleteSnapshot::default()
        );
        assert!(CompleteMinerSnapShot::<Test>::get(acc(1)).is_empty());
    });
}

#[test]
fn a_hundred_passes_in_one_era_all_count() {
    execute(|| {
        positive(1, 3);
        for _ in 0..100 {
            assert_ok!(Sminer::record_pass(&acc(1), 100, 0));
        }
        assert_eq!(CompleteSnapShot::<Test>::get(0).miner_count, 100);
        let passes = CompleteMinerSnapShot::<Test>::get(acc(1));
        assert_eq!(passes.len(), 90);
        assert_eq!(passes.iter().map(|pass| pass.power).sum::<u128>(), 500);
    });
}

#[test]
fn penalties_grow_with_missing_proofs() {
    execute(|| {
        register(1, 10);
        certify_key(1);
        let tib = u128::from(TIB);
        let paid = |count| {
            let before = info(1).collaterals;
            assert_ok!(Sminer::punish_missing_proof(
                &acc(1),
                20 * tib,
                2 * tib,
                count
            ));
            before - info(1).collaterals
        };
        // Power: 1 TiB of idle and 1.9 TiB of service space, which needs 3 * 4000 TCESS.
        assert_eq!([paid(0), paid(1)], [0, 0], "the first one is only counted");
        assert_eq!(paid(2), 600 * TCESS);
        assert_eq!([paid(3), paid(99)], [1800 * TCESS, 1800 * TCESS]);
    });
}

#[test]
fn wrong_proofs_are_fined_by_the_space_they_were_about() {
    execute(|| {
        register(1, 10);
        certify_key(1);
        let tib = u128::from(TIB);
        assert_ok!(Sminer::punish_false_service(&acc(1), 2 * tib));
        assert_eq!(info(1).collaterals, (40_000 - 400) * TCESS);
        assert_ok!(Sminer::punish_false_idle(&acc(1), 20 * tib));
        assert_eq!(info(1).collaterals, (40_000 - 800) * TCESS);
        assert_ok!(Sminer::punish_false_idle(&acc(1), 0));
        assert_eq!(
            info(1).collaterals,
            (40_000 - 800) * TCESS,
            "no space, no fine"
        );
        assert_noop!(
            Sminer::punish_false_idle(&acc(9), 1),
            Error::<Test>::NotExisted
        );
    });
}
