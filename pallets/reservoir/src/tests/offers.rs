//! Offers of loans.

use crate::{mock::*, Error, Event, EventExpiredRecords, Events, EVENT_LIMIT, ID_LENGTH};
use cess_primitives::{
    reservoir::{EventInfo, UseType},
    BVec, Tick, TCESS,
};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, DispatchResult};

fn create(name: &str, quota: u32, wait: Tick, unit: u128, period: Tick) -> DispatchResult {
    let use_type = UseType::MinerStaking;
    Reservoir::create_event(root(), id(name), quota, wait, unit, period, use_type)
}

#[test]
fn an_offer_ends_so_many_ticks_after_it_was_made() {
    execute(|| {
        assert_ok!(create("spring", 3, 10, 5 * TCESS, 20));
        assert_eq!(last_event(), Event::CreateEvent { id: id("spring") }.into());
        let info = EventInfo {
            quota: 3,
            deadline: START + 10,
            unit_amount: 5 * TCESS,
            borrow_period: 20,
            use_type: UseType::MinerStaking,
        };
        assert_eq!(Events::<Test>::get(id("spring")), Some(info));

        block_at(START + 9);
        assert!(Events::<Test>::contains_key(id("spring")));
        block_at(START + 10);
        assert_eq!(
            last_event(),
            Event::EventExpired { id: id("spring") }.into()
        );
        assert!(!Events::<Test>::contains_key(id("spring")));
        assert_eq!(EventExpiredRecords::<Test>::iter().count(), 0);
    });
}

#[test]
fn an_id_stands_for_one_offer_at_a_time() {
    execute(|| {
        offer("spring", 3, 10, TCESS, 20);
        assert_noop!(create("spring", 1, 1, 1, 1), Error::<Test>::EventExists);
        block_at(START + 10);
        assert_ok!(create("spring", 1, 1, 1, 1));
    });
}

#[test]
fn an_offer_of_nothing_or_for_no_time_is_refused() {
    execute(|| {
        let bad = [(0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)];
        for (quota, wait, unit, period) in bad {
            assert_noop!(
                create("spring", quota, wait, unit, period),
                Error::<Test>::ZeroValue
            );
        }
    });
}

#[test]
fn an_offer_or_a_loan_beyond_the_last_tick_is_refused() {
    execute(|| {
        let last = Tick::MAX - START;
        for (wait, period) in [(Tick::MAX, 1), (last + 1, 1), (last, 1), (1, last)] {
            assert_noop!(
                create("spring", 1, wait, 1, period),
                Error::<Test>::Overflow
            );
        }
        assert_ok!(create("spring", 1, last - 1, 1, 1));
        assert_ok!(create("autumn", 1, 1, 1, last - 1));
    });
}

#[test]
fn so_many_offers_end_at_one_tick_and_no_more() {
    execute(|| {
        for n in 0..EVENT_LIMIT {
            offer(&format!("offer {n}"), 1, 10, TCESS, 20);
        }
        assert_noop!(
            create("one more", 1, 10, TCESS, 20),
            Error::<Test>::BoundedVecError
        );
        assert_ok!(create("one more", 1, 11, TCESS, 20));
    });
}

#[test]
fn only_root_makes_offers() {
    execute(|| {
        let use_type = UseType::MinerStaking;
        assert_noop!(
            Reservoir::create_event(signed(1), id("spring"), 1, 1, 1, 1, use_type),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn an_id_that_is_too_long_does_not_even_decode() {
    let longest = vec![b'x'; ID_LENGTH as usize].encode();
    assert!(BVec::<u8, ID_LENGTH>::decode(&mut &longest[..]).is_ok());
    let longer = vec![b'x'; ID_LENGTH as usize + 1].encode();
    assert!(BVec::<u8, ID_LENGTH>::decode(&mut &longer[..]).is_err());
}
