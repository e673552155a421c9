//! What a candidate is worth: pure arithmetic on one scale.

use cess_primitives::{AccountId, Balance};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cmp::Ordering;
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// The best score there is, for each part and for the whole.
pub const SCALE: u32 = 1000;
/// Tenths of the whole that credit makes.
const CREDIT_TENTHS: u32 = 5;
/// Tenths of the whole that stake makes.
const STAKE_TENTHS: u32 = 3;
/// Tenths of the whole that chance makes.
const CHANCE_TENTHS: u32 = 2;

/// Why a candidate was elected, or was not.
#[derive(
    Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug, PartialEq, Eq, Clone,
)]
pub struct Score {
    /// The candidate's stash.
    pub account: AccountId,
    /// The era of the first election in the unbroken row of those that it stood in.
    pub since: u32,
    /// What is staked on it, base units.
    pub backing: Balance,
    /// What its TEE workers did, `0..=SCALE`.
    pub credit: u32,
    /// What is staked on it in relation to the best backed candidate, `0..=SCALE`.
    pub stake: u32,
    /// Its luck, `0..=SCALE`.
    pub chance: u32,
    /// Half credit, three tenths stake, a fifth chance: `0..=SCALE`.
    pub total: u32,
    /// Whether it got a seat.
    pub elected: bool,
}

/// `value / most` on the scale, rounded down; more than `most` counts as `most`.
pub fn on_scale(value: u128, most: u128) -> u32 {
    if value >= most {
        return if most == 0 { 0 } else { SCALE };
    }
    let scale = u128::from(SCALE);
    let scaled = match value.checked_mul(scale) {
        Some(product) => product / most,
        // Too large for the product: `most` is, too, and its last digits don't matter.
        None => value / (most / scale),
    };
    (scaled as u32).min(SCALE - 1)
}

/// A candidate's draw, `0..=SCALE`: whoever knows the seed and the account knows it.
pub fn chance(seed: &[u8; 32], account: &AccountId) -> u32 {
    let hash = (seed, account).using_encoded(blake2_256);
    let draw = hash
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    // Of 2^64 draws, so that no value is measurably likelier than another.
    (draw % u64::from(SCALE + 1)) as u32
}

/// The whole, rounded down.
pub fn total(credit: u32, stake: u32, chance: u32) -> u32 {
    let [credit, stake, chance] = [credit, stake, chance].map(|part| part.min(SCALE));
    (credit * CREDIT_TENTHS + stake * STAKE_TENTHS + chance * CHANCE_TENTHS) / 10
}

/// Puts the better candidate first: by total, then by backing, then by account.
pub fn best_first(a: &Score, b: &Score) -> Ordering {
    b.total
        .cmp(&a.total)
        .then_with(|| b.backing.cmp(&a.backing))
        .then_with(|| a.account.cmp(&b.account))
}

/// Sorts the candidates and gives seats to the best ones.
pub fn seat(candidates: &mut [Score], seats: u32) {
    candidates.sort_by(best_first);
    for (place, candidate) in (0_u32..).zip(candidates.iter_mut()) {
        candidate.elected = place < seats;
    }
}
