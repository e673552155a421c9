//! Pallet audit: challenges, proofs, verdicts, and what follows when they don't come.

use super::{enclave::Enclave, miners::*, rewards::*, workers::crowd, *};
use alloc::boxed::Box;
use cess_primitives::{
    audit::{ChallengeInfo, MAX_IDLE_PROOF, MAX_SERVICE_PROOF},
    miner::MAX_PASSES,
    payload::{master_digest, ProofMissingInfo, VerifyIdleResultInfo, VerifyServiceResultInfo},
    traits::{AuditedMiners, NetworkSpace, Protocol as _},
    BVec, TIB,
};
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_audit::{
    Call, ChallengeSnapShot, CountedClear, CountedServiceFailed, MinersBefore, UndeliveredTo,
    CHALLENGES_PER_BLOCK, EXPULSION_COUNT, SETTLEMENTS_PER_BLOCK,
};
use pallet_sminer::MinerItems;

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// A miner with as much idle as service space.
pub(super) fn provider(i: u32, tee: &Enclave) -> AccountId {
    let miner = positive(i, 2, tee);
    let mut entry = info(&miner);
    (entry.idle_space, entry.service_space) = (TIB.into(), TIB.into());
    MinerItems::<Runtime>::insert(&miner, entry);
    assert_ok!(StorageHandler::change_idle(TIB.into(), 0));
    assert_ok!(StorageHandler::change_service(TIB.into(), 0));
    miner
}

fn challenged(i: u32, tee: &Enclave) -> AccountId {
    let miner = provider(i, tee);
    assert_ok!(Audit::point_miner_challenge(
        RuntimeOrigin::root(),
        miner.clone()
    ));
    miner
}

fn challenge(miner: &AccountId) -> Option<ChallengeInfo> {
    ChallengeSnapShot::<Runtime>::get(miner)
}

fn idle_proof() -> BVec<u8, MAX_IDLE_PROOF> {
    BVec::truncate_from(alloc::vec![b'0'; MAX_IDLE_PROOF as usize])
}

fn service_proof() -> BVec<u8, MAX_SERVICE_PROOF> {
    BVec::truncate_from(alloc::vec![b'1'; MAX_SERVICE_PROOF as usize])
}

/// The miner submits both proofs.
fn prove(miner: &AccountId) {
    assert_ok!(Audit::submit_idle_proof(signed(miner), idle_proof()));
    assert_ok!(Audit::submit_service_proof(signed(miner), service_proof()));
}

/// What a call says of an idle proof, and the master key's word for it.
fn idle_verdict(
    miner: &AccountId,
    result: bool,
    tee: &Enclave,
) -> (VerifyIdleResultInfo, BVec<u8, 64>) {
    let asked = challenge(miner).unwrap();
    let known = asked.miner_snapshot.space_proof_info;
    let verdict = VerifyIdleResultInfo {
        miner: miner.clone(),
        miner_prove: idle_proof(),
        front: known.front,
        rear: known.rear,
        accumulator: known.accumulator,
        space_challenge_param: asked.challenge_element.space_param,
        result,
        tee_puk: tee.worker,
    };
    let word = tee.sign(&master_digest(&verdict)).to_vec();
    (verdict, BVec::truncate_from(word))
}

/// The same of a service proof.
fn service_verdict(
    miner: &AccountId,
    result: bool,
    tee: &Enclave,
) -> (VerifyServiceResultInfo, BVec<u8, 64>) {
    let asked = challenge(miner).unwrap();
    let verdict = VerifyServiceResultInfo {
        miner: miner.clone(),
        tee_puk: tee.worker,
        miner_prove: service_proof(),
        result,
        chal: asked.challenge_element.service_param,
        service_bloom_filter: asked.miner_snapshot.service_bloom_filter,
    };
    let word = tee.sign(&master_digest(&verdict)).to_vec();
    (verdict, BVec::truncate_from(word))
}

/// The idle proof is decided.
fn decide_idle(miner: &AccountId, tee: &Enclave) {
    let (v, word) = idle_verdict(miner, true, tee);
    let (anyone, miner, worker) = (signed(miner), v.miner, tee.worker);
    assert_ok!(Audit::post_idle_verdict(
        anyone,
        miner,
        v.miner_prove,
        v.front,
        v.rear,
        v.accumulator,
        v.result,
        word,
        worker
    ));
}

/// So many challenges that nobody answers, of miners that failed so often before.
fn unanswered(count: u32, failed: u8) -> Vec<AccountId> {
    let tee = Enclave::launch();
    let miners: Vec<_> = (0..count).map(|i| challenged(i, &tee)).collect();
    for miner in &miners {
        CountedClear::<Runtime>::insert(miner, failed);
    }
    crowd();
    wait(tick(1));
    // Nothing is drawn besides.
    MinersBefore::<Runtime>::put(0);
    miners
}

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn submit_idle_proof() {
        let miner = challenged(0, &Enclave::launch());
        crowd();

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()), idle_proof());

        assert!(challenge(&miner).unwrap().prove_info.idle_prove.is_some());
    }

    #[benchmark]
    fn submit_service_proof() {
        let miner = challenged(0, &Enclave::launch());
        crowd();

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()), service_proof());

        assert!(challenge(&miner)
            .unwrap()
            .prove_info
            .service_prove
            .is_some());
    }

    /// The proof is wrong, and the miner is punished for it.
    #[benchmark]
    fn post_idle_verdict() {
        let tee = Enclave::launch();
        let miner = challenged(0, &tee);
        prove(&miner);
        let (v, word) = idle_verdict(&miner, false, &tee);
        let (anyone, proof) = (person("anyone", 0), v.miner_prove);
        let (front, rear, acc, worker) = (v.front, v.rear, v.accumulator, tee.worker);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(anyone),
            miner.clone(),
            proof,
            front,
            rear,
            acc,
            false,
            word,
            worker,
        );

        assert!(info(&miner).collaterals < 2 * cess_primitives::COLLATERAL_PER_TIB);
    }

    /// The proof is wrong again, the miner is punished for it, and the challenge ends.
    #[benchmark]
    fn post_service_verdict() {
        let tee = Enclave::launch();
        let miner = challenged(0, &tee);
        prove(&miner);
        decide_idle(&miner, &tee);
        CountedServiceFailed::<Runtime>::insert(&miner, 1);
        let (v, word) = service_verdict(&miner, false, &tee);
        let (anyone, filter) = (person("anyone", 0), Box::new(v.service_bloom_filter));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(anyone),
            miner.clone(),
            false,
            word,
            filter,
            tee.worker,
        );

        assert!(challenge(&miner).is_none());
        assert!(info(&miner).collaterals < 2 * cess_primitives::COLLATERAL_PER_TIB);
    }

    /// The last verdict of a challenge that is passed by a miner with a long record.
    #[benchmark]
    fn pass() {
        let tee = Enclave::launch();
        let miner = challenged(0, &tee);
        begin_era(1);
        for _ in 0..MAX_PASSES {
            assert_ok!(Sminer::record_pass(
                &miner,
                u128::from(TIB),
                u128::from(TIB)
            ));
        }
        prove(&miner);
        decide_idle(&miner, &tee);
        let (v, word) = service_verdict(&miner, true, &tee);
        let (anyone, filter) = (person("anyone", 0), Box::new(v.service_bloom_filter));

        #[extrinsic_call]
        post_service_verdict(
            RawOrigin::Signed(anyone),
            miner.clone(),
            true,
            word,
            filter,
            tee.worker,
        );

        assert!(challenge(&miner).is_none());
    }

    #[benchmark]
    fn report_missing_proof() {
        let tee = Enclave::launch();
        let miner = challenged(0, &tee);
        prove(&miner);
        let report = ProofMissingInfo {
            miner: miner.clone(),
            start: challenge(&miner).unwrap().challenge_element.start,
            tee_puk: tee.worker,
        };
        let word = tee.sign(&master_digest(&report)).to_vec();
        let anyone = person("anyone", 0);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(anyone),
            miner.clone(),
            BVec::truncate_from(word),
            tee.worker,
        );

        assert!(UndeliveredTo::<Runtime>::contains_key(miner));
    }

    #[benchmark]
    fn update_counted_clear() {
        let miner = person("miner", 0);
        CountedClear::<Runtime>::insert(&miner, 1);

        #[extrinsic_call]
        _(RawOrigin::Root, miner.clone());

        assert!(!CountedClear::<Runtime>::contains_key(miner));
    }

    #[benchmark]
    fn test_update_clear_slip() {
        let miner = challenged(0, &Enclave::launch());
        let element = challenge(&miner).unwrap().challenge_element;
        let (old, new) = (element.idle_slip.max(element.service_slip), element.start);

        #[extrinsic_call]
        _(RawOrigin::Root, old, new, miner);
    }

    #[benchmark]
    fn test_update_verify_slip() {
        let miner = challenged(0, &Enclave::launch());
        let old = challenge(&miner).unwrap().challenge_element.verify_slip;

        #[extrinsic_call]
        _(RawOrigin::Root, old, tick(1), miner);
    }

    #[benchmark]
    fn point_miner_challenge() {
        let miner = provider(0, &Enclave::launch());
        crowd();

        #[extrinsic_call]
        _(RawOrigin::Root, miner.clone());

        assert!(challenge(&miner).is_some());
    }

    /// `n` miners are drawn and challenged, nearly all that there are.
    #[benchmark]
    fn challenge_some(n: Linear<1, CHALLENGES_PER_BLOCK>) {
        let tee = Enclave::launch();
        (0..n).for_each(|i| drop(provider(i, &tee)));
        crowd();
        let mut params = Protocol::params();
        (params.challenge_start, params.challenge_period) = (0, 1);
        assert_ok!(Protocol::set_params(RuntimeOrigin::root(), params));
        MinersBefore::<Runtime>::put(n);

        #[block]
        {
            begin_block::<Audit>();
        }

        assert!(ChallengeSnapShot::<Runtime>::iter().next().is_some());
    }

    /// `n` miners deliver neither proof, and are punished for both.
    #[benchmark]
    fn settle_proofs(n: Linear<0, { SETTLEMENTS_PER_BLOCK - 1 }>) {
        unanswered(n, 1);

        #[block]
        {
            begin_block::<Audit>();
        }

        assert_eq!(ChallengeSnapShot::<Runtime>::iter().count(), 0);
    }

    /// `n` miners are thrown out.
    #[benchmark]
    fn expel(n: Linear<0, { SETTLEMENTS_PER_BLOCK - 1 }>) {
        let miners = unanswered(n, EXPULSION_COUNT - 1);

        #[block]
        {
            begin_block::<Audit>();
        }

        let offline = cess_primitives::miner::state::OFFLINE;
        assert!(miners.iter().all(|miner| info(miner).is(offline)));
    }

    /// Both verdicts over `n` miners are asked of other workers, after their proofs were due.
    #[benchmark]
    fn reassign(n: Linear<0, { SETTLEMENTS_PER_BLOCK / 2 - 1 }>) {
        let tee = Enclave::launch();
        let miners: Vec<_> = (0..n).map(|i| challenged(i, &tee)).collect();
        miners.iter().for_each(prove);
        crowd();
        wait(tick(1));
        // Nothing is drawn besides.
        MinersBefore::<Runtime>::put(0);

        #[block]
        {
            begin_block::<Audit>();
        }

        let asked = |miner: &AccountId| challenge(miner).unwrap().prove_info.assign;
        assert!(miners.iter().all(|miner| asked(miner) == 1));
    }
}
