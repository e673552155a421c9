//! Honest miners pass whatever their history, and a proof is worth something for one miner, one state
//! and one challenge only.

use crate::common::{hashes, small, tiny, Miner, SECRET};
use cess_pois::{
    commit::{self, Challenge, Commitment},
    deletion, space, Group, PoisError, Prover, SpaceProofInfo,
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn an_honest_miner_passes_after_any_history(
        steps in prop::collection::vec((0u32..3, 0u64..7), 1..5), space_param: [u64; 8],
    ) {
        let mut miner = Miner::new(tiny(), 1);
        for (grow, shrink) in steps {
            for _ in 0..grow {
                miner.certify().unwrap();
            }
            let shrink = shrink.min(deletion::most(&miner.info));
            if shrink > 0 {
                miner.give_up(shrink).unwrap();
            }
            miner.prover.clean().unwrap();
            match miner.prove(&space_param) {
                Ok(proofs) => {
                    let total = miner.verify(&space_param, &proofs).unwrap();
                    let list: Vec<_> = proofs.iter().map(|proof| proof.hash()).collect();
                    prop_assert_eq!(space::total_hash(&list), total);
                }
                Err(error) => {
                    prop_assert!(matches!(error, PoisError::Empty));
                    prop_assert_eq!(miner.info.front, miner.info.rear);
                    prop_assert_eq!(miner.info.accumulator, miner.info.pois_key.g);
                }
            }
        }
    }
}

#[test]
fn an_honest_miner_passes_with_elders_of_both_halves() {
    let mut miner = Miner::with_sets(small(), 1, 2);
    miner.give_up(3).unwrap();
    let proofs = miner.prove(&[511; 8]).unwrap();
    miner.verify(&[511; 8], &proofs).unwrap();
}

#[test]
fn whoever_knows_the_factors_and_whoever_does_not_come_to_the_same_state() {
    let mut miner = Miner::with_sets(tiny(), 1, 1);
    let public = Group::public(&miner.info.pois_key).unwrap();
    let (commitment, challenge) = miner.claim();
    let (proof, append) = miner.prover.prove_commit(&commitment, &challenge).unwrap();
    let verify = |group| {
        commit::verify(
            &miner.params,
            group,
            &miner.info,
            &commitment,
            &challenge,
            &proof,
            &append,
        )
    };
    assert_eq!(verify(&public).unwrap(), verify(&miner.group).unwrap());
    miner.certify().unwrap();
    let proof = miner.prover.prove_deletion(3).unwrap();
    assert_eq!(
        deletion::verify(&public, &miner.info, &proof).unwrap(),
        deletion::verify(&miner.group, &miner.info, &proof).unwrap()
    );
    let proofs = miner.prove(&[3; 8]).unwrap();
    space::verify_range(&miner.params, &public, &miner.info, &[3; 8], &proofs[0]).unwrap();
}

#[test]
fn bottom_accumulators_are_filled_before_new_ones_begin() {
    // 64 sets of 4 fill the first bottom accumulator; files go across its end in two deletions.
    let mut miner = Miner::with_sets(tiny(), 1, 66);
    assert_eq!(miner.info.rear, 264);
    miner.give_up(250).unwrap();
    assert_eq!(deletion::most(&miner.info), 6);
    assert!(matches!(
        miner.prover.prove_deletion(7),
        Err(PoisError::Count { asked: 7, most: 6 })
    ));
    let proofs = miner.prove(&[9; 8]).unwrap();
    assert_eq!(proofs.len(), 1, "four sets are left");
    miner.verify(&[9; 8], &proofs).unwrap();
    miner.give_up(6).unwrap();
    miner.give_up(1).unwrap();
    miner.prover.clean().unwrap();
    miner.certify().unwrap();
    miner
        .verify(&[9; 8], &miner.prove(&[9; 8]).unwrap())
        .unwrap();
}

#[test]
fn nothing_live_is_nothing_proven() {
    let mut miner = Miner::with_sets(tiny(), 1, 1);
    let proofs = miner.prove(&[1; 8]).unwrap();
    miner.give_up(4).unwrap();
    assert_eq!(miner.info.accumulator, miner.info.pois_key.g);
    assert!(matches!(miner.prove(&[1; 8]), Err(PoisError::Empty)));
    assert!(matches!(
        miner.verify_range(&[1; 8], &proofs[0]),
        Err(PoisError::Empty)
    ));
    assert!(matches!(
        space::verify_chain(&miner.params, &miner.info, &[1; 8], &[]),
        Err(PoisError::Empty)
    ));
    // And it can begin again.
    miner.certify().unwrap();
    assert_eq!((miner.info.front, miner.info.rear), (4, 8));
}

#[test]
fn a_space_proof_is_for_one_miner_one_state_and_one_challenge() {
    let miner = Miner::with_sets(tiny(), 1, 3);
    let proofs = miner.prove(&[1; 8]).unwrap();
    miner.verify(&[1; 8], &proofs).unwrap();
    let refused = |info: &SpaceProofInfo, param: [u64; 8]| {
        space::verify_range(&miner.params, &miner.group, info, &param, &proofs[0]).is_err()
            || space::verify_chain(&miner.params, info, &param, &hashes(&proofs)).is_err()
    };
    assert!(!refused(&miner.info, [1; 8]));
    assert!(refused(&miner.info, [2; 8]));
    for place in 0..8 {
        let mut one_number_off = [1; 8];
        one_number_off[place] = 2;
        assert!(refused(&miner.info, one_number_off), "{place}");
    }
    assert!(refused(&Miner::with_sets(tiny(), 2, 3).info, [1; 8]));
    let other_miner = SpaceProofInfo {
        miner: [2; 32].into(),
        ..miner.info.clone()
    };
    assert!(
        refused(&other_miner, [1; 8]),
        "even under the same accumulator"
    );
    let earlier = Miner::with_sets(tiny(), 1, 2).info;
    assert!(refused(&earlier, [1; 8]), "an older state has another top");
    let impossible = SpaceProofInfo {
        front: 13,
        ..miner.info.clone()
    };
    assert!(matches!(
        space::Selection::new(&miner.params, &impossible, &[1; 8]),
        Err(PoisError::State { .. })
    ));
}

#[test]
fn a_miner_answers_for_the_state_of_the_challenge_after_it_went_on() {
    let mut miner = Miner::with_sets(tiny(), 1, 2);
    let challenged = miner.info.clone();
    miner.certify().unwrap();
    miner.give_up(3).unwrap();
    let proofs = miner.prover.prove_space(&challenged, &[5; 8]).unwrap();
    space::verify_range(
        &miner.params,
        &miner.group,
        &challenged,
        &[5; 8],
        &proofs[0],
    )
    .unwrap();
    let total = space::verify_chain(&miner.params, &challenged, &[5; 8], &hashes(&proofs)).unwrap();
    assert_eq!(total, space::total_hash(&[proofs[0].hash()]));
}

#[test]
fn claims_follow_the_rear_and_keep_to_their_size() {
    let miner = Miner::with_sets(tiny(), 1, 1);
    let (good, _) = miner.claim();
    let challenge =
        |claim: &Commitment| commit::challenge(&miner.params, &miner.info, claim, &SECRET);
    for first in [0, 1, 4, 6, u64::MAX] {
        let claim = Commitment {
            first,
            ..good.clone()
        };
        assert!(matches!(
            challenge(&claim),
            Err(PoisError::Gap { next: 5, .. })
        ));
    }
    for count in [0, 7, 9] {
        let claim = Commitment {
            roots: vec![[0; 32]; count],
            ..good.clone()
        };
        assert!(matches!(challenge(&claim), Err(PoisError::WrongShape(_))));
    }
    let last = i64::MAX as u64 / 4 * 4;
    let full = SpaceProofInfo {
        rear: last,
        ..miner.info.clone()
    };
    let claim = Commitment {
        first: last + 1,
        ..good
    };
    assert!(matches!(
        commit::challenge(&miner.params, &full, &claim, &SECRET),
        Err(PoisError::Gap { .. })
    ));
}

#[test]
fn the_commit_challenge_depends_on_claim_state_and_secret_and_can_be_made_again() {
    let miner = Miner::new(small(), 1);
    let (claim, first) = miner.claim();
    let challenge = |info: &SpaceProofInfo, claim: &Commitment, secret| {
        commit::challenge(&miner.params, info, claim, &secret).unwrap()
    };
    assert_eq!(challenge(&miner.info, &claim, SECRET), first);
    assert_ne!(challenge(&miner.info, &claim, [1; 32]), first);
    let mut other_roots = claim.clone();
    other_roots.roots[15][31] ^= 1;
    assert_ne!(challenge(&miner.info, &other_roots, SECRET), first);
    assert_ne!(
        challenge(&Miner::new(small(), 2).info, &claim, SECRET),
        first
    );
    assert_ne!(
        first.rows[0].files, first.rows[1].files,
        "every cluster has its own nodes"
    );
}

#[test]
fn a_challenge_survives_its_flat_form_and_only_values_in_range_do() {
    let miner = Miner::new(small(), 1);
    let (commitment, challenge) = miner.claim();
    for row in &challenge.rows {
        let values = row.values();
        assert_eq!(values.len(), 9);
        assert_eq!(
            commit::Row::from_values(&miner.params, &values).unwrap(),
            *row
        );
        for place in 0..values.len() {
            for bad in [-1, i64::MIN, i64::MAX, i64::from(i32::MAX)] {
                if place == 0 && bad > 0 {
                    continue;
                }
                let mut values = values.clone();
                values[place] = bad;
                assert!(
                    commit::Row::from_values(&miner.params, &values).is_err(),
                    "{place}: {bad}"
                );
            }
        }
        assert!(commit::Row::from_values(&miner.params, &values[1..]).is_err());
        assert!(commit::Row::from_values(&miner.params, &[]).is_err());
    }
    let mut swapped = challenge.clone();
    swapped.rows.swap(0, 1);
    let short = Challenge {
        rows: challenge.rows[1..].to_vec(),
    };
    for wrong in [swapped, short] {
        assert!(matches!(
            miner.prover.prove_commit(&commitment, &wrong),
            Err(PoisError::WrongShape(_))
        ));
    }
}

#[test]
fn a_prover_refuses_states_that_its_files_do_not_give() {
    let miner = Miner::with_sets(tiny(), 1, 1);
    let open = |info: SpaceProofInfo| Prover::open(miner.params, info, miner.store.clone());
    assert!(open(miner.info.clone()).is_ok());
    let other = SpaceProofInfo {
        accumulator: miner.info.pois_key.g,
        ..miner.info.clone()
    };
    assert!(matches!(open(other.clone()), Err(PoisError::NotMyState)));
    assert!(matches!(
        miner.prover.adopt(other),
        Err(PoisError::NotMyState)
    ));
    let stranger = Miner::new(tiny(), 3).info;
    assert!(matches!(
        miner.prover.adopt(stranger),
        Err(PoisError::NotMyState)
    ));
    assert_eq!(miner.prover.info(), miner.info);
}
