//! Calls of pallet Staking (11).

use cess_primitives::AccountId;
use codec::Compact;

calls! { "Staking";
    /// 4: the signer, a bonded stash, is a candidate from now on; parts in 10^9 of the rewards that
    /// it keeps, and whether it refuses nominations.
    validate(prefs: (Compact<u32>, bool));
    /// 6: the signer is no candidate any more.
    chill();
    /// 13: root ends the era with the running session.
    force_new_era();
    /// 18: anyone pays the rewards of an era to a validator and its nominators.
    payout_stakers(validator_stash: &AccountId, era: u32);
}
