//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! x; 1 steps, 1 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 1 ns; proves 0 bytes.
    fn upload_declaration(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn declare_in_bucket(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn declare_stored(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn append_to_list(l: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn transfer_report(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn report_column(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn cancel_deal(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn calculate_report(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn credit_workers(w: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn end_duties(d: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn territory_file_delivery(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn deliver_from(h: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn delete_file(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn delete_from(h: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn root_clear_file(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn pass_owners(o: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn rewrite_list(l: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn remove_traces(t: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn relieve_miners(m: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn generate_restoral_order(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn claim_restoral_order(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn claim_restoral_noexist_order(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn restoral_order_complete(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn cert_idle_space() -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn replace_idle_space() -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn create_bucket() -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn delete_bucket() -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn put_in_bucket() -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn take_from_bucket() -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn look() -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn end_deals(n: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn end_deal(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn miss_tags(n: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn miss_tag(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn open_orders(t: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn clear_files(n: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn clear_file(s: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn clear_territories(n: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn sweep(t: u32) -> Weight;
    /// At least 1 ns; proves 0 bytes.
    fn migrate_item() -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn upload_declaration(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn declare_in_bucket(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn declare_stored(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn append_to_list(l: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000, 0).saturating_mul(l.into()))
    }
    fn transfer_report(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn report_column(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn cancel_deal(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn calculate_report(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn credit_workers(w: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(w.into()))
    }
    fn end_duties(d: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(d.into()))
    }
    fn territory_file_delivery(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn deliver_from(h: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000, 0).saturating_mul(h.into()))
    }
    fn delete_file(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn delete_from(h: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000, 0).saturating_mul(h.into()))
    }
    fn root_clear_file(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn pass_owners(o: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000, 0).saturating_mul(o.into()))
    }
    fn rewrite_list(l: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000, 0).saturating_mul(l.into()))
    }
    fn remove_traces(t: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(t.into()))
    }
    fn relieve_miners(m: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(m.into()))
    }
    fn generate_restoral_order(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn claim_restoral_order(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn claim_restoral_noexist_order(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn restoral_order_complete(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn cert_idle_space() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn replace_idle_space() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn create_bucket() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn delete_bucket() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn put_in_bucket() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn take_from_bucket() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn look() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn end_deals(n: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(n.into()))
    }
    fn end_deal(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn miss_tags(n: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(n.into()))
    }
    fn miss_tag(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn open_orders(t: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(t.into()))
    }
    fn clear_files(n: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(n.into()))
    }
    fn clear_file(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
    }
    fn clear_territories(n: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(n.into()))
    }
    fn sweep(t: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(t.into()))
    }
    fn migrate_item() -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
}
