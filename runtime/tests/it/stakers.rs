//! Accounts that bond, stand and nominate.

use crate::chain::{account, pair};
use cess_primitives::Balance;
use cess_runtime::{genesis::USERS, *};
use codec::Encode;
use pallet_staking::{RewardDestination, ValidatorPrefs};
use sp_core::{ed25519, proof_of_possession::ProofOfPossessionGenerator, Pair};

/// The stash of a user, by its place in [`USERS`].
pub(crate) fn stash(user: usize) -> cess_primitives::AccountId {
    account(&format!("//{}//stash", USERS[user]))
}

/// The session keys of a user, and the proof that its stash has them.
fn keys(user: usize) -> (SessionKeys, Vec<u8>) {
    let seed = format!("//{}", USERS[user]);
    let mut sr25519 = pair(&seed);
    let mut ed25519 = ed25519::Pair::from_string(&seed, None).unwrap();
    let owner = stash(user).encode();
    let grandpa = ed25519.generate_proof_of_possession(&owner);
    let others = [(); 3].map(|()| sr25519.generate_proof_of_possession(&owner));
    let keys = SessionKeys {
        grandpa: ed25519.public().into(),
        babe: sr25519.public().into(),
        im_online: sr25519.public().into(),
        authority_discovery: sr25519.public().into(),
    };
    (keys, (grandpa, others).encode())
}

/// A user's stash bonds and stands.
pub(crate) fn stand(user: usize, bond: Balance) {
    let origin = || RuntimeOrigin::signed(stash(user));
    let (keys, proof) = keys(user);
    Staking::bond(origin(), bond, RewardDestination::Staked).unwrap();
    Session::set_keys(origin(), keys, proof).unwrap();
    Staking::validate(origin(), ValidatorPrefs::default()).unwrap();
}

/// An account bonds and names candidates.
pub(crate) fn nominate(seed: &str, bond: Balance, users: &[usize]) {
    let origin = || RuntimeOrigin::signed(account(seed));
    let targets = users.iter().map(|user| stash(*user).into()).collect();
    Staking::bond(origin(), bond, RewardDestination::Stash).unwrap();
    Staking::nominate(origin(), targets).unwrap();
}

/// From now on validators of genesis can be slashed, too.
pub(crate) fn make_vulnerable() {
    Staking::set_invulnerables(RuntimeOrigin::root(), Vec::new()).unwrap();
}
