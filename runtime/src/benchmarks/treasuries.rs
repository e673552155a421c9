//! Pallet cess-treasury: money into and out of the treasuries.

use super::*;
use cess_primitives::TCESS;
use frame_benchmarking::v2::*;
use frame_support::{assert_ok, traits::Currency};
use frame_system::RawOrigin;
use pallet_cess_treasury::Call;

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

const FUNDS: Balance = 1000 * TCESS;

fn balance(account: &AccountId) -> Balance {
    <Balances as Currency<AccountId>>::free_balance(account)
}

/// Both treasuries with money.
fn fill() {
    let donor = signed(&person("donor", 0));
    assert_ok!(CessTreasury::send_funds_to_pid(donor.clone(), 2 * FUNDS));
    assert_ok!(CessTreasury::send_funds_to_sid(donor, 2 * FUNDS));
}

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn send_funds_to_pid() {
        let donor = person("donor", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(donor), FUNDS);

        assert!(balance(&CessTreasury::punish_account()) >= FUNDS);
    }

    #[benchmark]
    fn send_funds_to_sid() {
        let donor = person("donor", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(donor), FUNDS);

        assert!(balance(&CessTreasury::space_account()) >= FUNDS);
    }

    #[benchmark]
    fn pid_burn_funds() {
        fill();

        #[extrinsic_call]
        _(RawOrigin::Root, FUNDS);

        assert!(balance(&CessTreasury::punish_account()) < 2 * FUNDS);
    }

    #[benchmark]
    fn sid_burn_funds() {
        fill();

        #[extrinsic_call]
        _(RawOrigin::Root, FUNDS);

        assert!(balance(&CessTreasury::space_account()) < 2 * FUNDS);
    }

    /// To an account that comes to life.
    #[benchmark]
    fn pid_send_funds() {
        fill();
        let to: AccountId = account("nobody", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Root, to.clone(), FUNDS);

        assert_eq!(balance(&to), FUNDS);
    }

    /// To an account that comes to life.
    #[benchmark]
    fn sid_send_funds() {
        fill();
        let to: AccountId = account("nobody", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Root, to.clone(), FUNDS);

        assert_eq!(balance(&to), FUNDS);
    }
}
