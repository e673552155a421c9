//! Queues of what becomes due by itself, and what happens then.

use crate::{
    costs, fragments, record::Record, Config, DealMap, DealQueue, DealTermsOf, Event, LeaverOrders,
    Pallet, RestoralOrder, TagDuties, TagDuty, TagQueue, TaskFailedCount, TickKey,
};
use alloc::collections::{BTreeMap, BTreeSet};
use cess_primitives::{
    traits::{Miners, Protocol},
    AccountId, Hash, Tick,
};
use frame_support::{defensive, storage::with_storage_layer, weights::Weight};
use sp_runtime::{DispatchError, DispatchResult};

/// Most items of one queue that are handled in a block.
pub const ITEMS_PER_BLOCK: u32 = 20;
/// No further item is begun in a block after this many fragments were walked through.
pub(crate) const FRAGMENTS_PER_BLOCK: u32 = 12_000;
/// No further item is begun in a block after this many entries of packed lists were walked through.
pub const ENTRIES_PER_BLOCK: u32 = 30_000;

/// The work that one queue may cause in one block.
#[derive(Default)]
pub(crate) struct Budget {
    /// Items that were handled.
    pub(crate) items: u32,
    /// Fragments of their files or deals.
    pub(crate) fragments: u32,
    /// Orders and the like that were opened or closed.
    pub(crate) traces: u32,
    /// Entries of packed lists.
    pub(crate) entries: u32,
}

impl Budget {
    /// Notes an item that walked through so many fragments, and opened or closed so many orders and
    /// the like.
    pub(crate) fn spend(&mut self, fragments: u32, traces: u32) {
        self.items = self.items.saturating_add(1);
        self.fragments = self.fragments.saturating_add(fragments);
        self.traces = self.traces.saturating_add(traces);
    }

    /// Notes that so many entries of packed lists were walked through.
    pub(crate) fn walk(&mut self, entries: u32) {
        self.entries = self.entries.saturating_add(entries);
    }

    pub(crate) fn items_left(&self) -> usize {
        ITEMS_PER_BLOCK.saturating_sub(self.items) as usize
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.items >= ITEMS_PER_BLOCK
            || self.fragments >= FRAGMENTS_PER_BLOCK
            || self.entries >= ENTRIES_PER_BLOCK
    }
}

fn is_due(key: TickKey, now: Tick) -> bool {
    Tick::from_be_bytes(key) <= now
}

impl<T: Config> Pallet<T> {
    pub(crate) fn schedule_deal(fid: Hash, deadline: Tick) {
        DealQueue::<T>::insert(deadline.to_be_bytes(), fid, ());
    }

    pub(crate) fn unschedule_deal(fid: &Hash, deadline: Tick) {
        DealQueue::<T>::remove(deadline.to_be_bytes(), fid);
    }

    /// The miner must have this tagged before `due`; replaces an earlier deadline for the same.
    pub(crate) fn set_tag_duty(fid: Hash, duty: TagDuty, due: Tick) {
        Self::clear_tag_duty(&fid, &duty);
        let (miner, scope) = &duty;
        TagDuties::<T>::insert((&fid, miner, scope), due);
        TagQueue::<T>::insert(due.to_be_bytes(), (fid, duty), ());
    }

    pub(crate) fn clear_tag_duty(fid: &Hash, duty: &TagDuty) {
        let (miner, scope) = duty;
        if let Some(due) = TagDuties::<T>::take((fid, miner, scope)) {
            TagQueue::<T>::remove(due.to_be_bytes(), (fid, duty));
        }
    }

    /// Ends deals whose deadline has passed.
    pub(crate) fn end_deals() -> Weight {
        let now = Self::now();
        let mut budget = Budget::default();
        while !budget.is_spent() {
            match DealQueue::<T>::iter_keys().next() {
                Some((key, fid)) if is_due(key, now) => budget.spend(Self::end_deal(key, fid), 0),
                _ => break,
            }
        }
        costs::ended_deals::<T>(&budget)
    }

    /// Returns the fragments of the deal.
    fn end_deal(key: TickKey, fid: Hash) -> u32 {
        DealQueue::<T>::remove(key, fid);
        let Some(deal) = DealMap::<T>::get(fid) else {
            return 0;
        };
        match with_storage_layer(|| Self::close_deal(&fid, &deal)) {
            Ok(()) => Self::deposit_event(Event::DealExpired { deal_hash: fid }),
            Err(error) => {
                defensive!("a deal can't be ended yet", error);
                Self::postpone_deal(fid);
            }
        }
        deal.segment_list
            .iter()
            .map(|segment| segment.fragment_list.len() as u32)
            .sum()
    }

    /// Nothing stays locked for ever: what could not be ended is tried again later.
    fn postpone_deal(fid: Hash) {
        let deadline = Self::now().saturating_add(T::Protocol::params().deal_life);
        DealTermsOf::<T>::mutate_extant(fid, |terms| terms.deadline = deadline);
        Self::schedule_deal(fid, deadline);
    }

    /// Takes fragments from miners that did not have them tagged in time (Q2).
    pub(crate) fn enforce_tag_deadlines() -> Weight {
        let now = Self::now();
        let mut budget = Budget::default();
        while !budget.is_spent() {
            match TagQueue::<T>::iter_keys().next() {
                Some((key, (fid, duty))) if is_due(key, now) => {
                    Self::enforce_tag_duty(fid, duty, &mut budget);
                }
                _ => break,
            }
        }
        costs::missed_tags::<T>(&budget)
    }

    fn enforce_tag_duty(fid: Hash, duty: TagDuty, budget: &mut Budget) {
        Self::clear_tag_duty(&fid, &duty);
        let Some(file) = Record::get::<T>(&fid) else {
            return budget.spend(0, 0);
        };
        let count = fragments::count(&file.segments);
        budget.walk(file.owners.len());
        match with_storage_layer(|| Self::miss_tags(fid, file, &duty)) {
            Ok(traces) => budget.spend(count, traces),
            Err(error) => {
                defensive!("untagged fragments can't be taken away yet", error);
                Self::postpone_tags(fid, duty, 1);
                budget.spend(count, 0);
            }
        }
    }

    fn postpone_tags(fid: Hash, duty: TagDuty, fragments: u32) {
        let due = Self::now().saturating_add(T::Protocol::params().tag_ticks(fragments));
        Self::set_tag_duty(fid, duty, due);
    }

    /// What the duty covers is up for restoral, and the miner is penalised for it; returns how
    /// many orders were opened, and duties looked at.
    fn miss_tags(fid: Hash, mut file: Record, duty: &TagDuty) -> Result<u32, DispatchError> {
        let (miner, _) = duty;
        let missed = Self::take_untagged(&fid, &mut file, duty);
        if missed.fragments == 0 {
            return Ok(missed.duties);
        }
        let left = Self::has_left(miner);
        for (hash, positions) in &missed.orders {
            Self::open_order(fid, *hash, miner);
            if left {
                LeaverOrders::<T>::insert(hash, positions);
            }
        }
        let taken: u32 = missed.orders.values().sum();
        let params = T::Protocol::params();
        if !left {
            if taken > 0 {
                T::Miners::drop_untagged(miner, params.column_space(taken))?;
            }
            Self::punish(miner, params.column_space(missed.fragments))?;
        }
        if taken < missed.fragments {
            Self::postpone_tags(fid, duty.clone(), missed.fragments - taken);
        }
        file.put::<T>(&fid);
        Self::deposit_event(Event::TagMissed {
            miner: miner.clone(),
            file_hash: fid,
            fragments: missed.fragments,
        });
        Ok(missed.duties.saturating_add(missed.orders.len() as u32))
    }

    /// Marks the untagged fragments that the duty covers as lost, except those whose hash has an
    /// order already: these stay with the miner until the other order is done.
    fn take_untagged(fid: &Hash, file: &mut Record, duty: &TagDuty) -> Missed {
        let (miner, scope) = duty;
        let scopes = Self::tag_scopes(fid, miner);
        let duties = scopes.len() as u32;
        let restored: BTreeSet<Hash> = scopes.into_iter().flatten().collect();
        let covers = |hash: &Hash| match scope {
            Some(fragment) => hash == fragment,
            None => !restored.contains(hash),
        };
        let mut missed = Missed {
            duties,
            ..Missed::default()
        };
        for fragment in fragments::all_mut(file.segments.as_mut()) {
            let mine = fragments::awaits_tag(fragment) && fragment.miner == *miner;
            if !mine || !covers(&fragment.hash) {
                continue;
            }
            missed.fragments += 1;
            if !RestoralOrder::<T>::contains_key(fragment.hash) {
                fragment.avail = false;
                *missed.orders.entry(fragment.hash).or_default() += 1;
            }
        }
        missed
    }

    fn punish(miner: &AccountId, space: u128) -> DispatchResult {
        T::Miners::punish_missing_tag(miner, space)?;
        TaskFailedCount::<T>::mutate(miner, |count| *count = count.saturating_add(1));
        Ok(())
    }
}

/// What a miner failed to have tagged.
#[derive(Default)]
struct Missed {
    /// All fragments, whether they were taken away or not.
    fragments: u32,
    /// Those that were taken away: hash and how often.
    orders: BTreeMap<Hash, u32>,
    /// What else the miner has to tag of the file.
    duties: u32,
}
