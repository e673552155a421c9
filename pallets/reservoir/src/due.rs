//! The queue of what ends at a tick, and its bounded work in each block.

use crate::{costs, Config, DueTicks, Pallet};
use cess_primitives::{
    due::{Node, TickSet},
    Tick,
};
use core::marker::PhantomData;
use frame_support::weights::Weight;

/// Offers and loans that one block ends, at most.
pub const DUE_PER_BLOCK: u32 = 20;

/// The ticks at which an offer or a loan ends.
pub(crate) struct DueQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for DueQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        DueTicks::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => DueTicks::<T>::remove((level, prefix)),
            false => DueTicks::<T>::insert((level, prefix), node),
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The block's share of what is due, the oldest first.
    pub(crate) fn run_due(now: Tick) -> Weight {
        let mut steps = 0;
        while steps < DUE_PER_BLOCK && Self::end_next(now) {
            steps += 1;
        }
        costs::idle_queue::<T>().saturating_add(costs::due_item::<T>().saturating_mul(steps.into()))
    }

    /// Ends one offer or loan, or forgets a tick with nothing left; false: nothing is due.
    fn end_next(now: Tick) -> bool {
        let Some(tick) = DueQueue::<T>::first().filter(|tick| *tick <= now) else {
            return false;
        };
        if !Self::end_offer_of(tick) && !Self::end_loan_of(tick) {
            DueQueue::<T>::discard(tick);
        }
        true
    }
}
