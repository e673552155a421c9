//! Miners come, certify space, prove what they hold, are paid, are punished and go; workers judge.

use super::{seed_of, By, Dice, Move};
use crate::{
    chain::account,
    world::{certify, endpoint, master_sign, space_proof, tee},
};
use cess_primitives::{
    audit::ChallengeInfo,
    miner::{state, MinerInfo},
    payload::{master_digest, ProofMissingInfo, VerifyIdleResultInfo, VerifyServiceResultInfo},
    tee::WorkerKey,
    traits::{CollateralLender, Protocol as _},
    AccountId, Balance, COLLATERAL_PER_TIB, TCESS,
};
use cess_runtime::*;
use pallet_audit::{Call as AuditCall, ChallengeSnapShot};
use pallet_reservoir::BorrowList;
use pallet_sminer::{Call as MinerCall, MinerItems, PendingReplacements};

/// Idle files that a miner certifies when it enters.
const FIRST_FILES: u64 = 64;

pub(super) fn moves(dice: &mut Dice) -> Vec<Move> {
    match dice.roll(20) {
        0..=10 => audit(dice),
        11..=17 => {
            let seed = dice.miner();
            vec![live(dice, seed)]
        }
        _ => vec![order_around(dice)],
    }
}

fn call(call: MinerCall<Runtime>) -> RuntimeCall {
    RuntimeCall::Sminer(call)
}

fn audit_call(call: AuditCall<Runtime>) -> RuntimeCall {
    RuntimeCall::Audit(call)
}

/// What a miner does first.
pub(super) fn enter(miner: usize) -> Vec<Move> {
    let seed = format!("//Miner//{miner}");
    [
        register(&seed),
        first_key(&seed),
        more_idle(&seed, FIRST_FILES),
    ]
    .map(|call| (By::Seed(seed.clone()), call))
    .into()
}

fn register(seed: &str) -> RuntimeCall {
    call(MinerCall::regnstk {
        beneficiary: account(seed),
        endpoint: endpoint(),
        staking_val: COLLATERAL_PER_TIB + 1000 * TCESS,
        tib_count: 1,
    })
}

fn first_key(seed: &str) -> RuntimeCall {
    let info = space_proof(&account(seed), 0, 0);
    let (tee_sig_need_verify, tee_sig) = certify(&info);
    call(MinerCall::register_pois_key {
        pois_key: info.pois_key,
        tee_sig_need_verify,
        tee_sig,
        tee_puk: tee(),
    })
}

/// Front and rear of a miner's idle files.
fn files(miner: &AccountId) -> (u64, u64) {
    let info = MinerItems::<Runtime>::get(miner);
    let proof = info.and_then(|info| info.space_proof_info);
    proof.map_or((0, 0), |proof| (proof.front, proof.rear))
}

fn more_idle(seed: &str, more: u64) -> RuntimeCall {
    let (front, rear) = files(&account(seed));
    let idle_sig_info = space_proof(&account(seed), front, rear + more);
    let (tee_sig_need_verify, tee_sig) = certify(&idle_sig_info);
    RuntimeCall::FileBank(pallet_file_bank::Call::cert_idle_space {
        idle_sig_info,
        tee_sig_need_verify,
        tee_sig,
        tee_puk: tee(),
    })
}

fn less_idle(seed: &str, less: u64) -> RuntimeCall {
    let (front, rear) = files(&account(seed));
    let idle_sig_info = space_proof(&account(seed), front + less, rear);
    let (tee_sig_need_verify, tee_sig) = certify(&idle_sig_info);
    RuntimeCall::FileBank(pallet_file_bank::Call::replace_idle_space {
        idle_sig_info,
        tee_sig_need_verify,
        tee_sig,
        tee_puk: tee(),
    })
}

/// The next thing that a miner in its state does.
fn live(dice: &mut Dice, seed: String) -> Move {
    let miner = account(&seed);
    let Some(info) = MinerItems::<Runtime>::get(&miner) else {
        let lent = BorrowList::<Runtime>::get(&miner).is_some_and(|loan| loan.free > 0);
        let call = match lent || dice.once_in(3) {
            true => assigned(dice, &seed, lent),
            false => register(&seed),
        };
        return (By::Seed(seed), call);
    };
    match info.state.as_slice() {
        state::NOT_READY if !dice.once_in(6) => (By::Seed(seed.clone()), first_key(&seed)),
        state::EXIT | state::OFFLINE if !dice.once_in(6) => {
            (By::Seed(seed), call(MinerCall::miner_withdraw {}))
        }
        state::FROZEN if !dice.once_in(4) => pay_up(&seed, &info),
        _ => go_on(dice, seed, &info),
    }
}

/// A miner whose stake somebody else pays, or the reservoir lends.
fn assigned(dice: &mut Dice, seed: &str, lent: bool) -> RuntimeCall {
    let staking_account = match lent || dice.once_in(4) {
        true => Reservoir::account(),
        false => account(&dice.user()),
    };
    call(MinerCall::regnstk_assign_staking {
        beneficiary: account(seed),
        endpoint: endpoint(),
        staking_account,
        tib_count: 1,
    })
}

/// The seed of whoever pays a miner's stake.
fn payer(seed: &str, info: &MinerInfo) -> String {
    seed_of(&info.staking_account).unwrap_or_else(|| seed.into())
}

fn pay_up(seed: &str, info: &MinerInfo) -> Move {
    let call = call(MinerCall::increase_collateral {
        miner: account(seed),
        collaterals: info.debt + COLLATERAL_PER_TIB,
    });
    (By::Seed(payer(seed, info)), call)
}

fn go_on(dice: &mut Dice, seed: String, info: &MinerInfo) -> Move {
    let miner = account(&seed);
    let unit = u128::from(Protocol::params().idle_unit);
    let pending = (PendingReplacements::<Runtime>::get(&miner) / unit) as u64;
    let call = match dice.roll(16) {
        0..=3 => more_idle(&seed, dice.roll(32) as u64),
        4..=6 => less_idle(&seed, pending.max(1)),
        7..=9 => call(MinerCall::receive_reward {}),
        10 => call(MinerCall::update_beneficiary {
            beneficiary: account(&dice.anybody()),
        }),
        11 => call(MinerCall::update_endpoint {
            endpoint: endpoint(),
        }),
        12 => call(MinerCall::increase_declaration_space { tib_count: 1 }),
        13 => call(MinerCall::decrease_declaration_space { tib_count: 1 }),
        14 => {
            let collaterals = dice.amount(2 * COLLATERAL_PER_TIB);
            let call = call(MinerCall::increase_collateral { miner, collaterals });
            return (By::Seed(payer(&seed, info)), call);
        }
        _ => {
            let call = call(MinerCall::miner_exit_prep { miner });
            return (By::Seed(payer(&seed, info)), call);
        }
    };
    (By::Seed(seed), call)
}

/// Somebody does what an open challenge asks for, rightly or wrongly; sometimes for all of them.
fn audit(dice: &mut Dice) -> Vec<Move> {
    let open: Vec<_> = ChallengeSnapShot::<Runtime>::iter().collect();
    let all = !dice.once_in(4);
    let chosen = dice.roll(open.len().max(1));
    let mut moves = Vec::new();
    for (at, (miner, challenge)) in open.iter().enumerate() {
        if all || at == chosen {
            moves.extend(answer(dice, miner, challenge));
        }
    }
    moves
}

fn answer(dice: &mut Dice, miner: &AccountId, challenge: &ChallengeInfo) -> Option<Move> {
    let seed = seed_of(miner)?;
    let proofs = &challenge.prove_info;
    let holds_files = challenge.miner_snapshot.service_space > 0;
    match (&proofs.idle_prove, &proofs.service_prove) {
        (None, _) if challenge.miner_snapshot.idle_space > 0 => {
            let idle_prove = vec![1; 64].try_into().unwrap();
            Some((
                By::Seed(seed),
                audit_call(AuditCall::submit_idle_proof { idle_prove }),
            ))
        }
        (_, None) if holds_files => {
            let service_prove = b"123456789".to_vec().try_into().unwrap();
            Some((
                By::Seed(seed),
                audit_call(AuditCall::submit_service_proof { service_prove }),
            ))
        }
        (idle, service) => {
            let (wrong, missing, by_miner) = (dice.once_in(15), dice.once_in(15), dice.once_in(4));
            let idle = idle.as_ref().filter(|proof| proof.verify_result.is_none());
            let service = service
                .as_ref()
                .filter(|proof| proof.verify_result.is_none());
            let worker = idle.map(|p| p.tee_puk).or(service.map(|p| p.tee_puk))?;
            Some(match idle {
                _ if missing => report_missing(miner, challenge, worker),
                Some(_) => judge_idle(miner, seed, challenge, worker, !wrong, by_miner),
                None => judge_service(miner, seed, challenge, worker, !wrong, by_miner),
            })
        }
    }
}

/// The seed of a worker.
fn worker_seed(worker: WorkerKey) -> String {
    let seeds = (1..=super::workers::TEES).map(|n| format!("//Tee//{n}"));
    let mut same = seeds.filter(|seed| account(seed) == AccountId::new(worker));
    same.next().unwrap_or_else(|| "//Tee//1".into())
}

fn judge_idle(
    miner: &AccountId,
    seed: String,
    challenge: &ChallengeInfo,
    tee_puk: WorkerKey,
    idle_result: bool,
    by_miner: bool,
) -> Move {
    let proof = &challenge.miner_snapshot.space_proof_info;
    let submitted = challenge.prove_info.idle_prove.as_ref();
    let total_prove_hash = submitted.map(|p| p.idle_prove.clone()).unwrap_or_default();
    let signature = master_sign(master_digest(&VerifyIdleResultInfo {
        miner: miner.clone(),
        miner_prove: total_prove_hash.clone(),
        front: proof.front,
        rear: proof.rear,
        accumulator: proof.accumulator,
        space_challenge_param: challenge.challenge_element.space_param,
        result: idle_result,
        tee_puk,
    }));
    let (front, rear, accumulator) = (proof.front, proof.rear, proof.accumulator);
    match by_miner {
        true => (
            By::Seed(seed),
            audit_call(AuditCall::submit_verify_idle_result {
                total_prove_hash,
                front,
                rear,
                accumulator,
                idle_result,
                signature,
                tee_puk,
            }),
        ),
        false => (
            By::Seed(worker_seed(tee_puk)),
            audit_call(AuditCall::post_idle_verdict {
                miner: miner.clone(),
                total_prove_hash,
                front,
                rear,
                accumulator,
                idle_result,
                signature,
                tee_puk,
            }),
        ),
    }
}

fn judge_service(
    miner: &AccountId,
    seed: String,
    challenge: &ChallengeInfo,
    tee_puk: WorkerKey,
    service_result: bool,
    by_miner: bool,
) -> Move {
    let submitted = challenge.prove_info.service_prove.as_ref();
    let bloom = challenge.miner_snapshot.service_bloom_filter.clone();
    let signature = master_sign(master_digest(&VerifyServiceResultInfo {
        miner: miner.clone(),
        tee_puk,
        miner_prove: submitted
            .map(|p| p.service_prove.clone())
            .unwrap_or_default(),
        result: service_result,
        chal: challenge.challenge_element.service_param.clone(),
        service_bloom_filter: bloom.clone(),
    }));
    let service_bloom_filter = Box::new(bloom);
    match by_miner {
        true => (
            By::Seed(seed),
            audit_call(AuditCall::submit_verify_service_result {
                service_result,
                signature,
                service_bloom_filter,
                tee_puk,
            }),
        ),
        false => (
            By::Seed(worker_seed(tee_puk)),
            audit_call(AuditCall::post_service_verdict {
                miner: miner.clone(),
                service_result,
                signature,
                service_bloom_filter,
                tee_puk,
            }),
        ),
    }
}

/// A worker says that a miner never sent the proof.
fn report_missing(miner: &AccountId, challenge: &ChallengeInfo, tee_puk: WorkerKey) -> Move {
    let signature = master_sign(master_digest(&ProofMissingInfo {
        miner: miner.clone(),
        start: challenge.challenge_element.start,
        tee_puk,
    }));
    let call = AuditCall::report_missing_proof {
        miner: miner.clone(),
        signature,
        tee_puk,
    };
    (By::Seed(worker_seed(tee_puk)), audit_call(call))
}

/// Root challenges, forgives, throws out; people fill the faucet and drink from it.
fn order_around(dice: &mut Dice) -> Move {
    let miner = account(&dice.miner());
    let challenge = ChallengeSnapShot::<Runtime>::iter().next();
    let element = challenge.map(|(miner, info)| (miner, info.challenge_element));
    let slips = |chosen: fn(&cess_primitives::audit::ChallengeElement) -> u32| match &element {
        Some((miner, element)) => (miner.clone(), chosen(element)),
        None => (miner.clone(), 0),
    };
    let call = match dice.roll(14) {
        0..=3 => audit_call(AuditCall::point_miner_challenge { miner }),
        4 => audit_call(AuditCall::update_counted_clear { miner }),
        5 => {
            let (miner, old) = slips(|e| e.idle_slip.max(e.service_slip));
            let new = old + 10;
            audit_call(AuditCall::test_update_clear_slip { old, new, miner })
        }
        6 => {
            let (miner, old) = slips(|e| e.verify_slip);
            let new = old + 10;
            audit_call(AuditCall::test_update_verify_slip { old, new, miner })
        }
        7 => {
            let mut leaving = pallet_sminer::MinerLock::<Runtime>::iter_keys();
            let miner = leaving.next().unwrap_or(miner);
            call(MinerCall::miner_exit { miner })
        }
        8 => call(MinerCall::clear_miner_service { miner }),
        9 => call(MinerCall::update_expender {
            k: 8,
            n: 1024,
            d: 64,
        }),
        10 => call(MinerCall::set_facuet_whitelist {
            acc: account("//Gateway//1"),
        }),
        11..=12 => {
            let award: Balance = dice.amount(100 * TCESS);
            let by = By::Seed(dice.anybody());
            return (by, call(MinerCall::faucet_top_up { award }));
        }
        _ => {
            let to = account(&dice.anybody());
            return (
                By::Seed("//Gateway//1".into()),
                call(MinerCall::faucet { to }),
            );
        }
    };
    (By::Root, call)
}
