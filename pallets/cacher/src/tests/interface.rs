//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `Cacher`).

use crate::{mock::*, Call, Error, Event};
use cess_interface::{numbered, variants};
use codec::Encode;
use frame_support::dispatch::GetDispatchInfo;

#[test]
fn calls_events_and_errors_have_the_published_indices() {
    let calls = numbered(&["register info", "update info", "logout", "pay bills"]);
    assert_eq!(variants::<Call<Test>>(), calls);
    let events = numbered(&[
        "Register acc info",
        "Update acc info",
        "Logout acc",
        "Pay acc bills",
    ]);
    assert_eq!(variants::<Event<Test>>(), events);
    let errors = numbered(&[
        "AlreadyRegistered",
        "UnRegistered",
        "OptionParseError",
        "InvalidAddress",
        "InvalidPrice",
        "NoBills",
        "ZeroAmount",
        "BillExpired",
        "ExpiryTooFar",
        "BillPaid",
    ]);
    assert_eq!(variants::<Error<Test>>(), errors);
}

#[test]
fn offers_and_bills_are_encoded_as_published() {
    execute(|| {
        let offer = [
            vec![5; 32],
            vec![0, 127, 0, 0, 1, 0x98, 0x3a],
            1000u128.to_le_bytes().to_vec(),
        ];
        assert_eq!(info(5).encode(), offer.concat());
        let fields = [
            vec![7; 16],
            vec![5; 32],
            cess_primitives::TCESS.to_le_bytes().to_vec(),
            vec![1; 32],
            vec![2; 32],
            (START + 60).to_le_bytes().to_vec(),
        ];
        assert_eq!(bill(7, 5).encode(), fields.concat());
    });
}

#[test]
fn storage_and_constants_have_the_published_names_and_values() {
    execute(|| {
        assert_eq!(Cacher::storage_metadata().entries[0].name, "Cachers");
        let constants = Cacher::pallet_constants_metadata();
        let limit = constants
            .iter()
            .find(|constant| constant.name == "BillsLimit");
        assert_eq!(limit.expect("it is there").value, 10u32.encode());
    });
}

#[test]
fn no_call_is_free_and_more_bills_weigh_more() {
    execute(|| {
        let weight = |call: Call<Test>| call.get_dispatch_info().call_weight;
        let paying = |list| weight(Call::pay { bills: bills(list) });
        let none = paying(vec![]);
        let calls = [
            weight(Call::register { info: info(1) }),
            weight(Call::update { info: info(1) }),
            weight(Call::logout {}),
            none,
        ];
        for weight in calls {
            assert!(weight.ref_time() > 0 && weight.proof_size() > 0);
        }
        assert!(paying(vec![bill(1, 1), bill(2, 1)]).all_gt(paying(vec![bill(1, 1)])));
    });
}
