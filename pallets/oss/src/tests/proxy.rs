//! Authorisations that a user signs and somebody else hands in.

use crate::{
    mock::*,
    proxy::{ethereum_digest, proxy_message},
    Error, Event, ExpiringProxies, LastProxyExpiry,
};
use cess_primitives::{
    oss::ProxyAuthPayload,
    traits::{Authorisations, Protocol},
    AccountId, BVec, Tick,
};
use frame_support::{assert_noop, assert_ok};
use sp_core::{ecdsa, sr25519, Pair};
use sp_io::hashing::blake2_256;
use sp_runtime::{DispatchError, DispatchResult};

/// What a user signs for account `oss`.
fn payload(oss: u8, exp: Tick) -> ProxyAuthPayload {
    ProxyAuthPayload {
        oss: account(oss),
        exp,
    }
}

/// A user with an sr25519 key, who signs for gateway 2.
struct User(sr25519::Pair);

impl User {
    fn new() -> Self {
        Self(sr25519::Pair::from_seed(&[7; 32]))
    }

    fn key(&self) -> [u8; 32] {
        self.0.public().0
    }

    fn account(&self) -> AccountId {
        self.key().into()
    }

    fn sign(&self, payload: &ProxyAuthPayload) -> BVec<u8, 64> {
        let signature = self.0.sign(&proxy_message(payload));
        signature.0.to_vec().try_into().expect("64 bytes")
    }

    /// Account 9 hands in what the user signs.
    fn submit(&self, exp: Tick) -> DispatchResult {
        let payload = payload(2, exp);
        Oss::proxy_authorzie(signed(9), self.key(), self.sign(&payload), payload)
    }

    fn cancel(&self) -> DispatchResult {
        Oss::cancel_authorize(RuntimeOrigin::signed(self.account()), account(2))
    }
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
        let payload = payload(2, 1000);
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
        let payload = payload(2, 1000);
        let mut sig = wallet.sign_prehashed(&ethereum_digest(&payload)).0;
        sig[64] += 27;

        let submit =
            |account, sig| Oss::evm_proxy_authorzie(signed(9), account, sig, payload.clone());
        assert_noop!(submit([1; 32], sig), Error::<Test>::VerifySigFailed);
        assert_noop!(submit(user, [0xff; 65]), Error::<Test>::MalformedSignature);
        assert_ok!(submit(user, sig));
        assert!(Oss::may_act_for(&account(2), &user.into()));
        assert_noop!(submit(user, sig), Error::<Test>::Existed);

        let owner = RuntimeOrigin::signed(user.into());
        assert_ok!(Oss::cancel_authorize(owner, account(2)));
        assert_noop!(submit(user, sig), Error::<Test>::AlreadyUsed);
    });
}

#[test]
fn the_signed_bytes_are_the_published_ones() {
    let payload = payload(2, 0x0102_0304);
    let expected = [b"<Bytes>", &[2; 32][..], &[4, 3, 2, 1], b"</Bytes>"].concat();
    assert_eq!(proxy_message(&payload), expected);
    // 51 bytes, which Ethereum wallets write before them.
    let wrapped = [b"\x19Ethereum Signed Message:\n51".to_vec(), expected].concat();
    assert_eq!(
        ethereum_digest(&payload),
        sp_io::hashing::keccak_256(&wrapped)
    );
}

#[test]
fn a_signature_is_not_replayed_after_the_user_cancelled() {
    build_and_execute(|| {
        let user = User::new();
        assert_ok!(user.submit(1050));
        assert_ok!(user.cancel());
        for exp in [1049, 1050, 1051, 1100] {
            assert_noop!(user.submit(exp), Error::<Test>::AlreadyUsed);
        }
        // A signature that ends later was signed to be handed in later.
        Now::set(1001);
        assert_noop!(user.submit(1100), Error::<Test>::AlreadyUsed);
        assert_ok!(user.submit(1101));
    });
}

#[test]
fn a_signature_that_was_never_used_is_void_after_the_user_cancelled() {
    build_and_execute(|| {
        let user = User::new();
        let origin = RuntimeOrigin::signed(user.account());
        assert_ok!(Oss::authorize(origin.clone(), account(2)));
        assert_ok!(user.cancel());
        assert_noop!(user.submit(1080), Error::<Test>::AlreadyUsed);
        // The user itself may always change its mind.
        assert_ok!(Oss::authorize(origin, account(2)));
    });
}

#[test]
fn cancelling_one_operator_leaves_signatures_for_others_alone() {
    build_and_execute(|| {
        let user = User::new();
        let origin = RuntimeOrigin::signed(user.account());
        assert_ok!(Oss::authorize(origin.clone(), account(3)));
        assert_ok!(Oss::cancel_authorize(origin, account(3)));
        assert_ok!(user.submit(1000));
    });
}

#[test]
fn a_user_signs_for_at_most_twenty_operators() {
    build_and_execute(|| {
        let user = User::new();
        let origin = || RuntimeOrigin::signed(user.account());
        for n in 100..120 {
            assert_ok!(Oss::authorize(origin(), account(n)));
        }
        assert_noop!(user.submit(1000), Error::<Test>::BoundedVecError);
    });
}

#[test]
fn a_signature_counts_for_its_payload_alone() {
    build_and_execute(|| {
        let user = User::new();
        let sig = user.sign(&payload(2, 1000));
        for other in [payload(3, 1000), payload(2, 1001)] {
            assert_noop!(
                Oss::proxy_authorzie(signed(9), user.key(), sig.clone(), other),
                Error::<Test>::VerifySigFailed
            );
        }
    });
}

#[test]
fn a_proxy_call_needs_somebody_who_pays_for_it() {
    build_and_execute(|| {
        let user = User::new();
        let payload = payload(2, 1000);
        let sig = user.sign(&payload);
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(
                Oss::proxy_authorzie(origin.clone(), user.key(), sig.clone(), payload.clone()),
                DispatchError::BadOrigin
            );
            assert_noop!(
                Oss::evm_proxy_authorzie(origin, user.key(), [0; 65], payload.clone()),
                DispatchError::BadOrigin
            );
        }
    });
}

#[test]
fn what_is_noted_of_signatures_is_forgotten_once_they_have_expired() {
    build_and_execute(|| {
        let user = User::new();
        assert_ok!(user.submit(1050));
        idle_at(1050);
        assert_eq!(LastProxyExpiry::<Test>::iter().count(), 1);
        idle_at(1051);
        assert_eq!(LastProxyExpiry::<Test>::iter().count(), 0);
        assert_noop!(user.submit(1050), Error::<Test>::Expired);

        assert_ok!(user.cancel());
        let until = 1051 + Clock::params().authorization_life;
        assert_eq!(
            LastProxyExpiry::<Test>::get(user.account(), account(2)),
            Some(until)
        );
        idle_at(until + 1);
        assert_eq!(LastProxyExpiry::<Test>::iter().count(), 0);
        assert_eq!(ExpiringProxies::<Test>::iter().count(), 0);
        assert_eq!(crate::ExpiryTicks::<Test>::iter().count(), 0);
        assert_noop!(user.submit(until), Error::<Test>::Expired);
        assert_ok!(user.submit(until + 1));
    });
}

#[test]
fn no_signature_lasts_beyond_the_last_tick() {
    build_and_execute(|| {
        let user = User::new();
        Now::set(Tick::MAX - 1);
        assert_ok!(user.submit(Tick::MAX));
        assert_ok!(user.cancel());
        assert_noop!(user.submit(Tick::MAX), Error::<Test>::AlreadyUsed);
    });
}
