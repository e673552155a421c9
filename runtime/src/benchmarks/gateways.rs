//! Pallet oss: gateways, and who may act for whom.

use super::*;
use cess_primitives::{
    oss::{Domain, PeerId, ProxyAuthPayload},
    traits::Protocol as _,
    Tick,
};
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_oss::{
    proxy::{ethereum_digest, proxy_message},
    AuthorityList, Call, ExpiringProxies, ExpiryTicks, LastProxyExpiry, AUTHOR_LIMIT,
    FORGOTTEN_PER_BLOCK,
};
use sp_core::crypto::ByteArray;
use sp_io::hashing::blake2_256;
use sp_runtime::BoundedVec;

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

const PEER: PeerId = [7; 38];

fn domain() -> Domain {
    Domain::truncate_from(alloc::vec![b'd'; 50])
}

fn operator(i: u32) -> AccountId {
    person("operator", i)
}

/// A gateway that is registered.
fn gateway() -> AccountId {
    let gateway = person("gateway", 0);
    assert_ok!(Oss::register(signed(&gateway), PEER, domain()));
    gateway
}

/// The owner authorises so many operators.
fn authorise(owner: &AccountId, operators: u32) {
    for i in 0..operators {
        assert_ok!(Oss::authorize(signed(owner), operator(i)));
    }
}

/// Leaves one place in the owner's list, and a note that older signatures for the operator that had
/// it are void; what the owner may sign for it now.
fn payload(owner: &AccountId) -> ProxyAuthPayload {
    authorise(owner, AUTHOR_LIMIT);
    let oss = operator(0);
    assert_ok!(Oss::cancel_authorize(signed(owner), oss.clone()));
    let life = Protocol::params().authorization_life;
    wait_until(tick(1));
    let exp = Protocol::now() + life;
    ProxyAuthPayload { oss, exp }
}

/// Notes of signatures that are taken no more from these ticks on.
fn note(count: u32, tick: impl Fn(u32) -> Tick) {
    let mut params = Protocol::params();
    params.authorization_life = 0;
    assert_ok!(Protocol::set_params(RuntimeOrigin::root(), params));
    for i in 0..count {
        let owner = person("owner", i);
        wait_until(tick(i));
        authorise(&owner, 1);
        assert_ok!(Oss::cancel_authorize(signed(&owner), operator(0)));
    }
}

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn authorize() {
        let owner = person("owner", 0);
        authorise(&owner, AUTHOR_LIMIT - 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), operator(AUTHOR_LIMIT));

        let list = AuthorityList::<Runtime>::get(owner);
        assert_eq!(list.len(), AUTHOR_LIMIT as usize);
    }

    /// For the second time.
    #[benchmark]
    fn cancel_authorize() {
        let (owner, operator) = (person("owner", 0), operator(0));
        authorise(&owner, AUTHOR_LIMIT);
        assert_ok!(Oss::cancel_authorize(signed(&owner), operator.clone()));
        assert_ok!(Oss::authorize(signed(&owner), operator.clone()));
        wait_until(tick(1));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), operator.clone());

        assert!(LastProxyExpiry::<Runtime>::get(owner, operator) > Some(tick(1)));
    }

    #[benchmark]
    fn register() {
        let gateway = person("gateway", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway.clone()), PEER, domain());

        assert!(pallet_oss::Oss::<Runtime>::contains_key(gateway));
    }

    #[benchmark]
    fn update() {
        let gateway = gateway();

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway), [8; 38], domain());
    }

    #[benchmark]
    fn destroy() {
        let gateway = gateway();

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway.clone()));

        assert!(!pallet_oss::Oss::<Runtime>::contains_key(gateway));
    }

    #[benchmark]
    fn proxy_authorzie() {
        let key = key();
        let owner = AccountId::from(key.0);
        let payload = payload(&owner);
        let signature = sign(&key, &proxy_message(&payload));
        let signature = BoundedVec::truncate_from(signature.to_vec());

        #[extrinsic_call]
        _(RawOrigin::Signed(operator(0)), key.0, signature, payload);

        let list = AuthorityList::<Runtime>::get(owner);
        assert_eq!(list.len(), AUTHOR_LIMIT as usize);
    }

    #[benchmark]
    fn evm_proxy_authorzie() {
        let key = wallet();
        let id = blake2_256(key.as_slice());
        let owner = AccountId::from(id);
        let payload = payload(&owner);
        let signature = sign_digest(&key, &ethereum_digest(&payload));

        #[extrinsic_call]
        _(RawOrigin::Signed(operator(0)), id, signature, payload);

        let list = AuthorityList::<Runtime>::get(owner);
        assert_eq!(list.len(), AUTHOR_LIMIT as usize);
    }

    /// `n` notes of void signatures are forgotten.
    #[benchmark]
    fn forget_notes(n: Linear<0, FORGOTTEN_PER_BLOCK>) {
        note(n, |_| tick(1));
        wait_until(tick(2));

        #[block]
        {
            end_block::<Oss>();
        }

        assert_eq!(LastProxyExpiry::<Runtime>::iter().count(), 0);
    }

    /// `n` ticks are forgotten at which no note ends any more.
    #[benchmark]
    fn forget_ticks(n: Linear<0, FORGOTTEN_PER_BLOCK>) {
        note(n, tick);
        let _ = ExpiringProxies::<Runtime>::clear(n, None);
        wait_until(tick(n));

        #[block]
        {
            end_block::<Oss>();
        }

        assert_eq!(ExpiryTicks::<Runtime>::iter().count(), 0);
    }
}
