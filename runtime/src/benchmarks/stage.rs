//! Who and what all benchmarks need: people with money, names, time.

use crate::*;
use alloc::vec;
use cess_primitives::{file::Name, Tick, NAME_MAX, TCESS};
use frame_support::{
    assert_ok,
    traits::{Currency, Hooks},
    weights::Weight,
};
use sp_core::{crypto::KeyTypeId, ecdsa, sr25519};
use sp_io::crypto;

/// Under which the bencher's keystore keeps our keys.
const KEYS: KeyTypeId = KeyTypeId(*b"bnch");
/// Ticks apart, so that the entries of a set of ticks share nothing but its root.
const APART: Tick = 1 << 24;

/// What everybody has.
const WEALTH: Balance = 1_000_000_000_000 * TCESS;

/// The `index`-th account of a role, with money.
pub(super) fn person(role: &'static str, index: u32) -> AccountId {
    let who = frame_benchmarking::account(role, index, 0);
    Balances::make_free_balance_be(&who, WEALTH);
    who
}

/// The origin of a call that the account signs.
pub(super) fn signed(who: &AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who.clone())
}

/// A name as long as names get.
pub(super) fn name(letter: u8) -> Name {
    Name::truncate_from(vec![letter; NAME_MAX as usize])
}

/// Moves the clock forward, without what happens on the way.
pub(super) fn wait(ticks: Tick) {
    assert_ok!(Protocol::advance_clock(RuntimeOrigin::root(), ticks));
}

/// Sets the wall clock, which stands still at genesis.
pub(super) fn set_seconds(since_1970: u64) {
    pallet_timestamp::Now::<Runtime>::put(since_1970 * 1000);
}

/// The tick `i` steps after the first one, each so long that the entries of a set of ticks share
/// nothing but its root.
pub(super) fn tick(i: u32) -> Tick {
    1 + i * APART
}

/// Waits until the tick.
pub(super) fn wait_until(tick: Tick) {
    wait(tick.saturating_sub(Protocol::now()));
}

/// What the pallet does first in a block.
pub(super) fn begin_block<P: Hooks<BlockNumber>>() {
    let _ = P::on_initialize(System::block_number());
}

/// What the pallet does last in a block that has all its time left.
pub(super) fn end_block<P: Hooks<BlockNumber>>() {
    let _ = P::on_idle(System::block_number(), Weight::MAX);
}

/// A key whose owner signs what we like.
pub(super) fn key() -> sr25519::Public {
    crypto::sr25519_generate(KEYS, None)
}

/// The key of a seed that everybody knows.
pub(super) fn key_of(seed: &str) -> sr25519::Public {
    crypto::sr25519_generate(KEYS, Some(seed.as_bytes().to_vec()))
}

/// Signs with a key of ours.
pub(super) fn sign(key: &sr25519::Public, message: &[u8]) -> [u8; 64] {
    crypto::sr25519_sign(KEYS, key, message).map_or([0; 64], |signature| signature.0)
}

/// A key as Ethereum's wallets have.
pub(super) fn wallet() -> ecdsa::Public {
    crypto::ecdsa_generate(KEYS, None)
}

/// Signs a digest with a wallet's key.
pub(super) fn sign_digest(key: &ecdsa::Public, digest: &[u8; 32]) -> [u8; 65] {
    crypto::ecdsa_sign_prehashed(KEYS, key, digest).map_or([0; 65], |signature| signature.0)
}
