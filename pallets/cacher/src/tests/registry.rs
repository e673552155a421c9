//! Who sells downloads.

use crate::{mock::*, Error, Event, Payees};
use cess_primitives::{
    cacher::{CacherInfo, IpAddress},
    Balance, ProtocolParams,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn a_cacher_registers_changes_and_leaves() {
    execute(|| {
        assert_ok!(Cacher::register(signed(1), info(5)));
        let acc_1 = acc(1);
        assert_eq!(
            last_event(),
            Event::Register {
                acc: acc_1.clone(),
                info: info(5)
            }
            .into()
        );
        assert_eq!(cacher(1), Some(info(5)));

        let moved = CacherInfo {
            ip: IpAddress::IPV6([0, 0, 0, 0, 0, 0, 0, 1], 1),
            byte_price: 1,
            ..info(6)
        };
        assert_ok!(Cacher::update(signed(1), moved.clone()));
        assert_eq!(
            last_event(),
            Event::Update {
                acc: acc_1.clone(),
                info: moved.clone()
            }
            .into()
        );
        assert_eq!(cacher(1), Some(moved));

        assert_ok!(Cacher::logout(signed(1)));
        assert_eq!(last_event(), Event::Logout { acc: acc_1 }.into());
        assert_eq!(cacher(1), None);
        assert_eq!(Payees::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_cacher_registers_once() {
    execute(|| {
        register(1, 5);
        assert_noop!(
            Cacher::register(signed(1), info(6)),
            Error::<Test>::AlreadyRegistered
        );
    });
}

#[test]
fn who_is_not_a_cacher_neither_changes_nor_leaves() {
    execute(|| {
        register(1, 5);
        assert_noop!(
            Cacher::update(signed(5), info(6)),
            Error::<Test>::UnRegistered
        );
        assert_noop!(Cacher::logout(signed(5)), Error::<Test>::UnRegistered);
    });
}

#[test]
fn an_address_at_which_nobody_is_reached_is_refused() {
    execute(|| {
        register(2, 2);
        let bad = [
            IpAddress::IPV4([127, 0, 0, 1], 0),
            IpAddress::IPV4([0; 4], 80),
            IpAddress::IPV4([255; 4], 80),
            IpAddress::IPV4([224, 0, 0, 1], 80),
            IpAddress::IPV6([0, 0, 0, 0, 0, 0, 0, 1], 0),
            IpAddress::IPV6([0; 8], 80),
            IpAddress::IPV6([0xff02, 0, 0, 0, 0, 0, 0, 1], 80),
        ];
        for ip in bad {
            let offer = CacherInfo { ip, ..info(1) };
            assert_noop!(
                Cacher::register(signed(1), offer.clone()),
                Error::<Test>::InvalidAddress
            );
            assert_noop!(
                Cacher::update(signed(2), offer),
                Error::<Test>::InvalidAddress
            );
        }
    });
}

#[test]
fn a_price_is_more_than_nothing_and_a_segment_can_be_paid() {
    execute(|| {
        register(2, 2);
        let segment = Balance::from(ProtocolParams::fast().segment_size);
        let highest = Balance::MAX / segment;
        let at = |byte_price| CacherInfo {
            byte_price,
            ..info(1)
        };
        for byte_price in [0, highest + 1, Balance::MAX] {
            assert_noop!(
                Cacher::register(signed(1), at(byte_price)),
                Error::<Test>::InvalidPrice
            );
            assert_noop!(
                Cacher::update(signed(2), at(byte_price)),
                Error::<Test>::InvalidPrice
            );
        }
        assert_ok!(Cacher::register(signed(1), at(highest)));
        assert_ok!(Cacher::update(signed(2), at(1)));
    });
}

#[test]
fn root_is_not_a_cacher() {
    execute(|| {
        let root = RuntimeOrigin::root;
        assert_noop!(Cacher::register(root(), info(1)), DispatchError::BadOrigin);
        assert_noop!(Cacher::update(root(), info(1)), DispatchError::BadOrigin);
        assert_noop!(Cacher::logout(root()), DispatchError::BadOrigin);
        assert_noop!(
            Cacher::pay(root(), bills(vec![bill(1, 1)])),
            DispatchError::BadOrigin
        );
    });
}
