//! What the parts of the hooks cost, from what was measured of many of them.

use crate::{weights::WeightInfo, Config};
use frame_support::weights::Weight;

/// What one more of them costs.
fn each(of: impl Fn(u32) -> Weight) -> Weight {
    of(1).saturating_sub(of(0))
}

/// One step: a bill or a minute is forgotten.
pub(crate) fn forget<T: Config>() -> Weight {
    each(T::WeightInfo::forget_bills).max(each(T::WeightInfo::forget_minutes))
}

/// Looking at the queue, and whatever does not grow with what is due.
pub(crate) fn idle_queue<T: Config>() -> Weight {
    T::WeightInfo::forget_bills(0).max(T::WeightInfo::forget_minutes(0))
}
