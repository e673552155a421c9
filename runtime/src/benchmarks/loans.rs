//! Pallet reservoir: the pool, deposits, offers, loans, and the end of each.

use super::*;
use cess_primitives::{
    reservoir::{ReservoirInfo, UseType},
    traits::CollateralLender,
    Tick, TCESS,
};
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_reservoir::{
    BorrowList, Call, DueTicks, EventId, Events, LoanDeadlines, Losses, UserPassbook,
    DUE_PER_BLOCK, ID_LENGTH,
};

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// A loan.
const LOAN: Balance = 4000 * TCESS;
/// How long an offer stands, and how long its loans last.
const PERIOD: Tick = 1000;
/// Longer than what is measured lasts.
const ENDLESS: Tick = 1 << 30;

fn id(i: u32) -> EventId {
    let mut id = alloc::vec![b'i'; ID_LENGTH as usize];
    id[..4].copy_from_slice(&i.to_be_bytes());
    EventId::truncate_from(id)
}

fn sums() -> ReservoirInfo {
    pallet_reservoir::Reservoir::<Runtime>::get()
}

/// Money for so many loans.
fn fill(loans: u32) {
    let donor = signed(&person("donor", 0));
    assert_ok!(Reservoir::filling(donor, LOAN * Balance::from(loans)));
}

fn offer(id: EventId, life: Tick) {
    let (root, kind) = (RuntimeOrigin::root(), UseType::MinerStaking);
    let call = Reservoir::create_event(root, id, u32::MAX, life, LOAN, PERIOD, kind);
    assert_ok!(call);
}

/// Somebody with a loan.
fn borrower(i: u32) -> AccountId {
    let borrower = person("borrower", i);
    fill(1);
    if !Events::<Runtime>::contains_key(id(0)) {
        offer(id(0), ENDLESS);
    }
    assert_ok!(Reservoir::attend_event(signed(&borrower), id(0)));
    borrower
}

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn filling() {
        let donor = person("donor", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(donor), LOAN);

        assert_eq!(sums().free_balance, LOAN);
    }

    #[benchmark]
    fn store() {
        let depositor = person("depositor", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(depositor.clone()), LOAN);

        assert_eq!(UserPassbook::<Runtime>::get(depositor).free, LOAN);
    }

    #[benchmark]
    fn withdraw() {
        let depositor = person("depositor", 0);
        assert_ok!(Reservoir::store(signed(&depositor), LOAN));

        #[extrinsic_call]
        _(RawOrigin::Signed(depositor.clone()), LOAN);

        assert!(!UserPassbook::<Runtime>::contains_key(depositor));
    }

    #[benchmark]
    fn event_withdraw() {
        let target = person("target", 0);
        fill(1);

        #[extrinsic_call]
        _(RawOrigin::Root, LOAN, target);

        assert_eq!(sums().free_balance, 0);
    }

    /// Beside others that end at the same tick.
    #[benchmark]
    fn create_event() {
        for i in 1..pallet_reservoir::EVENT_LIMIT {
            offer(id(i), PERIOD);
        }
        let kind = UseType::MinerStaking;

        #[extrinsic_call]
        _(RawOrigin::Root, id(0), 1, PERIOD, LOAN, PERIOD, kind);

        assert!(Events::<Runtime>::contains_key(id(0)));
    }

    #[benchmark]
    fn attend_event() {
        let borrower = person("borrower", 0);
        fill(1);
        offer(id(0), PERIOD);

        #[extrinsic_call]
        _(RawOrigin::Signed(borrower.clone()), id(0));

        assert!(BorrowList::<Runtime>::contains_key(borrower));
    }

    /// All that a penalty took, and all that is staked.
    #[benchmark]
    fn repay() {
        let borrower = borrower(0);
        assert_ok!(Reservoir::stake(&borrower, LOAN));
        assert_ok!(Reservoir::punished(&borrower, LOAN / 2));

        #[extrinsic_call]
        _(RawOrigin::Signed(borrower.clone()), LOAN);

        assert!(!Losses::<Runtime>::contains_key(&borrower));
        assert_eq!(UserPassbook::<Runtime>::get(borrower).staking, LOAN / 2);
    }

    #[benchmark]
    fn return_loan() {
        let borrower = borrower(0);

        #[extrinsic_call]
        _(RawOrigin::Signed(borrower.clone()), borrower.clone());

        assert!(!BorrowList::<Runtime>::contains_key(borrower));
    }

    /// `n` offers end.
    #[benchmark]
    fn end_offers(n: Linear<0, DUE_PER_BLOCK>) {
        (0..n).for_each(|i| offer(id(i), PERIOD));
        wait(PERIOD);

        #[block]
        {
            begin_block::<Reservoir>();
        }

        assert_eq!(Events::<Runtime>::iter().count(), 0);
    }

    /// `n` loans end.
    #[benchmark]
    fn end_loans(n: Linear<0, DUE_PER_BLOCK>) {
        for i in 0..n {
            borrower(i);
        }
        wait(PERIOD);

        #[block]
        {
            begin_block::<Reservoir>();
        }

        assert_eq!(BorrowList::<Runtime>::iter().count(), 0);
    }

    /// `n` ticks are forgotten at which nothing ends any more.
    #[benchmark]
    fn forget_ticks(n: Linear<0, DUE_PER_BLOCK>) {
        for i in 0..n {
            wait_until(tick(i));
            borrower(i);
        }
        let _ = LoanDeadlines::<Runtime>::clear(n, None);
        wait_until(tick(n));

        #[block]
        {
            begin_block::<Reservoir>();
        }

        let nodes = DueTicks::<Runtime>::iter().count();
        assert!(nodes <= 4, "those of the offer's end");
    }
}
