//! What users and miners do again and again, each step as it should be.

use crate::{
    chain::{account, pair},
    world::{as_root, dispatch, master_sign, name, tags, Sample},
};
use cess_primitives::{
    payload::{master_digest, VerifyIdleResultInfo},
    Hash as Fid, FRAGMENT_COUNT,
};
use cess_runtime::*;
use pallet_audit::{Call as AuditCall, ChallengeSnapShot};
use pallet_file_bank::Call as FileCall;
use pallet_storage_handler::Call as LandCall;
use sp_core::Pair;
use std::ops::RangeInclusive;

/// The first miners hold files, one for each column.
pub(crate) const HOLDERS: usize = FRAGMENT_COUNT;

/// The seed of a miner, from 1.
pub(crate) fn miner(n: usize) -> String {
    format!("//Miner//{n}")
}

/// Root challenges a miner.
pub(crate) fn challenge(seed: &str) {
    as_root(AuditCall::point_miner_challenge {
        miner: account(seed),
    });
}

/// The miner proves its idle space.
pub(crate) fn prove_idle(seed: &str) {
    let idle_prove = vec![1; 64].try_into().unwrap();
    dispatch(seed, AuditCall::submit_idle_proof { idle_prove });
}

/// The worker that owes it says that the idle proof is right.
pub(crate) fn judge_idle(seed: &str) {
    let miner = account(seed);
    let challenge = ChallengeSnapShot::<Runtime>::get(&miner).unwrap();
    let known = challenge.miner_snapshot.space_proof_info;
    let proof = challenge.prove_info.idle_prove.unwrap();
    let verdict = VerifyIdleResultInfo {
        miner: miner.clone(),
        miner_prove: proof.idle_prove.clone(),
        front: known.front,
        rear: known.rear,
        accumulator: known.accumulator,
        space_challenge_param: challenge.challenge_element.space_param,
        result: true,
        tee_puk: proof.tee_puk,
    };
    let signature = master_sign(master_digest(&verdict));
    let call = AuditCall::post_idle_verdict {
        miner,
        total_prove_hash: proof.idle_prove,
        front: known.front,
        rear: known.rear,
        accumulator: known.accumulator,
        idle_result: true,
        signature,
        tee_puk: proof.tee_puk,
    };
    let seeds = ["//Tee//1", "//Tee//2"];
    let worker = seeds
        .into_iter()
        .find(|s| pair(s).public().0 == proof.tee_puk);
    dispatch(worker.unwrap(), call);
}

/// A user rents GiB for days.
pub(crate) fn rent(seed: &str, territory: &str, gib_count: u32, days: u32) {
    let mint = LandCall::mint_territory {
        gib_count,
        territory_name: name(territory),
        days,
    };
    dispatch(seed, mint);
}

/// A user declares a file.
pub(crate) fn declare(sample: &Sample, seed: &str, territory: &str) {
    let call = FileCall::upload_declaration {
        file_hash: sample.fid,
        deal_info: sample.segments.clone(),
        user_brief: sample.brief(account(seed), name(territory)),
        file_size: sample.size(),
    };
    dispatch(seed, call);
}

/// The first miners report these columns.
pub(crate) fn report(sample: &Sample, columns: RangeInclusive<usize>) {
    for n in columns {
        let report = FileCall::transfer_report {
            index: n as u8,
            deal_hash: sample.fid,
        };
        dispatch(&miner(n), report);
    }
}

/// The first miners have these columns tagged.
pub(crate) fn tag(sample: &Sample, columns: RangeInclusive<usize>) {
    for n in columns {
        let fragments = sample.segments.iter().map(|s| s.fragment_list[n - 1]);
        let (tee_sig, tag_sig_info) = tags(&account(&miner(n)), sample.fid, fragments.collect());
        let call = FileCall::calculate_report {
            tee_sig,
            tag_sig_info,
        };
        dispatch(&miner(n), call);
    }
}

/// A file that is stored and tagged.
pub(crate) fn store(title: &str, seed: &str, territory: &str, segments: usize) -> Sample {
    let sample = Sample::new(title, segments);
    declare(&sample, seed, territory);
    report(&sample, 1..=HOLDERS);
    tag(&sample, 1..=HOLDERS);
    sample
}

/// The holder of a column lost one of its fragments.
pub(crate) fn lose(sample: &Sample, segment: usize, column: usize) -> Fid {
    let restoral_fragment = sample.segments[segment].fragment_list[column - 1];
    let lose = FileCall::generate_restoral_order {
        file_hash: sample.fid,
        restoral_fragment,
    };
    dispatch(&miner(column), lose);
    restoral_fragment
}
