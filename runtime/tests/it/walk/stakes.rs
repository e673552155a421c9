//! People bond, stand, nominate, unbond and collect; the council's treasury is spent.

use super::{By, Dice, Move, USERS};
use crate::chain::account;
use cess_primitives::{Balance, TCESS};
use cess_runtime::{config::MIN_ELECTABLE_STAKE, *};
use frame_support::traits::Get;
use pallet_staking::{Call as StakingCall, RewardDestination, ValidatorPrefs};

pub(super) fn moves(dice: &mut Dice) -> Vec<Move> {
    let validator = account(&format!("//{}//stash", USERS[dice.roll(4)]));
    let era = glue::ActiveEra::get();
    let stash = || -> String { "//Dave//stash".into() };
    let user = dice.user();
    let value: Balance = dice.amount(MIN_ELECTABLE_STAKE);
    let (by, call) = match dice.roll(16) {
        0 => (
            stash(),
            StakingCall::bond {
                value: MIN_ELECTABLE_STAKE,
                payee: RewardDestination::Staked,
            },
        ),
        1 => (
            stash(),
            StakingCall::validate {
                prefs: ValidatorPrefs::default(),
            },
        ),
        2..=3 => (
            user,
            StakingCall::bond {
                value: value.min(MIN_ELECTABLE_STAKE).max(TCESS),
                payee: RewardDestination::Stash,
            },
        ),
        4..=5 => (
            user,
            StakingCall::bond_extra {
                max_additional: value.min(1000 * TCESS),
            },
        ),
        6..=7 => (
            user,
            StakingCall::nominate {
                targets: vec![validator.into()],
            },
        ),
        8..=9 => (user, StakingCall::unbond { value }),
        10 => (
            user,
            StakingCall::withdraw_unbonded {
                num_slashing_spans: 0,
            },
        ),
        11 => (user, StakingCall::chill {}),
        12 => (
            user,
            StakingCall::rebond {
                value: value.max(1),
            },
        ),
        _ => (
            user,
            StakingCall::payout_stakers {
                validator_stash: validator,
                era: era.saturating_sub(dice.roll(3) as u32 + 1),
            },
        ),
    };
    let mut moves = vec![(By::Seed(by), RuntimeCall::Staking(call))];
    if dice.once_in(8) {
        let spend = pallet_treasury::Call::spend_local {
            amount: dice.amount(TCESS),
            beneficiary: account(&dice.user()).into(),
        };
        moves.push((By::Root, RuntimeCall::Treasury(spend)));
    }
    moves
}
