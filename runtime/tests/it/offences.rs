//! Validators that cheat or sleep, and stashes whose TEE workers fail.

use crate::{
    chain::{self, account, pair},
    stakers::{make_vulnerable, nominate, stash},
};
use cess_primitives::{traits::StashPenalty, Balance, TCESS};
use cess_runtime::{
    config::{treasury_account, MIN_ELECTABLE_STAKE},
    glue::WorkerFine,
    *,
};
use codec::{Decode, Encode};
use frame_support::{assert_noop, traits::KeyOwnerProofSystem};
use pallet_staking::UnappliedSlashes;
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
    make_vrf_sign_data, AuthorityId as BabeId, Slot,
};
use sp_core::{crypto::VrfSecret, ed25519, Pair};
use sp_runtime::{traits::Header as _, Digest, DigestItem};

const BOB: usize = 1;

fn bonded(user: usize) -> Balance {
    Staking::ledger(stash(user).into()).unwrap().total
}

fn events() -> Vec<RuntimeEvent> {
    System::events().into_iter().map(|e| e.event).collect()
}

/// Two blocks of Bob in the slot of the last block.
fn two_blocks() -> sp_consensus_babe::EquivocationProof<Header> {
    let bob = pair("//Bob");
    let offender = BabeId::from(bob.public());
    let slot: Slot = Babe::current_slot();
    let authorities = Babe::authorities();
    let place = authorities.iter().position(|(key, _)| *key == offender);
    let data = make_vrf_sign_data(&Babe::randomness(), slot, 0);
    let claim = SecondaryVRFPreDigest {
        authority_index: place.unwrap() as u32,
        slot,
        vrf_signature: bob.vrf_sign(&data),
    };
    let block = |root: u8| {
        let claim = DigestItem::babe_pre_digest(PreDigest::SecondaryVRF(claim.clone()));
        let logs = vec![claim];
        let root = Hash::repeat_byte(root);
        let mut head = Header::new(7, root, root, Hash::zero(), Digest { logs });
        let seal = bob.sign(head.hash().as_ref());
        head.digest_mut().push(DigestItem::babe_seal(seal.into()));
        head
    };
    sp_consensus_babe::EquivocationProof {
        offender,
        slot,
        first_header: block(1),
        second_header: block(2),
    }
}

/// Reports Bob's two blocks, as Ferdie.
fn report_two_blocks() -> frame_support::dispatch::DispatchResultWithPostInfo {
    let proof = two_blocks();
    let key = (sp_consensus_babe::KEY_TYPE, proof.offender.clone());
    let owner = Historical::prove(key).unwrap();
    let ferdie = RuntimeOrigin::signed(account("//Ferdie"));
    Babe::report_equivocation(ferdie, Box::new(proof), owner)
}

#[test]
fn two_blocks_in_a_slot_cost_the_stake_which_the_treasury_receives() {
    chain::new("fast").execute_with(|| {
        make_vulnerable();
        nominate("//Eve", 1000 * TCESS, &[BOB]);
        chain::run_to_era(1);
        chain::run(1);
        let eve = || Staking::ledger(account("//Eve").into()).unwrap().total;
        let (bond, nomination) = (bonded(BOB), eve());
        report_two_blocks().unwrap();
        assert_noop!(
            report_two_blocks(),
            pallet_babe::Error::<Runtime>::DuplicateOffenceReport
        );
        // Nothing is taken before `slash_defer_eras` have passed, in which the council may object.
        assert_eq!(
            (bonded(BOB), UnappliedSlashes::<Runtime>::get(3).len()),
            (bond, 1)
        );
        chain::run_to_session(17);
        let before = (
            Balances::free_balance(treasury_account()),
            Balances::free_balance(account("//Ferdie")),
            Balances::total_issuance(),
        );
        assert_eq!(bonded(BOB), bond);

        chain::run_to_era(3);
        // One of three: min((3 · 1 / 3)², 1) of everything that can be taken.
        let lost = bond - bonded(BOB);
        assert!(lost > bond / 10 * 9, "{lost} of {bond}");
        let lost = lost + nomination - eve();
        assert!(eve() < nomination / 100);
        let treasury = Balances::free_balance(treasury_account()) - before.0;
        let reporter = Balances::free_balance(account("//Ferdie")) - before.1;
        assert_eq!(treasury + reporter, lost);
        assert!(reporter > 0 && reporter <= lost / 10, "{reporter}");
        let (_, storage) = config::era_rewards(2);
        assert_eq!(Balances::total_issuance(), before.2 + storage);
        chain::check_invariants();
    });
}

#[test]
fn who_lost_its_stake_is_not_elected_again() {
    chain::new("fast").execute_with(|| {
        make_vulnerable();
        chain::run_to_era(1);
        report_two_blocks().unwrap();
        chain::run_to_era(5);
        assert!(!Session::validators().contains(&stash(BOB)));
        assert_eq!(Session::validators().len(), 2);
    });
}

#[test]
fn the_council_can_stop_a_slash() {
    chain::new("fast").execute_with(|| {
        make_vulnerable();
        chain::run_to_era(1);
        let bond = bonded(BOB);
        report_two_blocks().unwrap();
        let council = || {
            let members = pallet_collective::RawOrigin::Members(2, 3);
            RuntimeOrigin::from(OriginCaller::Council(members))
        };
        Staking::cancel_deferred_slash(council(), 3, vec![0]).unwrap();
        chain::run_to_era(4);
        assert_eq!(bonded(BOB), bond);
    });
}

#[test]
fn two_votes_in_a_round_are_an_offence() {
    chain::new("fast").execute_with(|| {
        make_vulnerable();
        chain::run_to_era(1);
        let bob = ed25519::Pair::from_string("//Bob", None).unwrap();
        let (set, round) = (pallet_grandpa::CurrentSetId::<Runtime>::get(), 4_u64);
        // A prevote is the variant 0 of a message, and of an equivocation.
        let vote = |target: u8| {
            let prevote = (Hash::repeat_byte(target), 9_u32);
            let message = (0_u8, prevote, round, set).encode();
            (prevote, bob.sign(&message))
        };
        let proof = (set, 0_u8, round, bob.public(), vote(1), vote(2)).encode();
        let proof =
            sp_consensus_grandpa::EquivocationProof::<Hash, BlockNumber>::decode(&mut &proof[..])
                .unwrap();
        let key = (sp_consensus_grandpa::KEY_TYPE, proof.offender().clone());
        let owner = Historical::prove(key).unwrap();
        let ferdie = RuntimeOrigin::signed(account("//Ferdie"));
        Grandpa::report_equivocation(ferdie, Box::new(proof), owner).unwrap();
        assert!(events().iter().any(|event| matches!(
            event,
            RuntimeEvent::Staking(pallet_staking::Event::SlashReported { validator, .. })
                if *validator == stash(BOB)
        )));
        assert_eq!(UnappliedSlashes::<Runtime>::get(3).len(), 1);
    });
}

#[test]
fn invulnerable_validators_are_not_slashed() {
    chain::new("fast").execute_with(|| {
        chain::run_to_era(1);
        let bond = bonded(BOB);
        report_two_blocks().unwrap();
        assert!(UnappliedSlashes::<Runtime>::get(3).is_empty());
        chain::run_to_era(4);
        assert_eq!(bonded(BOB), bond);
    });
}

#[test]
fn a_validator_that_was_only_silent_is_not_disabled_however_many_there_are() {
    chain::new("fast-6").execute_with(|| {
        make_vulnerable();
        chain::silence(&[BOB]);
        chain::run_to_session(2);
        assert!(Session::disabled_validators().is_empty());
        assert_eq!(bonded(BOB), MIN_ELECTABLE_STAKE);
    });
}

#[test]
fn one_validator_asleep_is_noticed_and_neither_slashed_nor_disabled() {
    chain::new("fast").execute_with(|| {
        make_vulnerable();
        chain::silence(&[BOB]);
        chain::run_to_session(1);
        let noticed = events().into_iter().find_map(|event| match event {
            RuntimeEvent::ImOnline(pallet_im_online::Event::SomeOffline { offline }) => {
                Some(offline)
            }
            _ => None,
        });
        let offline: Vec<_> = noticed.unwrap().into_iter().map(|(who, _)| who).collect();
        assert_eq!(offline, [stash(BOB)]);
        chain::run_to_era(2);
        assert_eq!(bonded(BOB), MIN_ELECTABLE_STAKE);
        assert!(Session::disabled_validators().is_empty());
        assert!(
            Session::validators().contains(&stash(BOB)),
            "it may come back"
        );
        chain::silence(&[]);
        chain::run_to_session(13);
        chain::run_to_session(14);
        let all_good = RuntimeEvent::ImOnline(pallet_im_online::Event::AllGood);
        assert!(events().contains(&all_good));
        chain::check_invariants();
    });
}

#[test]
fn many_validators_asleep_are_slashed_and_at_most_a_third_is_disabled() {
    chain::new("fast-6").execute_with(|| {
        make_vulnerable();
        chain::silence(&[1, 2, 3]);
        chain::run_to_session(1);
        // min(3 · (3 - 1) / 6, 1) · 7 %.
        let reported = events().into_iter().filter_map(|event| match event {
            RuntimeEvent::Staking(pallet_staking::Event::SlashReported {
                validator,
                fraction,
                ..
            }) => Some((validator, fraction)),
            _ => None,
        });
        let mut reported: Vec<_> = reported.collect();
        reported.sort();
        let mut expected =
            [1, 2, 3].map(|user| (stash(user), sp_runtime::Perbill::from_percent(7)));
        expected.sort();
        assert_eq!(reported, expected);
        assert_eq!(Session::disabled_validators().len(), 1);
        chain::run_to_era(2);
        for user in [1, 2, 3] {
            let lost = MIN_ELECTABLE_STAKE - bonded(user);
            assert_eq!(lost / TCESS, 210_000 - 1, "votes are lossy: {lost}");
        }
        chain::check_invariants();
    });
}

#[test]
fn a_failed_worker_costs_its_stash_a_twentieth_of_the_least_bond() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        let treasury = || Balances::free_balance(treasury_account());
        let before = (treasury(), bonded(BOB));
        assert_eq!(WorkerFine::penalise(&stash(BOB)), 0, "invulnerable");
        assert_eq!(WorkerFine::penalise(&account("//Eve")), 0, "not bonded");
        make_vulnerable();
        assert_eq!(WorkerFine::penalise(&stash(BOB)), 5000 * TCESS);
        assert_eq!(before.1 - bonded(BOB), 5000 * TCESS);
        assert_eq!(treasury() - before.0, 5000 * TCESS);
        chain::check_invariants();
    });
}
