//! Quotes from anybody: whatever the bytes are, the pallet answers, and believes only the quote as it
//! was signed.

use crate::{mock::*, *};
use cess_primitives::tee::{attestation::AttestationReport, quote::Quote, WorkerRole::Marker};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::sync::OnceLock;

/// Registers with a good collateral and this quote; says whether the worker is in.
fn believes(quote: &[u8]) -> bool {
    let mut believed = false;
    ExtBuilder::default()
        .attestation_required()
        .build_and_execute(|| {
            let AttestationReport::SgxDcap { collateral, .. } = report(&info(1, Marker)) else {
                panic!("simulated reports are quotes");
            };
            let quote = quote.to_vec();
            let report = AttestationReport::SgxDcap { quote, collateral };
            let registered = TeeWorker::register_worker(signed(9), info(1, Marker), Some(report));
            believed = registered.is_ok();
            assert_eq!(Workers::<Test>::contains_key(key(1)), believed);
        });
    believed
}

/// One quote for all cases: signatures are random.
fn good() -> &'static [u8] {
    static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
    GOOD.get_or_init(|| {
        let mut good = Vec::new();
        ExtBuilder::default().build_and_execute(|| {
            if let AttestationReport::SgxDcap { quote, .. } = report(&info(1, Marker)) {
                good = quote;
            }
        });
        good
    })
}

/// Reads it; what is read is all that there is.
fn read(bytes: &[u8]) {
    if let Ok(quote) = Quote::decode(bytes) {
        assert_eq!(quote.encode(), bytes);
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    vec((any::<Index>(), any::<u8>(), 0u8..5), 1..5).prop_map(|changes| {
        let mut bytes = good().to_vec();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len().max(1));
            match kind {
                _ if bytes.is_empty() => {}
                0 => bytes[at] = byte,
                1 => bytes[at] ^= 1 << (byte % 8),
                2 => drop(bytes.remove(at)),
                3 => bytes.insert(at, byte),
                _ => bytes.truncate(at),
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_no_quote(bytes in vec(any::<u8>(), 0..2000), kept in 0usize..600) {
        let begun = [&good()[..kept], &bytes].concat();
        for bytes in [bytes, begun] {
            read(&bytes);
            prop_assert!(!believes(&bytes));
        }
    }

    #[test]
    fn a_damaged_quote_is_not_believed(bytes in damaged()) {
        read(&bytes);
        prop_assert_eq!(believes(&bytes), bytes == good());
    }
}

#[test]
fn the_quote_is_good_as_it_is() {
    assert!(believes(good()));
}
