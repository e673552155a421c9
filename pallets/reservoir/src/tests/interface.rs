//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `Reservoir`).

use crate::{mock::*, Call, Error, Event};
use cess_interface::{numbered, variants};
use codec::Decode;
use frame_support::dispatch::GetDispatchInfo;

#[test]
fn calls_have_the_published_indices_and_arguments() {
    let mut expected = numbered(&[
        "filling amount",
        "store amount",
        "withdraw amount",
        "event_withdraw amount target",
        "create_event id quota deadline unit_amount borrow_period use_type",
        "attend_event id",
    ]);
    expected.push((20, "repay", "amount".into()));
    expected.push((21, "return_loan", "borrower".into()));
    assert_eq!(variants::<Call<Test>>(), expected);
}

#[test]
fn events_have_the_published_indices() {
    let expected = numbered(&[
        "Filling amount",
        "Store amount",
        "Withdraw amount",
        "RootWithdraw amount",
        "CreateEvent id",
        "AttendEvent id",
        "EventExpired id",
        "Repaid acc lost staked",
        "LoanReturned acc amount",
        "StakeLost acc lent stored",
    ]);
    assert_eq!(variants::<Event<Test>>(), expected);
}

#[test]
fn errors_have_the_published_indices() {
    let expected = numbered(&[
        "Overflow",
        "NonExistent",
        "Insufficient",
        "BugInvalid",
        "LengthExceedsLimit",
        "BoundedVecError",
        "IdNonExistent",
        "UpperLimit",
        "Borrowed",
        "ZeroValue",
        "EventExists",
    ]);
    assert_eq!(variants::<Error<Test>>(), expected);
}

#[test]
fn storage_has_the_published_names() {
    let entries = Reservoir::storage_metadata().entries;
    let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
    let published = [
        "Reservoir",
        "BorrowList",
        "UserPassbook",
        "Events",
        "EventExpiredRecords",
    ];
    assert_eq!(names[..published.len()], published);
}

#[test]
fn constants_have_the_published_names_and_values() {
    execute(|| {
        let constants = Reservoir::pallet_constants_metadata();
        let value = |name: &str| {
            let found = constants.iter().find(|constant| constant.name == name);
            found.expect("it is there").value.clone()
        };
        assert_eq!(value("PalletId"), b"rsorptid");
        let number = |name| u32::decode(&mut &value(name)[..]);
        assert_eq!(number("IdLength"), Ok(64));
        assert_eq!(number("EventLimit"), Ok(32));
    });
}

#[test]
fn no_call_is_free() {
    let calls = [
        Call::<Test>::filling { amount: 1 },
        Call::store { amount: 1 },
        Call::withdraw { amount: 1 },
        Call::event_withdraw {
            amount: 1,
            target: acc(1),
        },
        Call::create_event {
            id: id("x"),
            quota: 1,
            deadline: 1,
            unit_amount: 1,
            borrow_period: 1,
            use_type: cess_primitives::reservoir::UseType::MinerStaking,
        },
        Call::attend_event { id: id("x") },
        Call::repay { amount: 1 },
        Call::return_loan { borrower: acc(1) },
    ];
    assert_eq!(calls.len(), variants::<Call<Test>>().len());
    for call in calls {
        let weight = call.get_dispatch_info().call_weight;
        assert!(weight.ref_time() > 0 && weight.proof_size() > 0);
    }
}
