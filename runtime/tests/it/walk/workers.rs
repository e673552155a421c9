//! TEE workers come, agree with a stash, ask for the master key and go; the rules change.

use super::{By, Dice, Move};
use crate::{
    chain::{account, pair},
    world::{next_master_key, tee, worker_info},
};
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::{
        MasterKeyApplyPayload, MasterKeyDistributePayload, WorkerExitPayload, WorkerKey, WorkerRole,
    },
};
use cess_runtime::*;
use codec::Encode;
use pallet_tee_worker::{Call as TeeCall, MasterKeyDistributeNotify, WorkerAddedAt};
use sp_core::Pair;

/// Workers that take part; the first one holds the master key and stays.
pub(super) const TEES: usize = 4;

pub(super) fn moves(dice: &mut Dice) -> Vec<Move> {
    let seed = format!("//Tee//{}", dice.roll(TEES - 1) + 2);
    let stash = ["//Alice//stash", "//Bob//stash", "//Charlie//stash"][dice.roll(3)];
    match dice.roll(10) {
        0..=3 => join(dice, seed, stash),
        4 => vec![leave(dice, seed, stash)],
        5..=6 => hand_over(seed),
        _ => govern(dice, seed, stash),
    }
}

fn call(call: TeeCall<Runtime>) -> RuntimeCall {
    RuntimeCall::TeeWorker(call)
}

fn key(seed: &str) -> WorkerKey {
    pair(seed).public().0
}

/// A payload of a worker, signed.
fn sign(seed: &str, kind: WorkerPayload, payload: &impl Encode) -> Vec<u8> {
    pair(seed).sign(&worker_message(kind, payload)).0.to_vec()
}

/// A stash agrees to a worker, which registers.
fn join(dice: &mut Dice, seed: String, stash: &str) -> Vec<Move> {
    let roles = [WorkerRole::Full, WorkerRole::Verifier, WorkerRole::Marker];
    let role = roles[dice.roll(3)].clone();
    let with_stash = (role != WorkerRole::Marker).then(|| account(stash));
    let sponsor = TeeCall::sponsor_worker {
        worker: key(&seed),
        agreed: !dice.once_in(5),
    };
    let register = TeeCall::register_worker {
        ceseal_info: worker_info(&seed, role, with_stash),
        attestation: None,
    };
    vec![
        (By::Seed(stash.into()), call(sponsor)),
        (By::Seed(seed), call(register)),
    ]
}

/// A worker goes by itself, or its stash sends it away.
fn leave(dice: &mut Dice, seed: String, stash: &str) -> Move {
    let worker = key(&seed);
    let payload = WorkerExitPayload {
        pubkey: worker,
        genesis_block_hash: System::block_hash(0),
        added_at: WorkerAddedAt::<Runtime>::get(worker).unwrap_or_default(),
        signing_time: pallet_timestamp::Now::<Runtime>::get(),
    };
    let signature = sign(&seed, WorkerPayload::WorkerExit, &payload);
    match dice.roll(3) {
        0 => (
            By::Seed("//Tee//1".into()),
            call(TeeCall::exit_worker { payload, signature }),
        ),
        1 => (By::Seed(seed), call(TeeCall::withdraw_worker { worker })),
        _ => (
            By::Seed(stash.into()),
            call(TeeCall::withdraw_worker { worker }),
        ),
    }
}

/// A worker asks for the master key, and the holder sends it to whoever asked.
fn hand_over(seed: String) -> Vec<Move> {
    let now = pallet_timestamp::Now::<Runtime>::get();
    let payload = MasterKeyApplyPayload {
        pubkey: key(&seed),
        ecdh_pubkey: key(&seed),
        signing_time: now,
    };
    let signature = sign(&seed, WorkerPayload::MasterKeyApply, &payload);
    let apply = call(TeeCall::apply_master_key { payload, signature });
    let asked = MasterKeyDistributeNotify::<Runtime>::iter_keys().next();
    let payload = MasterKeyDistributePayload {
        distributor: tee(),
        target: asked.unwrap_or_else(|| key(&seed)),
        ecdh_pubkey: tee(),
        encrypted_master_key: vec![1; 1200],
        iv: [2; 12],
        signing_time: now,
    };
    let signature = sign("//Tee//1", WorkerPayload::MasterKeyDistribute, &payload);
    let distribute = call(TeeCall::distribute_master_key { payload, signature });
    vec![
        (By::Seed("//Tee//1".into()), distribute),
        (By::Seed(seed), apply),
    ]
}

/// Root sets rules, sweeps, lets a new key be made, and changes its mind.
fn govern(dice: &mut Dice, seed: String, stash: &str) -> Vec<Move> {
    let puk = key(&seed);
    let ceseal_hash = Hash::repeat_byte(dice.roll(3) as u8);
    let call = match dice.roll(15) {
        0..=1 => {
            // The old key verifies for a day more; the holder makes the next one at once.
            let launch = TeeCall::launch_master_key {
                holder: tee(),
                roll_if_launched: true,
            };
            let settle = (By::Seed("//Tee//1".into()), call(next_master_key()));
            return vec![(By::Root, call(launch)), settle];
        }
        2 => {
            let back = TeeCall::change_master_key_holder { new_holder: tee() };
            let there = TeeCall::change_master_key_holder { new_holder: puk };
            return [there, back].map(|c| (By::Root, call(c))).into();
        }
        3 => TeeCall::add_ceseal { ceseal_hash },
        4 => TeeCall::remove_ceseal { ceseal_hash },
        5 => TeeCall::set_minimum_ceseal_version {
            major: 0,
            minor: dice.roll(2) as u32,
            patch: 0,
        },
        6 => TeeCall::set_none_attestation_enabled { enabled: true },
        7 => TeeCall::set_ceseal_verify_required { required: false },
        8 => TeeCall::set_simulated_attestation_enabled {
            enabled: dice.once_in(2),
        },
        9 => TeeCall::migration_last_work {},
        10 => TeeCall::patch_clear_invalid_tee {},
        11 => TeeCall::patch_clear_not_work_tee {},
        12 => TeeCall::force_clear_tee { puk },
        _ => TeeCall::force_register_worker {
            pubkey: puk,
            ecdh_pubkey: puk,
            stash_account: Some(account(stash)),
        },
    };
    vec![(By::Root, self::call(call))]
}
