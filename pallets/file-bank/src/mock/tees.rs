//! TEE workers, their master key and their credit.

use cess_primitives::{
    tee::WorkerKey,
    traits::{TeeWorkers, WorkCredit},
    AccountId,
};
use codec::{Decode, Encode};
use frame_support::{pallet_prelude::ValueQuery, storage_alias, Blake2_128Concat};
use sp_core::{sr25519, Pair};

/// What a worker of the mock may do.
#[derive(Clone, Copy, Encode, Decode)]
pub(crate) struct Licence {
    pub(crate) tag: bool,
    pub(crate) cert: bool,
    pub(crate) stash: bool,
}

#[storage_alias]
pub(crate) type Licences = StorageMap<Mock, Blake2_128Concat, WorkerKey, Licence>;
/// How often a worker did something useful.
#[storage_alias]
pub(crate) type Worked = StorageMap<Mock, Blake2_128Concat, WorkerKey, u32, ValueQuery>;

pub struct Tees;

/// Tags and certifies.
pub(crate) const MARKER: WorkerKey = [1; 32];
/// Tags and certifies, but nobody is paid for it.
pub(crate) const UNPAID: WorkerKey = [2; 32];
/// Verifies only.
pub(crate) const VERIFIER: WorkerKey = [3; 32];

/// The account that is paid for [`MARKER`]'s work.
pub(crate) fn stash_of(worker: &WorkerKey) -> AccountId {
    AccountId::new(sp_io::hashing::blake2_256(worker))
}

pub(crate) fn master_key() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[42; 32])
}

impl TeeWorkers for Tees {
    fn can_tag(worker: &WorkerKey) -> bool {
        Licences::get(worker).is_some_and(|licence| licence.tag)
    }

    fn can_verify(worker: &WorkerKey) -> bool {
        Licences::contains_key(worker)
    }

    fn can_cert(worker: &WorkerKey) -> bool {
        Licences::get(worker).is_some_and(|licence| licence.cert)
    }

    fn verifiers() -> Vec<WorkerKey> {
        Licences::iter_keys().collect()
    }

    fn verify_master(digest: &[u8; 32], signature: &[u8]) -> bool {
        sr25519::Signature::try_from(signature)
            .is_ok_and(|sig| sp_io::crypto::sr25519_verify(&sig, digest, &master_key().public()))
    }

    fn stash(worker: &WorkerKey) -> Option<AccountId> {
        Licences::get(worker)
            .filter(|licence| licence.stash)
            .map(|_| stash_of(worker))
    }

    fn worked(worker: &WorkerKey) {
        Worked::mutate(worker, |count| *count += 1);
    }

    fn failed(_: &WorkerKey) {}
}

/// Credit of a stash: tagged, certified, replaced.
#[storage_alias]
pub(crate) type Points =
    StorageMap<Mock, Blake2_128Concat, AccountId, (u128, u128, u128), ValueQuery>;

pub struct Credits;

impl WorkCredit for Credits {
    fn tagged(stash: &AccountId, bytes: u128) {
        Points::mutate(stash, |points| points.0 += bytes);
    }

    fn certified(stash: &AccountId, bytes: u128) {
        Points::mutate(stash, |points| points.1 += bytes);
    }

    fn replaced(stash: &AccountId, bytes: u128) {
        Points::mutate(stash, |points| points.2 += bytes);
    }

    fn verified_idle(_: &AccountId, _: u128) {}

    fn verified_service(_: &AccountId, _: u128) {}

    fn punished(_: &AccountId) {}
}
