//! A TEE worker and the master key, for what they sign.

use super::*;
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::{MasterKeyLaunchPayload, WorkerKey},
    TCESS,
};
use frame_support::assert_ok;
use pallet_staking::RewardDestination;
use sp_core::sr25519::Public;

/// A worker that may do everything, and a master key that was replaced a moment ago: a signature of
/// it is tried with its successor first.
pub(super) struct Enclave {
    /// The worker, which is the holder of the current master key.
    pub(super) worker: WorkerKey,
    master: Public,
}

impl Enclave {
    /// Registers the worker and launches the master key twice.
    pub(super) fn launch() -> Self {
        set_seconds(1);
        let worker = full_worker();
        let change = TeeWorker::change_master_key_holder(RuntimeOrigin::root(), worker.0);
        assert_ok!(change);
        let master = settle(&worker);
        let roll = TeeWorker::launch_master_key(RuntimeOrigin::root(), worker.0, true);
        assert_ok!(roll);
        settle(&worker);
        Self {
            worker: worker.0,
            master,
        }
    }

    /// The replaced master key's signature.
    pub(super) fn sign(&self, digest: &[u8; 32]) -> [u8; 64] {
        sign(&self.master, digest)
    }
}

/// An account that may answer for workers.
pub(super) fn stash() -> AccountId {
    bonded(0)
}

fn bonded(i: u32) -> AccountId {
    let stash = person("stash", i);
    if !pallet_staking::Bonded::<Runtime>::contains_key(&stash) {
        let reward = RewardDestination::Staked;
        assert_ok!(Staking::bond(signed(&stash), 1_000_000 * TCESS, reward));
    }
    stash
}

/// A worker that may do everything, and whose key is ours.
pub(super) fn full_worker() -> Public {
    worker_of(stash())
}

/// Another stash with a worker of its own.
pub(super) fn hired(i: u32) -> (AccountId, Public) {
    let stash = bonded(i);
    (stash.clone(), worker_of(stash))
}

fn worker_of(stash: AccountId) -> Public {
    let worker = key();
    let (root, ecdh) = (RuntimeOrigin::root(), [1; 32]);
    assert_ok!(TeeWorker::force_register_worker(
        root,
        worker.0,
        ecdh,
        Some(stash)
    ));
    worker
}

/// A new master key, and what the worker that made it says of it.
pub(super) fn master_key(worker: &Public) -> (Public, MasterKeyLaunchPayload, Vec<u8>) {
    let master = key();
    let payload = MasterKeyLaunchPayload {
        launcher: worker.0,
        master_pubkey: master.0,
    };
    let message = worker_message(WorkerPayload::MasterKeyLaunch, &payload);
    (master, payload, sign(worker, &message).to_vec())
}

/// The worker makes the master key that it was asked for.
fn settle(worker: &Public) -> Public {
    let (master, payload, signature) = master_key(worker);
    let anyone = signed(&person("anyone", 0));
    assert_ok!(TeeWorker::settle_master_key_launch(
        anyone, payload, signature
    ));
    master
}
