//! Pallet cacher: offers, bills, and forgetting them.

use super::*;
use cess_primitives::{
    cacher::{Bill, CacherInfo, IpAddress},
    TCESS,
};
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_cacher::{
    Bills, Cachers, Call, ExpiringBills, ExpiryMinutes, PaidBills, BILLS_LIMIT, FORGOTTEN_PER_BLOCK,
};
use sp_core::H256;

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// Seconds between two bills' ends, so that no two share a node of the set of minutes.
const BETWEEN: u64 = 256 * 60;

/// The time of day, seconds since 1970.
const NOW: u64 = 60;

fn offer(payee: AccountId) -> CacherInfo {
    CacherInfo {
        payee,
        ip: IpAddress::IPV6([1; 8], 4001),
        byte_price: 1,
    }
}

/// The payee of a cacher.
fn payee(i: u32) -> AccountId {
    let (cacher, payee) = (person("cacher", i), person("payee", i));
    assert_ok!(Cacher::register(signed(&cacher), offer(payee.clone())));
    payee
}

/// A bill of the `i`-th cacher, which expires so many seconds from now.
fn bill(i: u32, left: u64) -> Bill {
    set_seconds(NOW);
    let expiration_time = NOW + left;
    Bill {
        id: u128::from(i).to_be_bytes(),
        to: payee(i),
        amount: TCESS,
        file_hash: H256::repeat_byte(1),
        slice_hash: H256::repeat_byte(2),
        expiration_time,
    }
}

/// Bills that are paid, and expire that many seconds apart.
fn pay_each(count: u32, between: u64) {
    let payer = person("payer", 0);
    for i in 0..count {
        let end = between * u64::from(i % BILLS_LIMIT);
        let bills = Bills::truncate_from(alloc::vec![bill(i, end)]);
        assert_ok!(Cacher::pay(signed(&payer), bills));
    }
}

/// Lets a year pass on the wall clock.
fn wait_a_year() {
    set_seconds(NOW + 365 * 24 * 60 * 60);
}

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn register() {
        let cacher = person("cacher", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(cacher.clone()), offer(cacher.clone()));

        assert!(Cachers::<Runtime>::contains_key(cacher));
    }

    /// With a new payee, in place of one that other cachers name too.
    #[benchmark]
    fn update() {
        let (cacher, old) = (person("cacher", 0), payee(0));
        let other = person("other", 0);
        assert_ok!(Cacher::register(signed(&other), offer(old)));
        let new = offer(other);

        #[extrinsic_call]
        _(RawOrigin::Signed(cacher.clone()), new.clone());

        assert_eq!(Cachers::<Runtime>::get(cacher), Some(new));
    }

    #[benchmark]
    fn logout() {
        let (cacher, payee) = (person("cacher", 0), payee(0));
        let other = person("other", 0);
        assert_ok!(Cacher::register(signed(&other), offer(payee)));

        #[extrinsic_call]
        _(RawOrigin::Signed(cacher.clone()));

        assert!(!Cachers::<Runtime>::contains_key(cacher));
    }

    /// `n` bills of as many cachers, which expire far apart.
    #[benchmark]
    fn pay(n: Linear<1, BILLS_LIMIT>) {
        let payer = person("payer", 0);
        let bills = (0..n).map(|i| bill(i, u64::from(i) * BETWEEN)).collect();
        let bills = Bills::truncate_from(bills);

        #[extrinsic_call]
        _(RawOrigin::Signed(payer), bills);

        assert_eq!(PaidBills::<Runtime>::iter().count(), n as usize);
    }

    /// `n` bills are forgotten.
    #[benchmark]
    fn forget_bills(n: Linear<0, FORGOTTEN_PER_BLOCK>) {
        pay_each(n, 0);
        wait_a_year();

        #[block]
        {
            end_block::<Cacher>();
        }

        assert_eq!(PaidBills::<Runtime>::iter().count(), 0);
    }

    /// `n` minutes are forgotten in which no bill expires any more.
    #[benchmark]
    fn forget_minutes(n: Linear<0, BILLS_LIMIT>) {
        pay_each(n, BETWEEN);
        let _ = ExpiringBills::<Runtime>::clear(n, None);
        wait_a_year();

        #[block]
        {
            end_block::<Cacher>();
        }

        assert_eq!(ExpiryMinutes::<Runtime>::iter().count(), 0);
    }
}
