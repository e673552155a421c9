//! Certificates of idle space.

use super::*;
use cess_primitives::{
    miner::{PoISKey, SpaceProofInfo},
    payload::space_proof_digest,
};
use frame_support::{assert_noop, assert_ok};

fn proof(by: AccountId, front: u64, rear: u64) -> SpaceProofInfo {
    let pois_key = PoISKey {
        g: [1; 256],
        n: [2; 256],
    };
    SpaceProofInfo {
        miner: by,
        front,
        rear,
        pois_key,
        accumulator: [3; 256],
    }
}

fn certify(by: AccountId, info: SpaceProofInfo, worker: WorkerKey) -> DispatchResult {
    let certificate = signature(&space_proof_digest(&info, &worker));
    let state = signature(&master_digest(&info));
    FileBank::cert_idle_space(origin(by), info, certificate, state, worker)
}

fn replace(by: AccountId, info: SpaceProofInfo, worker: WorkerKey) -> DispatchResult {
    let certificate = signature(&space_proof_digest(&info, &worker));
    let state = signature(&master_digest(&info));
    FileBank::replace_idle_space(origin(by), info, certificate, state, worker)
}

fn unit() -> u128 {
    Clock::params().idle_unit.into()
}

#[test]
fn certified_files_become_idle_space() {
    ExtBuilder::default().idle(0).build_and_execute(|| {
        assert_ok!(certify(miner(1), proof(miner(1), 0, 5), MARKER));
        assert_eq!(mine(1).idle, 5 * unit());
        assert_eq!(
            events(),
            [Event::IdleSpaceCert {
                acc: miner(1),
                space: 5 * unit()
            }]
        );
        assert_eq!(Points::get(stash_of(&MARKER)).1, 5 * unit());
        assert_eq!(Worked::get(MARKER), 1);
    });
}

#[test]
fn replaced_files_reduce_what_the_miner_owes() {
    ExtBuilder::default().build_and_execute(|| {
        // 64 segments: a column is one idle file.
        store(&Sample::new("a", 64));
        Quarry::mutate(miner(1), |mine| mine.as_mut().unwrap().rear = 9);
        events();
        assert_ok!(replace(miner(1), proof(miner(1), 1, 9), MARKER));
        assert_eq!(mine(1).pending, 0);
        assert_eq!(
            events(),
            [Event::ReplaceIdleSpace {
                acc: miner(1),
                space: unit()
            }]
        );
        assert_eq!(Points::get(stash_of(&MARKER)).2, unit());
    });
}

#[test]
fn work_of_a_worker_without_a_stash_counts_but_earns_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(certify(miner(1), proof(miner(1), 0, 5), UNPAID));
        assert_eq!(Points::get(stash_of(&UNPAID)), (0, 0, 0));
        assert_eq!(Worked::get(UNPAID), 1);
    });
}

#[test]
fn another_miners_certificate_is_worth_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        let foreign = proof(miner(2), 0, 5);
        assert_noop!(
            certify(miner(1), foreign.clone(), MARKER),
            Error::<Test>::MinerError
        );
        assert_noop!(
            replace(miner(1), foreign, MARKER),
            Error::<Test>::MinerError
        );
    });
}

#[test]
fn certificates_come_from_workers_that_may_certify_under_the_master_key() {
    ExtBuilder::default().build_and_execute(|| {
        let info = proof(miner(1), 0, 5);
        let refused = certify(miner(1), info.clone(), VERIFIER);
        assert_noop!(refused, Error::<Test>::TeeNoPermission);
        let submit = |certificate: Signature, state: Signature| {
            FileBank::cert_idle_space(origin(miner(1)), info.clone(), certificate, state, MARKER)
        };
        let certificate = signature(&space_proof_digest(&info, &MARKER));
        let state = signature(&master_digest(&info));
        let wrong = submit(state.clone(), state.clone());
        assert_noop!(wrong, Error::<Test>::VerifyTeeSigFailed);
        let wrong = submit(certificate.clone(), certificate.clone());
        assert_noop!(wrong, Error::<Test>::VerifyTeeSigFailed);
        let short = submit(
            certificate[..10].to_vec().try_into().unwrap(),
            state.clone(),
        );
        assert_noop!(short, Error::<Test>::MalformedSignature);
        assert_ok!(submit(certificate, state));
    });
}

#[test]
fn only_positive_miners_certify_and_only_those_still_in_replace() {
    ExtBuilder::default().build_and_execute(|| {
        store(&Sample::new("a", 64));
        Quarry::mutate(miner(1), |mine| mine.as_mut().unwrap().positive = false);
        let frozen = certify(miner(1), proof(miner(1), 0, 5), MARKER);
        assert_noop!(frozen, Error::<Test>::MinerStateError);
        assert_ok!(replace(miner(1), proof(miner(1), 1, 0), MARKER));
        throw_out(&miner(2));
        let left = replace(miner(2), proof(miner(2), 1, 0), MARKER);
        assert_noop!(left, Error::<Test>::MinerStateError);
        let stranger = replace(bob(), proof(bob(), 1, 0), MARKER);
        assert_noop!(stranger, Error::<Test>::MinerStateError);
    });
}
