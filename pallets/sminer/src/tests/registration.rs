//! How an account becomes a miner, and what it may change about itself.

use crate::{mock::*, *};
use cess_primitives::{
    miner::Reward,
    payload::{master_digest, space_proof_digest},
    traits::{AuditedMiners, TeeWorkers},
    BVec, TCESS, TIB,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn a_miner_registers_with_its_own_stake() {
    execute(|| {
        let stake = 9000 * TCESS;
        assert_ok!(Sminer::regnstk(
            signed(1),
            acc(9),
            endpoint("/ip4/1"),
            stake,
            2
        ));
        let miner = info(1);
        assert_eq!((miner.beneficiary, miner.staking_account), (acc(9), acc(1)));
        assert_eq!((miner.collaterals, miner.debt), (stake, 0));
        assert_eq!(miner.declaration_space, 2 * u128::from(TIB));
        assert_eq!(miner.endpoint, endpoint("/ip4/1"));
        assert_eq!(state(1), "not ready");
        assert_eq!(Balances::reserved_balance(acc(1)), stake);
        assert_eq!(StakingStartBlock::<Test>::get(acc(1)), Some(1));
        assert_eq!(RewardMap::<Test>::get(acc(1)), Some(Reward::default()));
        assert_eq!(MinerItems::<Test>::count(), 1);
        assert_eq!(Sminer::count(), 0, "without a PoIS key it is not audited");
        assert_eq!(last_event_of_pallet(), Event::Registered { acc: acc(1) });
    });
}

/// The last event of this pallet; Balances has its own.
fn last_event_of_pallet() -> Event<Test> {
    let ours = |record: frame_system::EventRecord<RuntimeEvent, _>| match record.event {
        RuntimeEvent::Sminer(event) => Some(event),
        _ => None,
    };
    System::events()
        .into_iter()
        .rev()
        .find_map(ours)
        .expect("an event of this pallet")
}

#[test]
fn registration_needs_collateral_for_each_tib() {
    execute(|| {
        let register = |stake, tib| Sminer::regnstk(signed(1), acc(9), endpoint("e"), stake, tib);
        assert_noop!(
            register(8000 * TCESS - 1, 2),
            Error::<Test>::CollateralNotUp
        );
        assert_noop!(register(0, 0), Error::<Test>::CountError);
        assert_noop!(
            register(ENDOWMENT + 1, 1),
            pallet_balances::Error::<Test>::InsufficientBalance
        );
        assert_noop!(
            Sminer::regnstk(root(), acc(9), endpoint("e"), 0, 0),
            DispatchError::BadOrigin
        );
        register(8000 * TCESS, 2).unwrap();
        assert_noop!(register(8000 * TCESS, 2), Error::<Test>::AlreadyRegistered);
    });
}

#[test]
fn another_account_may_stake_for_a_miner() {
    execute(|| {
        let register =
            || Sminer::regnstk_assign_staking(signed(1), acc(9), endpoint("e"), acc(2), 1);
        assert_ok!(register());
        assert_noop!(register(), Error::<Test>::AlreadyRegistered);
        assert_eq!((info(1).staking_account, info(1).collaterals), (acc(2), 0));
        assert_eq!(
            Balances::reserved_balance(acc(2)),
            0,
            "nobody stakes without consent"
        );
        certify_key(1);
        assert_eq!(state(1), "frozen");
        assert_ok!(Sminer::increase_collateral(signed(2), acc(1), 4000 * TCESS));
        assert_eq!(state(1), "positive");
        assert_eq!(Balances::reserved_balance(acc(2)), 4000 * TCESS);
        assert_noop!(
            Sminer::regnstk_assign_staking(signed(3), acc(9), endpoint("e"), acc(2), 0),
            Error::<Test>::CountError
        );
    });
}

#[test]
fn a_pois_key_makes_a_miner_positive() {
    execute(|| {
        register(1, 1);
        certify_key(1);
        assert_eq!(state(1), "positive");
        let proof = info(1).space_proof_info.unwrap();
        assert_eq!(
            (proof.front, proof.rear, proof.miner.clone()),
            (0, 0, acc(1))
        );
        assert_eq!(proof.accumulator, pois_key(1).g);
        let digest = space_proof_digest(&proof, &MARKER);
        assert!(Test::verify_master(&digest, &info(1).tee_signature));
        assert_eq!(AllMiner::<Test>::get().into_inner(), vec![acc(1)]);
        assert_eq!(
            (Sminer::count(), Sminer::at(0), Sminer::at(1)),
            (1, Some(acc(1)), None)
        );
        let id = master_digest(&pois_key(1));
        assert_eq!(MinerPublicKey::<Test>::get(id), Some(acc(1)));
        assert_eq!(LastWorker::get(), MARKER, "the worker's help is remembered");
        assert_eq!(
            last_event(),
            Event::RegisterPoisKey { miner: acc(1) }.into()
        );
    });
}

#[test]
fn a_pois_key_needs_a_certificate_of_the_right_worker_key_and_miner() {
    execute(|| {
        register(1, 1);
        let key = pois_key(1);
        let enter = |n, signature: BVec<u8, 64>, tee_sig, worker| {
            Sminer::register_pois_key(signed(n), key.clone(), signature, tee_sig, worker)
        };
        let good = || key_signature(1, &key, &MARKER);
        assert_noop!(enter(3, good(), good(), MARKER), Error::<Test>::NotMiner);
        assert_noop!(
            enter(1, good(), good(), VERIFIER),
            Error::<Test>::TeeNoPermission
        );
        let short: BVec<u8, 64> = vec![1; 63].try_into().unwrap();
        assert_noop!(
            enter(1, short.clone(), good(), MARKER),
            Error::<Test>::MalformedSignature
        );
        assert_noop!(
            enter(1, good(), short, MARKER),
            Error::<Test>::MalformedSignature
        );
        let of_other_miner = key_signature(2, &key, &MARKER);
        let of_other_key = key_signature(1, &pois_key(2), &MARKER);
        let of_other_worker = key_signature(1, &key, &VERIFIER);
        for foreign in [of_other_miner, of_other_key, of_other_worker] {
            assert_noop!(
                enter(1, foreign, good(), MARKER),
                Error::<Test>::VerifyTeeSigFailed
            );
        }
        assert_ok!(enter(1, good(), good(), MARKER));
        assert_noop!(
            enter(1, good(), good(), MARKER),
            Error::<Test>::PoisKeyTaken
        );
        let second = key_signature(1, &pois_key(9), &MARKER);
        assert_noop!(
            Sminer::register_pois_key(signed(1), pois_key(9), second.clone(), second, MARKER),
            Error::<Test>::StateError
        );
    });
}

#[test]
fn two_miners_never_share_a_pois_key() {
    execute(|| {
        positive(1, 0);
        register(2, 1);
        let signature = key_signature(2, &pois_key(1), &MARKER);
        assert_noop!(
            Sminer::register_pois_key(signed(2), pois_key(1), signature.clone(), signature, MARKER),
            Error::<Test>::PoisKeyTaken
        );
    });
}

#[test]
fn the_number_of_miners_is_bounded() {
    execute(|| {
        (1..=5).for_each(|n| positive(n, 0));
        register(6, 1);
        let signature = key_signature(6, &pois_key(6), &MARKER);
        assert_noop!(
            Sminer::register_pois_key(signed(6), pois_key(6), signature.clone(), signature, MARKER),
            Error::<Test>::StorageLimitReached
        );
    });
}

#[test]
fn a_miner_renames_its_beneficiary_and_endpoint() {
    execute(|| {
        register(1, 1);
        assert_ok!(Sminer::update_beneficiary(signed(1), acc(8)));
        assert_eq!(info(1).beneficiary, acc(8));
        assert_eq!(
            last_event(),
            Event::UpdateBeneficiary {
                acc: acc(1),
                new: acc(8)
            }
            .into()
        );
        assert_ok!(Sminer::update_endpoint(signed(1), endpoint("/ip4/2")));
        assert_eq!(info(1).endpoint, endpoint("/ip4/2"));
        let moved = Event::UpdateEndPoint {
            acc: acc(1),
            old: endpoint("/ip4/1"),
            new: endpoint("/ip4/2"),
        };
        assert_eq!(last_event(), moved.into());
        assert_noop!(
            Sminer::update_beneficiary(signed(2), acc(8)),
            Error::<Test>::NotMiner
        );
        assert_noop!(
            Sminer::update_endpoint(signed(2), endpoint("")),
            Error::<Test>::NotMiner
        );
    });
}

#[test]
fn root_sets_the_expenders() {
    execute(|| {
        assert_eq!(
            Sminer::expenders(),
            (80, 1_048_576, 64),
            "genesis has the published ones"
        );
        assert_ok!(Sminer::update_expender(root(), 8, 1024, 16));
        assert_eq!(Sminer::expenders(), (8, 1024, 16));
        assert_noop!(
            Sminer::update_expender(root(), 8, 0, 16),
            Error::<Test>::CountError
        );
        assert_noop!(
            Sminer::update_expender(signed(1), 1, 1, 1),
            DispatchError::BadOrigin
        );
    });
}
