//! Orders: how a reward is released day by day.
//!
//! An order says how much of a reward is held back, and until when; whatever of a miner's total is
//! neither paid nor held back by an order is due. So a rounding, or an order that had to give way to
//! a newer one, can't lose anything: it makes money due sooner.

use cess_primitives::{
    miner::{Reward, RewardOrder},
    Balance, Tick,
};
use frame_support::defensive;
use sp_runtime::SaturatedConversion;

/// Days over which the half of a reward that is not paid at once is spread.
pub const RELEASE_NUMBER: u8 = 90;

/// Half of an order is paid with the first claim.
fn upfront(order: &RewardOrder) -> Balance {
    order.order_reward / 2
}

/// What an order does not release yet.
pub(crate) fn held_back(order: &RewardOrder) -> Balance {
    let first = if order.atonce { 0 } else { upfront(order) };
    let later = order.each_amount.saturating_mul(order.receive_count.into());
    order
        .order_reward
        .saturating_sub(first)
        .saturating_sub(later)
}

/// What is neither paid nor held back.
pub(crate) fn due(reward: &Reward) -> Balance {
    let held = reward.order_list.iter().map(held_back);
    let held = held.fold(reward.reward_issued, Balance::saturating_add);
    reward.total_reward.saturating_sub(held)
}

/// Adds a reward of passes of which the last was at `since`.
///
/// A full list gives up its oldest order, which has released the most: the rest of it falls due.
pub(crate) fn add(reward: &mut Reward, amount: Balance, since: Tick) {
    if reward.order_list.is_full() {
        reward.order_list.remove(0);
    }
    let order = RewardOrder {
        receive_count: 0,
        max_count: RELEASE_NUMBER,
        atonce: true,
        order_reward: amount,
        each_amount: amount / 2 / Balance::from(RELEASE_NUMBER),
        last_receive_block: since,
    };
    reward.total_reward = reward.total_reward.saturating_add(amount);
    if reward.order_list.try_push(order).is_err() {
        defensive!("a list that just gave up an order has room");
    }
}

/// Releases of every order what its whole days are worth; parts of a day count next time.
///
/// With the last release an order is gone, and what its releases were short of by rounding is due.
pub(crate) fn release(reward: &mut Reward, now: Tick, one_day: Tick) {
    for order in reward.order_list.iter_mut() {
        order.atonce = false;
        let waited = now.saturating_sub(order.last_receive_block);
        let days = waited.checked_div(one_day).unwrap_or(0);
        let left = order.max_count.saturating_sub(order.receive_count);
        let releases = days.min(left.into());
        order.receive_count = order
            .receive_count
            .saturating_add(releases.saturated_into());
        let passed = releases.saturating_mul(one_day);
        order.last_receive_block = order.last_receive_block.saturating_add(passed);
    }
    reward
        .order_list
        .retain(|order| order.receive_count < order.max_count);
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Tick = 100;

    fn earned(amount: Balance, since: Tick) -> Reward {
        let mut reward = Reward::default();
        add(&mut reward, amount, since);
        reward
    }

    /// Claims at `now`; what is paid.
    fn claim(reward: &mut Reward, now: Tick) -> Balance {
        release(reward, now, DAY);
        let paid = due(reward);
        reward.reward_issued += paid;
        paid
    }

    #[test]
    fn half_is_paid_at_once_and_the_rest_day_by_day() {
        let mut reward = earned(18_000, 0);
        assert_eq!(reward.order_list[0].each_amount, 100);
        assert_eq!(due(&reward), 0, "before the first claim nothing is due");
        assert_eq!(claim(&mut reward, 5), 9_000);
        assert_eq!(claim(&mut reward, 5), 0);
        assert_eq!(claim(&mut reward, DAY), 100);
        assert_eq!(claim(&mut reward, 4 * DAY), 300);
        assert_eq!(claim(&mut reward, 89 * DAY), 8_500);
        assert_eq!(claim(&mut reward, 1_000 * DAY), 100);
        assert!(reward.order_list.is_empty());
        assert_eq!(claim(&mut reward, 2_000 * DAY), 0);
    }

    #[test]
    fn parts_of_a_day_are_not_lost() {
        let mut reward = earned(18_000, 0);
        claim(&mut reward, 0);
        let paid: Balance = (1..=10).map(|i| claim(&mut reward, i * 90)).sum();
        assert_eq!(paid, 900, "nine days in ten claims");
        assert_eq!(reward.order_list[0].last_receive_block, 9 * DAY);
    }

    #[test]
    fn roundings_are_paid_with_the_last_release() {
        let mut reward = earned(1_001, 0);
        // 500 at once, 90 times 5, and 51 that neither half nor ninetieth holds.
        assert_eq!(claim(&mut reward, 89 * DAY), 500 + 89 * 5);
        assert_eq!(claim(&mut reward, 90 * DAY), 5 + 51);
        assert_eq!(reward.reward_issued, reward.total_reward);
    }

    #[test]
    fn a_reward_of_one_unit_is_paid_in_the_end() {
        let mut reward = earned(1, 0);
        assert_eq!(claim(&mut reward, 1), 0);
        assert_eq!(claim(&mut reward, 90 * DAY), 1);
    }

    #[test]
    fn a_full_list_releases_the_oldest_order_early_and_keeps_the_new_one() {
        let mut reward = Reward::default();
        for i in 0..91 {
            add(&mut reward, 18_000, i);
        }
        assert_eq!(reward.order_list.len(), 90);
        assert_eq!(reward.total_reward, 91 * 18_000);
        assert_eq!(due(&reward), 18_000, "the oldest one, whole");
        assert_eq!(claim(&mut reward, 90), 18_000 + 90 * 9_000);
        assert_eq!(claim(&mut reward, 91 * DAY), 90 * 9_000);
        assert_eq!(reward.reward_issued, reward.total_reward);
    }

    #[test]
    fn a_clock_that_seems_to_go_back_releases_nothing() {
        let mut reward = earned(18_000, 500);
        assert_eq!(claim(&mut reward, 10), 9_000);
        assert_eq!(reward.order_list[0].last_receive_block, 500);
        release(&mut reward, Tick::MAX, 0);
        assert_eq!(due(&reward), 0, "a day of no length never passes");
    }
}
