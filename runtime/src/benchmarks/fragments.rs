//! Pallet file-bank, miners: reports, tags, restoral, idle space.

use super::{enclave::hired, miners::*, warehouse::*, *};
use cess_primitives::{
    miner::{PoISKey, SpaceProofInfo},
    payload::{master_digest, space_proof_digest},
    traits::WorkCredit,
    BVec, Hash as Fid, GIB, MAX_SEGMENTS,
};
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_file_bank::{Call, DealMap, File, LeaverOrders, RestoralOrder, TagDuties, TagQueue};
use pallet_sminer::PendingReplacements;

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// Segments of a file that many workers tag, or of which many fragments were restored.
const MANY: u32 = 100;
/// Idle files of a certificate: 16 GiB.
const IDLE_FILES: u64 = 256;

/// The stashes worked in a period that is over, and that is not settled yet.
fn leave_unsettled(stashes: impl Iterator<Item = AccountId>) {
    stashes.for_each(|stash| SchedulerCredit::tagged(&stash, GIB.into()));
    credits::end_period();
}

/// A file of `s` segments, all of them equal, is tagged; thirteen miners.
fn zeros(s: u32) -> (Crew, Sample) {
    let (user, sample) = (user(0), Sample::zeros(s));
    rent(&user, b'a');
    let crew = Crew::of(COLUMNS + 1);
    crew.tagged(&user, &sample);
    (crew, sample)
}

/// The same; the first miner has left, and the last one claimed what it held.
fn claimed(s: u32) -> (Crew, AccountId, Fid) {
    let (crew, sample) = zeros(s);
    let lost = sample.fragment(0, 0);
    leave(&crew.miners[0]);
    let claimer = crew.miners[COLUMNS as usize].clone();
    let leaver = crew.miners[0].clone();
    let call = FileBank::claim_restoral_noexist_order(signed(&claimer), leaver, sample.fid, lost);
    assert_ok!(call);
    (crew, claimer, lost)
}

/// A miner without idle space, and what it certifies.
fn idle_miner() -> (enclave::Enclave, AccountId, SpaceProofInfo) {
    let tee = enclave::Enclave::launch();
    let miner = positive(0, 2, &tee);
    leave_unsettled([enclave::stash()].into_iter());
    let known = info(&miner).space_proof_info;
    let pois_key = known.map_or(
        PoISKey {
            g: [0; 256],
            n: [0; 256],
        },
        |known| known.pois_key,
    );
    let proof = SpaceProofInfo {
        miner: miner.clone(),
        front: 0,
        rear: IDLE_FILES,
        accumulator: [3; 256],
        pois_key,
    };
    (tee, miner, proof)
}

/// The master key's words for a space proof: with the worker, and alone.
fn words(tee: &enclave::Enclave, proof: &SpaceProofInfo) -> (BVec<u8, 64>, BVec<u8, 64>) {
    let sign = |digest| BVec::truncate_from(tee.sign(&digest).to_vec());
    (
        sign(space_proof_digest(proof, &tee.worker)),
        sign(master_digest(proof)),
    )
}

#[benchmarks]
mod calls {
    use super::*;

    /// The twelfth one, for a file of `s` segments.
    #[benchmark]
    fn transfer_report(s: Linear<1, MAX_SEGMENTS>) {
        let (user, sample) = (user(0), Sample::new(0, s));
        rent(&user, b'a');
        let crew = Crew::of(COLUMNS);
        crew.deal(&user, &sample, 0, COLUMNS - 1);
        crowd_clearing();
        let last = crew.miners[COLUMNS as usize - 1].clone();

        #[extrinsic_call]
        _(RawOrigin::Signed(last), COLUMNS as u8, sample.fid);

        assert!(File::<Runtime>::contains_key(sample.fid));
    }

    /// The eleventh one.
    #[benchmark]
    fn report_column(s: Linear<1, MAX_SEGMENTS>) {
        let (user, sample) = (user(0), Sample::new(0, s));
        rent(&user, b'a');
        let crew = Crew::of(COLUMNS);
        crew.deal(&user, &sample, 0, COLUMNS - 2);
        crowd_clearing();
        let next = crew.miners[COLUMNS as usize - 2].clone();

        #[extrinsic_call]
        transfer_report(RawOrigin::Signed(next), COLUMNS as u8 - 1, sample.fid);

        assert!(DealMap::<Runtime>::contains_key(sample.fid));
    }

    /// The last one of a file of `s` segments, all of which one worker tagged.
    #[benchmark]
    fn calculate_report(s: Linear<1, MAX_SEGMENTS>) {
        let (user, sample) = (user(0), Sample::new(0, s));
        rent(&user, b'a');
        let crew = Crew::of(COLUMNS);
        crew.store(&user, &sample);
        tag_all_but(sample.fid, s);
        leave_unsettled([enclave::stash()].into_iter());
        let miner = crew.miners[0].clone();
        let (word, tags) = crew.tags(&miner, &sample, 0, |_| crew.tee.worker);

        #[extrinsic_call]
        _(RawOrigin::Signed(miner), word, tags);

        let active = cess_primitives::file::FileState::Active;
        assert_eq!(File::<Runtime>::get(sample.fid).unwrap().stat, active);
    }

    /// `w` workers of as many stashes tagged the fragments.
    #[benchmark]
    fn credit_workers(w: Linear<1, MANY>) {
        let (user, sample) = (user(0), Sample::new(0, MANY));
        rent(&user, b'a');
        let crew = Crew::of(COLUMNS);
        crew.store(&user, &sample);
        tag_all_but(sample.fid, MANY);
        let (stashes, workers): (Vec<_>, Vec<_>) = (1..=w).map(hired).unzip();
        leave_unsettled(stashes.into_iter());
        let miner = crew.miners[0].clone();
        let (word, tags) = crew.tags(&miner, &sample, 0, |i| workers[i % workers.len()].0);

        #[extrinsic_call]
        calculate_report(RawOrigin::Signed(miner), word, tags);
    }

    /// `d` of the fragments were restored by the miner, which had a deadline for each.
    #[benchmark]
    fn end_duties(d: Linear<0, MANY>) {
        let (user, sample) = (user(0), Sample::new(0, MANY));
        rent(&user, b'a');
        let crew = Crew::of(COLUMNS);
        crew.store(&user, &sample);
        tag_all_but(sample.fid, MANY);
        let (miner, fid) = (crew.miners[0].clone(), sample.fid);
        for i in 0..d {
            let restored = Some(sample.fragment(i as usize, 0));
            TagDuties::<Runtime>::insert((fid, &miner, restored), tick(i));
            let duty = (miner.clone(), restored);
            TagQueue::<Runtime>::insert(tick(i).to_be_bytes(), (fid, duty), ());
        }
        let (word, tags) = crew.tags(&miner, &sample, 0, |_| crew.tee.worker);

        #[extrinsic_call]
        calculate_report(RawOrigin::Signed(miner.clone()), word, tags);

        assert_eq!(TagDuties::<Runtime>::iter_prefix((fid, miner)).count(), 0);
    }

    /// Of a fragment that a file has `s` times.
    #[benchmark]
    fn generate_restoral_order(s: Linear<1, MAX_SEGMENTS>) {
        let (crew, sample) = zeros(s);
        let (miner, lost) = (crew.miners[0].clone(), sample.fragment(0, 0));

        #[extrinsic_call]
        _(RawOrigin::Signed(miner), sample.fid, lost);

        assert!(RestoralOrder::<Runtime>::contains_key(lost));
    }

    /// Of a fragment that a file has `s` times.
    #[benchmark]
    fn claim_restoral_order(s: Linear<1, MAX_SEGMENTS>) {
        let (crew, sample) = zeros(s);
        let lost = sample.fragment(0, 0);
        let loser = signed(&crew.miners[0]);
        assert_ok!(FileBank::generate_restoral_order(loser, sample.fid, lost));
        let claimer = crew.miners[COLUMNS as usize].clone();

        #[extrinsic_call]
        _(RawOrigin::Signed(claimer), lost);

        assert_eq!(RestoralOrder::<Runtime>::get(lost).unwrap().count, 1);
    }

    /// Of a fragment that a file has `s` times.
    #[benchmark]
    fn claim_restoral_noexist_order(s: Linear<1, MAX_SEGMENTS>) {
        let (crew, sample) = zeros(s);
        let (leaver, lost) = (crew.miners[0].clone(), sample.fragment(0, 0));
        leave(&leaver);
        let claimer = crew.miners[COLUMNS as usize].clone();

        #[extrinsic_call]
        _(RawOrigin::Signed(claimer), leaver, sample.fid, lost);

        assert_eq!(LeaverOrders::<Runtime>::get(lost), Some(s));
    }

    /// Of a fragment that a file has `s` times, and whose miner left.
    #[benchmark]
    fn restoral_order_complete(s: Linear<1, MAX_SEGMENTS>) {
        let (_, claimer, lost) = claimed(s);

        #[extrinsic_call]
        _(RawOrigin::Signed(claimer), lost);

        assert!(!RestoralOrder::<Runtime>::contains_key(lost));
    }

    #[benchmark]
    fn cert_idle_space() {
        let (tee, miner, proof) = idle_miner();
        let (certificate, state) = words(&tee, &proof);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(miner.clone()),
            proof,
            certificate,
            state,
            tee.worker,
        );

        assert!(info(&miner).idle_space > 0);
    }

    #[benchmark]
    fn replace_idle_space() {
        let (tee, miner, mut proof) = idle_miner();
        let (certificate, state) = words(&tee, &proof);
        let (origin, first) = (signed(&miner), proof.clone());
        assert_ok!(FileBank::cert_idle_space(
            origin,
            first,
            certificate,
            state,
            tee.worker
        ));
        PendingReplacements::<Runtime>::insert(&miner, u128::from(16 * GIB));
        proof.front = 1;
        let (certificate, state) = words(&tee, &proof);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(miner.clone()),
            proof,
            certificate,
            state,
            tee.worker,
        );

        assert!(PendingReplacements::<Runtime>::get(miner) < u128::from(16 * GIB));
    }
}
