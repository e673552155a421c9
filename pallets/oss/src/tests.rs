//! What gateways and users may rely on.

use crate::{
    mock::*,
    proxy::{ethereum_digest, proxy_message},
    AuthorityList, Error, Event, LastProxyExpiry, Oss as Gateways,
};
use cess_primitives::{
    oss::{Domain, OssInfo, ProxyAuthPayload},
    traits::Authorisations,
    AccountId, BVec, Tick,
};
use frame_support::{assert_noop, assert_ok};
use sp_core::{ecdsa, sr25519, Pair};
use sp_io::hashing::blake2_256;
use sp_runtime::DispatchError;

fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

fn domain(text: &[u8]) -> Domain {
    text.to_vec().try_into().unwrap()
}

/// A user with an sr25519 key, who signs for gateway 2.
struct User(sr25519::Pair);

impl User {
    fn new() -> Self {
        Self(sr25519::Pair::from_seed(&[7; 32]))
    }

    fn account(&self) -> AccountId {
        self.0.public().0.into()
    }

    fn submit(&self, exp: Tick) -> Result<(), DispatchError> {
        let payload = ProxyAuthPayload {
            oss: account(2),
            exp,
        };
        let sig = self
            .0
            .sign(&proxy_message(&payload))
            .0
            .to_vec()
            .try_into()
            .unwrap();
        Oss::proxy_authorzie(signed(9), self.0.public().0, sig, payload)
    }
}

#[test]
fn an_authorised_operator_acts_for_the_user_until_cancelled() {
    build_and_execute(|| {
        assert!(
            Oss::may_act_for(&account(1), &account(1)),
            "everybody acts for itself"
        );
        assert!(!Oss::may_act_for(&account(2), &account(1)));

        assert_ok!(Oss::authorize(signed(1), account(2)));
        System::assert_last_event(
            Event::Authorize {
                acc: account(1),
                operator: account(2),
            }
            .into(),
        );
        assert!(Oss::may_act_for(&account(2), &account(1)));
        assert!(
            !Oss::may_act_for(&account(1), &account(2)),
            "it works one way only"
        );

        assert_ok!(Oss::cancel_authorize(signed(1), account(2)));
        System::assert_last_event(
            Event::CancelAuthorize {
                acc: account(1),
                oss: account(2),
            }
            .into(),
        );
        assert!(!Oss::may_act_for(&account(2), &account(1)));
        assert!(!AuthorityList::<Test>::contains_key(account(1)));
    });
}

#[test]
fn authorising_twice_changes_nothing() {
    build_and_execute(|| {
        assert_ok!(Oss::authorize(signed(1), account(2)));
        assert_ok!(Oss::authorize(signed(1), account(2)));
        assert_eq!(
            AuthorityList::<Test>::get(account(1)).unwrap().to_vec(),
            vec![account(2)]
        );
    });
}

#[test]
fn a_user_authorises_at_most_twenty_operators() {
    build_and_execute(|| {
        for n in 100..120 {
            assert_ok!(Oss::authorize(signed(1), account(n)));
        }
        assert_noop!(
            Oss::authorize(signed(1), account(120)),
            Error::<Test>::BoundedVecError
        );
        assert_ok!(Oss::cancel_authorize(signed(1), account(110)));
        assert_ok!(Oss::authorize(signed(1), account(120)));
    });
}

#[test]
fn only_a_given_authorisation_is_cancelled() {
    build_and_execute(|| {
        let none = Error::<Test>::NoAuthorization;
        assert_noop!(Oss::cancel_authorize(signed(1), account(2)), none);
        assert_ok!(Oss::authorize(signed(1), account(3)));
        let none = Error::<Test>::NoAuthorization;
        assert_noop!(Oss::cancel_authorize(signed(1), account(2)), none);
    });
}

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
fn a_signed_payload_authorises_whoever_submits_it() {
    build_and_execute(|| {
        let user = User::new();
        assert_ok!(user.submit(1000));
        assert!(Oss::may_act_for(&account(2), &user.account()));
        System::assert_last_event(
            Event::Authorize {
                acc: user.account(),
                operator: account(2),
            }
            .into(),
        );
        assert_noop!(user.submit(1001), Error::<Test>::Existed);
    });
}

#[test]
fn a_signature_is_not_replayed_after_the_user_cancelled() {
    build_and_execute(|| {
        let user = User::new();
        assert_ok!(user.submit(1050));
        let origin = RuntimeOrigin::signed(user.account());
        assert_ok!(Oss::cancel_authorize(origin.clone(), account(2)));
        assert_noop!(user.submit(1050), Error::<Test>::AlreadyUsed);
        assert_noop!(user.submit(1049), Error::<Test>::AlreadyUsed);
        assert_ok!(user.submit(1051));

        Now::set(1052);
        assert_ok!(Oss::cancel_authorize(origin, account(2)));
        assert_eq!(
            LastProxyExpiry::<Test>::get(user.account(), account(2)),
            None
        );
        assert_noop!(user.submit(1051), Error::<Test>::Expired);
    });
}

#[test]
fn a_payload_ends_neither_in_the_past_nor_too_far_ahead() {
    build_and_execute(|| {
        let user = User::new();
        assert_noop!(user.submit(999), Error::<Test>::Expired);
        assert_noop!(user.submit(1101), Error::<Test>::ExpiryTooFar);
        assert_noop!(user.submit(u32::MAX), Error::<Test>::ExpiryTooFar);
        assert_ok!(user.submit(1100));
    });
}

#[test]
fn somebody_elses_or_a_short_signature_is_refused() {
    build_and_execute(|| {
        let user = User::new();
        let payload = ProxyAuthPayload {
            oss: account(2),
            exp: 1000,
        };
        let other = sr25519::Pair::from_seed(&[8; 32]).sign(&proxy_message(&payload));
        let sig: BVec<u8, 64> = other.0.to_vec().try_into().unwrap();
        let key = user.0.public().0;
        assert_noop!(
            Oss::proxy_authorzie(signed(9), key, sig.clone(), payload.clone()),
            Error::<Test>::VerifySigFailed
        );
        let short = sig[..63].to_vec().try_into().unwrap();
        assert_noop!(
            Oss::proxy_authorzie(signed(9), key, short, payload),
            Error::<Test>::MalformedSignature
        );
    });
}

#[test]
fn an_ethereum_wallet_authorises_too() {
    build_and_execute(|| {
        let wallet = ecdsa::Pair::from_seed(&[5; 32]);
        let user = blake2_256(&wallet.public().0);
        let payload = ProxyAuthPayload {
            oss: account(2),
            exp: 1000,
        };
        let mut sig = wallet.sign_prehashed(&ethereum_digest(&payload)).0;
        sig[64] += 27;

        let wrong = Oss::evm_proxy_authorzie(signed(9), [1; 32], sig, payload.clone());
        assert_noop!(wrong, Error::<Test>::VerifySigFailed);
        let broken = Oss::evm_proxy_authorzie(signed(9), user, [0xff; 65], payload.clone());
        assert_noop!(broken, Error::<Test>::MalformedSignature);

        assert_ok!(Oss::evm_proxy_authorzie(
            signed(9),
            user,
            sig,
            payload.clone()
        ));
        assert!(Oss::may_act_for(&account(2), &user.into()));
        let again = Oss::evm_proxy_authorzie(signed(9), user, sig, payload);
        assert_noop!(again, Error::<Test>::Existed);
    });
}

#[test]
fn root_is_not_a_user() {
    build_and_execute(|| {
        let call = Oss::authorize(RuntimeOrigin::root(), account(1));
        assert_noop!(call, DispatchError::BadOrigin);
        assert_noop!(
            Oss::destroy(RuntimeOrigin::root()),
            DispatchError::BadOrigin
        );
    });
}
