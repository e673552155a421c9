//! What the parts of the hooks cost, from what was measured of many of them.

use crate::{weights::WeightInfo, Config};
use frame_support::weights::Weight;

/// What one more of them costs.
fn each(of: impl Fn(u32) -> Weight) -> Weight {
    of(1).saturating_sub(of(0))
}

/// Looking at the queues, and whatever does not grow with what is due: counted in every block.
pub(crate) fn look<T: Config>() -> Weight {
    let look = T::WeightInfo::look();
    let kinds = [
        T::WeightInfo::freeze(0),
        T::WeightInfo::expire(0),
        T::WeightInfo::sell(0),
        T::WeightInfo::drop_orders(0),
    ];
    kinds.into_iter().fold(look, |sum, kind| {
        sum.saturating_add(kind.saturating_sub(look))
    })
}

/// A lease that ends, together with a purchase that is under way.
pub(crate) fn freeze<T: Config>() -> Weight {
    each(T::WeightInfo::freeze)
}

/// A territory that expires.
pub(crate) fn expiry<T: Config>() -> Weight {
    each(T::WeightInfo::expire)
}

/// A sale that takes effect.
pub(crate) fn sale<T: Config>() -> Weight {
    each(T::WeightInfo::sell)
}

/// So many orders that are forgotten.
pub(crate) fn drop_orders<T: Config>(count: u64) -> Weight {
    each(T::WeightInfo::drop_orders).saturating_mul(count)
}

/// The dearest that can be ordered.
pub(crate) fn exec_order<T: Config>() -> Weight {
    T::WeightInfo::exec_order_to_buy().max(T::WeightInfo::exec_order_to_renew())
}
