//! Blocks follow each other, epochs and eras pass, and every promise about the state holds.

use crate::chain;
use cess_primitives::traits::Randomness32;
use cess_runtime::{glue::BabeRandomness, *};

#[test]
fn hundreds_of_blocks_keep_every_promise() {
    for name in ["fast", "reference-1"] {
        chain::new(name).execute_with(|| {
            for _ in 0..8 {
                chain::run(50);
                chain::check_invariants();
            }
            assert_eq!(System::block_number(), 400);
        });
    }
}

#[test]
fn a_session_lasts_an_epoch_and_keeps_its_validators() {
    chain::new("fast").execute_with(|| {
        let validators = Session::validators();
        chain::run(30);
        assert_eq!(Session::current_index(), 0);
        chain::run(31);
        assert_eq!(Session::current_index(), 2);
        assert_eq!(Session::validators(), validators);
        assert_eq!(Grandpa::grandpa_authorities().len(), 3);
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
