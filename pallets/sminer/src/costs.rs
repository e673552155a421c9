//! What the parts of the hooks cost, from what was measured of many of them.

use crate::{weights::WeightInfo, Config};
use frame_support::weights::Weight;

/// What one more of them costs.
fn each(of: impl Fn(u32) -> Weight) -> Weight {
    of(1).saturating_sub(of(0))
}

/// The share of one miner in one era, or the end of an era's round: whichever costs more.
pub(crate) fn settle<T: Config>() -> Weight {
    each(T::WeightInfo::settle).max(each(T::WeightInfo::close_rounds))
}

/// An exit, or a stake that returns: whichever costs more.
pub(crate) fn due_item<T: Config>() -> Weight {
    each(T::WeightInfo::exit).max(each(T::WeightInfo::return_stakes))
}

/// Writing the published list of so many miners.
pub(crate) fn publish_list<T: Config>(miners: u64) -> Weight {
    T::WeightInfo::publish_list(miners as u32)
}

/// Looking whether an exit or a stake is due, and whatever does not grow with them.
pub(crate) fn look_for_due<T: Config>() -> Weight {
    T::WeightInfo::exit(0).max(T::WeightInfo::return_stakes(0))
}

/// Looking whether an era is over, and whatever does not grow with its shares.
pub(crate) fn look_for_ended<T: Config>() -> Weight {
    T::WeightInfo::settle(0).max(T::WeightInfo::close_rounds(0))
}
