//! Where gateways are reached.

use super::domain;
use crate::{mock::*, Error, Event, Oss as Gateways};
use cess_primitives::oss::{Domain, OssInfo};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn a_gateway_registers_moves_and_leaves() {
    build_and_execute(|| {
        assert_ok!(Oss::register(signed(2), [1; 38], domain(b"http://a")));
        System::assert_last_event(
            Event::OssRegister {
                acc: account(2),
                endpoint: [1; 38],
            }
            .into(),
        );
        assert_noop!(
            Oss::register(signed(2), [1; 38], domain(b"http://a")),
            Error::<Test>::Registered
        );

        assert_ok!(Oss::update(signed(2), [2; 38], domain(b"http://b")));
        System::assert_last_event(
            Event::OssUpdate {
                acc: account(2),
                new_endpoint: [2; 38],
            }
            .into(),
        );
        let info = OssInfo {
            peer_id: [2; 38],
            domain: domain(b"http://b"),
        };
        assert_eq!(Gateways::<Test>::get(account(2)), Some(info));

        assert_ok!(Oss::destroy(signed(2)));
        System::assert_last_event(Event::OssDestroy { acc: account(2) }.into());
        assert_eq!(Gateways::<Test>::get(account(2)), None);
    });
}

#[test]
fn an_unknown_gateway_neither_moves_nor_leaves() {
    build_and_execute(|| {
        let unknown = Error::<Test>::UnRegister;
        assert_noop!(Oss::update(signed(2), [2; 38], domain(b"x")), unknown);
        assert_noop!(Oss::destroy(signed(2)), Error::<Test>::UnRegister);
    });
}

#[test]
fn a_domain_that_is_too_long_does_not_even_decode() {
    assert!(Domain::decode(&mut &vec![b'x'; 50].encode()[..]).is_ok());
    assert!(Domain::decode(&mut &vec![b'x'; 51].encode()[..]).is_err());
}

#[test]
fn root_is_not_a_gateway() {
    build_and_execute(|| {
        let root = RuntimeOrigin::root;
        let bad = DispatchError::BadOrigin;
        assert_noop!(Oss::register(root(), [1; 38], domain(b"a")), bad);
        assert_noop!(Oss::update(root(), [1; 38], domain(b"a")), bad);
        assert_noop!(Oss::destroy(root()), bad);
    });
}
