//! What calls and the parts of the hook cost: what was measured, put together by what they walked
//! through.

use crate::{
    deadlines::Budget, erase::TRACES_AT_ONCE, record::Record, weights::WeightInfo, Config,
    MAX_TERRITORIES_OF_FILE,
};
use cess_primitives::{FRAGMENT_COUNT, MAX_SEGMENTS};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, WithPostDispatchInfo},
    traits::Get,
    weights::Weight,
};
use sp_runtime::DispatchError;

/// What a call walked through: all that its cost depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Segments of the file or deal.
    pub(crate) segments: u32,
    /// Owners of the file.
    pub(crate) owners: u32,
    /// Territories in which its owner held the file.
    pub(crate) territories: u32,
    /// Entries of the user's list that was written again.
    pub(crate) list: u32,
    /// Entries of the user's list that one was added to.
    pub(crate) appended: u32,
    /// Orders, duties and signatures that went with the file.
    pub(crate) traces: u32,
    /// What the miner had to tag of the file.
    pub(crate) duties: u32,
    /// TEE workers that tagged it.
    pub(crate) workers: u32,
    /// The declared file was stored already.
    pub(crate) stored: bool,
    /// A deal has one more report beside those that it had, and goes on.
    pub(crate) goes_on: bool,
}

impl Work {
    /// Walked through a deal of so many segments.
    pub(crate) fn of_segments(segments: usize) -> Self {
        Self {
            segments: segments as u32,
            ..Self::default()
        }
    }

    /// Walked through this file.
    pub(crate) fn of(file: &Record) -> Self {
        Self {
            owners: file.owners.len(),
            ..Self::of_segments(file.segments.len())
        }
    }

    /// Most that a call can walk through before it fails: lists are written last.
    pub(crate) fn refused<T: Config>() -> Self {
        Self {
            segments: MAX_SEGMENTS,
            owners: T::OwnerLimit::get(),
            territories: MAX_TERRITORIES_OF_FILE,
            list: 0,
            appended: T::UserFileLimit::get(),
            traces: TRACES_AT_ONCE,
            duties: MAX_SEGMENTS,
            workers: MAX_SEGMENTS,
            stored: true,
            goes_on: false,
        }
    }

    /// Most that a call can walk through.
    pub(crate) fn most<T: Config>() -> Self {
        Self {
            list: T::UserFileLimit::get(),
            ..Self::refused::<T>()
        }
    }

    /// As [`most`](Self::most), with a known number of segments.
    pub(crate) fn most_of<T: Config>(segments: usize) -> Self {
        Self {
            segments: segments as u32,
            ..Self::most::<T>()
        }
    }
}

/// What a call answers: it pays for what it walked through.
pub(crate) fn answer(
    done: Result<Work, DispatchError>,
    weight: impl Fn(Work) -> Weight,
) -> DispatchResultWithPostInfo {
    Ok(Some(weight(done?)).into())
}

/// As [`answer`], for calls that rewrite a list at their end: when one is refused, it does not pay
/// for the list.
pub(crate) fn answer_or_refuse<T: Config>(
    done: Result<Work, DispatchError>,
    weight: impl Fn(Work) -> Weight,
) -> DispatchResultWithPostInfo {
    let refused = |error: DispatchError| error.with_weight(weight(Work::refused::<T>()));
    Ok(Some(weight(done.map_err(refused)?)).into())
}

/// What one more of them costs.
fn each(of: impl Fn(u32) -> Weight) -> Weight {
    of(1).saturating_sub(of(0))
}

/// What so many more of them cost.
fn more(count: u32, of: impl Fn(u32) -> Weight) -> Weight {
    each(of).saturating_mul(count.into())
}

/// Passing so many owners of a file on.
fn owners<T: Config>(count: u32) -> Weight {
    more(count, T::WeightInfo::pass_owners)
}

/// What the miner has to tag is looked through, and ended.
fn duties<T: Config>(count: u32) -> Weight {
    more(count, T::WeightInfo::end_duties)
}

/// A new file, or a stored one that gets another owner.
pub(crate) fn declaration<T: Config>(work: Work) -> Weight {
    let deal = T::WeightInfo::upload_declaration(work.segments);
    let base = match work.stored {
        true => deal.max(T::WeightInfo::declare_stored(work.segments)),
        false => deal,
    };
    base.saturating_add(owners::<T>(work.owners))
        .saturating_add(more(work.appended, T::WeightInfo::append_to_list))
}

/// The same, into a bucket.
pub(crate) fn declaration_in_bucket<T: Config>(work: Work) -> Weight {
    let deal = T::WeightInfo::declare_in_bucket(work.segments);
    deal.max(declaration::<T>(work))
}

/// One of the first reports; or the twelfth one, or one after which nothing can come of the deal.
pub(crate) fn transfer_report<T: Config>(work: Work) -> Weight {
    if work.goes_on {
        return T::WeightInfo::report_column(work.segments);
    }
    T::WeightInfo::transfer_report(work.segments)
        .max(T::WeightInfo::cancel_deal(work.segments))
        .saturating_add(more(work.appended, T::WeightInfo::append_to_list))
}

pub(crate) fn calculate_report<T: Config>(work: Work) -> Weight {
    T::WeightInfo::calculate_report(work.segments)
        .saturating_add(owners::<T>(work.owners))
        .saturating_add(duties::<T>(work.duties))
        .saturating_add(more(work.workers, T::WeightInfo::credit_workers))
}

pub(crate) fn delivery<T: Config>(work: Work) -> Weight {
    T::WeightInfo::territory_file_delivery(work.segments)
        .saturating_add(more(work.territories, T::WeightInfo::deliver_from))
        .saturating_add(owners::<T>(work.owners))
        .saturating_add(more(work.list, T::WeightInfo::rewrite_list))
}

/// Giving a file up, and all that goes with it.
pub(crate) fn deletion<T: Config>(work: Work) -> Weight {
    T::WeightInfo::delete_file(work.segments)
        .max(T::WeightInfo::root_clear_file(work.segments))
        .saturating_add(more(work.territories, T::WeightInfo::delete_from))
        .saturating_add(owners::<T>(work.owners))
        .saturating_add(more(work.list, T::WeightInfo::rewrite_list))
        .saturating_add(more(work.traces, T::WeightInfo::remove_traces))
}

/// So many miners of a file that goes, beyond one for each column.
pub(crate) fn more_miners<T: Config>(count: u32) -> Weight {
    more(count, T::WeightInfo::relieve_miners)
}

/// A step in the restoral of a fragment, of which `step` measures the dearest for so many segments.
pub(crate) fn restoral<T: Config>(step: impl Fn(u32) -> Weight) -> impl Fn(Work) -> Weight {
    move |work| {
        step(work.segments)
            .saturating_add(owners::<T>(work.owners))
            .saturating_add(duties::<T>(work.duties))
    }
}

/// Looking at the queues, and whatever does not grow with what is due: counted in every block.
pub(crate) fn look<T: Config>() -> Weight {
    let look = T::WeightInfo::look();
    let kinds = [
        T::WeightInfo::end_deals(0),
        T::WeightInfo::miss_tags(0),
        T::WeightInfo::clear_files(0),
        T::WeightInfo::sweep(0),
    ];
    kinds.into_iter().fold(look, |sum, kind| {
        sum.saturating_add(kind.saturating_sub(look))
    })
}

/// Columns of fragments that were walked through, as segments.
fn segments(budget: &Budget) -> u32 {
    budget.fragments.div_ceil(FRAGMENT_COUNT as u32)
}

/// Deals that ended by themselves.
pub(crate) fn ended_deals<T: Config>(budget: &Budget) -> Weight {
    more(budget.items, T::WeightInfo::end_deals)
        .saturating_add(more(segments(budget), T::WeightInfo::end_deal))
}

/// Duties that miners did not meet.
pub(crate) fn missed_tags<T: Config>(budget: &Budget) -> Weight {
    more(budget.items, T::WeightInfo::miss_tags)
        .saturating_add(more(segments(budget), T::WeightInfo::miss_tag))
        .saturating_add(more(budget.traces, T::WeightInfo::open_orders))
        .saturating_add(owners::<T>(budget.entries))
}

/// Files of territories that expired, and such territories themselves.
pub(crate) fn clearing<T: Config>(budget: &Budget) -> Weight {
    let item = each(T::WeightInfo::clear_files).max(each(T::WeightInfo::clear_territories));
    let entry = each(T::WeightInfo::rewrite_list).max(each(T::WeightInfo::pass_owners));
    item.saturating_mul(budget.items.into())
        .saturating_add(more(segments(budget), T::WeightInfo::clear_file))
        .saturating_add(more(budget.traces, T::WeightInfo::remove_traces))
        .saturating_add(entry.saturating_mul(budget.entries.into()))
}

/// Taking over so many territories that expired.
pub(crate) fn taken<T: Config>(count: u32) -> Weight {
    more(count, T::WeightInfo::clear_territories)
}

/// Removing so many traces of files that went earlier.
pub(crate) fn sweep<T: Config>(count: u32) -> Weight {
    more(count, T::WeightInfo::sweep)
}

/// One item of a migration.
pub(crate) fn migrated_item<T: Config>() -> Weight {
    T::WeightInfo::migrate_item()
}
