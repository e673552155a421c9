//! Calls of pallet Audit (106): proofs and verdicts.

use cess_primitives::{tee::WorkerKey, AccountId, BloomFilter, Tick};

calls! { "Audit";
    /// 1: the miner's idle proof: the total hash.
    submit_idle_proof(idle_prove: &[u8]);
    /// 2: the miner's service proof: the decimal digits of sigma.
    submit_service_proof(service_prove: &[u8]);
    /// 3: the miner hands in the verdict over its idle proof.
    submit_verify_idle_result(
        total_prove_hash: &[u8], front: u64, rear: u64, accumulator: &[u8; 256],
        idle_result: bool, signature: &[u8], tee_puk: &WorkerKey,
    );
    /// 4: the miner hands in the verdict over its service proof.
    submit_verify_service_result(
        service_result: bool, signature: &[u8], service_bloom_filter: &BloomFilter, tee_puk: &WorkerKey,
    );
    /// 7: root forgets a miner's missed challenges.
    update_counted_clear(miner: &AccountId);
    /// 9: root moves the end of a miner's proof window.
    test_update_clear_slip(old: Tick, new: Tick, miner: &AccountId);
    /// 10: root moves the end of a miner's verdict window.
    test_update_verify_slip(old: Tick, new: Tick, miner: &AccountId);
    /// 11: root challenges a miner now.
    point_miner_challenge(miner: &AccountId);
    /// 20: anyone hands in the verdict over a miner's idle proof.
    post_idle_verdict(
        miner: &AccountId, total_prove_hash: &[u8], front: u64, rear: u64, accumulator: &[u8; 256],
        idle_result: bool, signature: &[u8], tee_puk: &WorkerKey,
    );
    /// 21: anyone hands in the verdict over a miner's service proof.
    post_service_verdict(
        miner: &AccountId, service_result: bool, signature: &[u8],
        service_bloom_filter: &BloomFilter, tee_puk: &WorkerKey,
    );
    /// 22: anyone hands in a worker's word that a miner never delivered its proofs.
    report_missing_proof(miner: &AccountId, signature: &[u8], tee_puk: &WorkerKey);
}
