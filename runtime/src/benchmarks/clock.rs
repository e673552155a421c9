//! Pallet protocol: quantities and the clock.

use super::*;
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use pallet_protocol::{Call, ClockOffset, Params, LAST_TICK};

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn set_params() {
        let mut params = Params::<Runtime>::get();
        params.deal_life += 1;

        #[extrinsic_call]
        _(RawOrigin::Root, params);

        assert_eq!(Params::<Runtime>::get(), params);
    }

    #[benchmark]
    fn advance_clock() {
        // The call itself is in block 1.
        let ticks = LAST_TICK - 1;

        #[extrinsic_call]
        _(RawOrigin::Root, ticks);

        assert_eq!(ClockOffset::<Runtime>::get(), ticks);
    }
}
