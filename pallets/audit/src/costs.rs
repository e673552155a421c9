//! What verdicts and the parts of the hooks cost, from what was measured.

use crate::{weights::WeightInfo, Config};
use frame_support::weights::Weight;

/// What one more of them costs.
fn each(of: impl Fn(u32) -> Weight) -> Weight {
    of(1).saturating_sub(of(0))
}

/// The miner is punished, or has passed.
pub(crate) fn idle_verdict<T: Config>() -> Weight {
    T::WeightInfo::post_idle_verdict().max(T::WeightInfo::pass())
}

/// The miner is punished, or has passed.
pub(crate) fn service_verdict<T: Config>() -> Weight {
    T::WeightInfo::post_service_verdict().max(T::WeightInfo::pass())
}

/// So many challenges of a block.
pub(crate) fn challenges<T: Config>(count: u32) -> Weight {
    T::WeightInfo::challenge_some(count)
}

/// So many slips that were handled, and miners that were thrown out; both sides of each challenge
/// may be punished or given to other workers.
pub(crate) fn settlements<T: Config>(steps: u32, expelled: u32) -> Weight {
    let look = T::WeightInfo::settle_proofs(0)
        .max(T::WeightInfo::reassign(0))
        .max(T::WeightInfo::expel(0));
    let step = each(T::WeightInfo::settle_proofs).max(each(T::WeightInfo::reassign));
    let expulsion = each(T::WeightInfo::expel);
    look.saturating_add(step.saturating_mul(steps.into()))
        .saturating_add(expulsion.saturating_mul(expelled.into()))
}
