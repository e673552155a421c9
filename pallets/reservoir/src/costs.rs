//! What the parts of the hooks cost, from what was measured of many of them.

use crate::{weights::WeightInfo, Config};
use frame_support::weights::Weight;

/// What one more of them costs.
fn each(of: impl Fn(u32) -> Weight) -> Weight {
    of(1).saturating_sub(of(0))
}

/// One step of the queue: an offer or a loan ends, or a tick is forgotten.
pub(crate) fn due_item<T: Config>() -> Weight {
    each(T::WeightInfo::end_offers)
        .max(each(T::WeightInfo::end_loans))
        .max(each(T::WeightInfo::forget_ticks))
}

/// Looking at the queue, and whatever does not grow with what is due.
pub(crate) fn idle_queue<T: Config>() -> Weight {
    T::WeightInfo::end_offers(0)
        .max(T::WeightInfo::end_loans(0))
        .max(T::WeightInfo::forget_ticks(0))
}
