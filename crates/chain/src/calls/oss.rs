//! Calls of pallet Oss (108): gateways and who may act for whom.

use cess_primitives::{
    oss::{Domain, PeerId, ProxyAuthPayload},
    AccountId,
};

calls! { "Oss";
    /// 0: the signer lets a gateway act for it.
    authorize(operator: &AccountId);
    /// 1: takes that back.
    cancel_authorize(oss: &AccountId);
    /// 2: registers the signer as a gateway.
    register(endpoint: &PeerId, domain: &Domain);
    /// 3: changes what was registered.
    update(endpoint: &PeerId, domain: &Domain);
    /// 4: the gateway closes.
    destroy();
    /// 5: hands in an authorisation that a user signed with sr25519 (the name is the published one).
    proxy_authorzie(auth_puk: &[u8; 32], sig: &[u8], payload: &ProxyAuthPayload);
    /// 6: hands in an authorisation that a user signed with an Ethereum key.
    evm_proxy_authorzie(auth_puk: &[u8; 32], sig: &[u8; 65], payload: &ProxyAuthPayload);
}
