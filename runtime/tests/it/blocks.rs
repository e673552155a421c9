//! Blocks follow each other, epochs and eras pass, and every promise about the state holds.

use crate::chain;
use cess_primitives::traits::Randomness32;
use cess_runtime::{
    glue::{BabeRandomness, Eras},
    *,
};
use frame_support::traits::Get;

#[test]
fn hundreds_of_blocks_keep_every_promise() {
    for name in ["fast", "reference-1"] {
        chain::new(name).execute_with(|| {
            for _ in 0..4 {
                chain::run(80);
                chain::check_invariants();
            }
            assert_eq!(System::block_number(), 320);
        });
    }
}

#[test]
fn a_session_lasts_an_epoch_and_keeps_its_validators() {
    chain::new("fast").execute_with(|| {
        let validators = Session::validators();
        chain::run(120);
        assert_eq!(Session::current_index(), 0);
        chain::run(121);
        assert_eq!(Session::current_index(), 2);
        assert_eq!(Session::validators(), validators);
        assert_eq!(Grandpa::grandpa_authorities().len(), 3);
    });
}

#[test]
fn an_era_is_six_epochs_of_ticks_and_follows_the_clock() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        assert_eq!(Eras::get(), 0);
        Protocol::advance_clock(RuntimeOrigin::root(), 6 * 120).unwrap();
        assert_eq!(Eras::get(), 1);
    });
}

#[test]
fn randomness_differs_by_block_and_by_subject() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        let first = BabeRandomness::random(b"a");
        assert_ne!(first, BabeRandomness::random(b"b"));
        chain::run(1);
        assert_ne!(first, BabeRandomness::random(b"a"));
    });
}
