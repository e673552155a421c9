//! # Oss pallet
//!
//! Gateways, and which users let them act in their name. A gateway announces where it is reached;
//! a user authorises any account, gateway or not, to declare, move and delete files for it
//! (spec chain 10).
//!
//! ```text
//!   gateway:  ──register──► Oss[gateway] ──update──► Oss[gateway]' ──destroy──► (gone)
//!
//!   user:     ──authorize / proxy_authorzie / evm_proxy_authorzie──► operator in AuthorityList[user]
//!             ◄──cancel_authorize──
//! ```
//!
//! An authorisation lasts until it is cancelled, whatever becomes of the gateway.
//!
//! ## Proxy signatures
//! A proxy call carries the user's signature, so that the user needs no money for fees. Such a
//! signature ends at its `exp`, which lies at most `authorization_life` ticks ahead when it is handed
//! in, and works once. Cancelling is final: it voids every signature for that operator that could be
//! handed in at that moment, used or not. For both, the chain keeps for user and operator the last
//! `exp` that is taken no more ([`LastProxyExpiry`]), and forgets it once signatures that end by then
//! have expired anyway, in time that blocks have left (spec chain Q32).
//!
//! What the published payload leaves open: it names no chain, so that a signature works on each chain
//! on which its `exp` is near; and one with a distant `exp` becomes good when that comes near.
//!
//! ## Money
//! None: gateways are neither paid nor bonded here.
//!
//! ## Calls, by actor
//! | who | calls |
//! |---|---|
//! | user | [`Pallet::authorize`], [`Pallet::cancel_authorize`] |
//! | gateway | [`Pallet::register`], [`Pallet::update`], [`Pallet::destroy`] |
//! | anyone, with a user's signature | [`Pallet::proxy_authorzie`], [`Pallet::evm_proxy_authorzie`] |
//! | other pallets | [`Authorisations`](cess_primitives::traits::Authorisations) |
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod costs;
mod forget;
#[cfg(test)]
mod mock;
mod operators;
pub mod proxy;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

pub use forget::FORGOTTEN_PER_BLOCK;
pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use crate::weights::WeightInfo;
    use cess_primitives::{
        due::Node,
        oss::{Domain, OssInfo, PeerId, ProxyAuthPayload},
        traits::Protocol,
        AccountId, BVec, Tick,
    };
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;

    /// Most operators that a user authorises.
    pub const AUTHOR_LIMIT: u32 = 20;
    /// Bytes of an sr25519 signature.
    pub const SR25519_SIGNATURE: u32 = 64;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Time, and how far ahead a proxy signature may end.
        type Protocol: Protocol;
        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
    }

    /// Who may act for an account.
    #[pallet::storage]
    pub type AuthorityList<T> =
        StorageMap<_, Blake2_128Concat, AccountId, BVec<AccountId, AUTHOR_LIMIT>, ValueQuery>;

    /// The registered gateways.
    #[pallet::storage]
    pub type Oss<T> = StorageMap<_, Blake2_128Concat, AccountId, OssInfo>;

    // From here on storage of ours, which no published client reads.

    /// For a user and an operator, the last `exp` of a proxy signature that is taken no more.
    #[pallet::storage]
    pub type LastProxyExpiry<T> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, AccountId, Tick>;

    /// The entries of [`LastProxyExpiry`] by their tick. Twox: few ticks can be chosen, all near.
    #[pallet::storage]
    pub type ExpiringProxies<T> =
        StorageDoubleMap<_, Twox64Concat, Tick, Blake2_128Concat, (AccountId, AccountId), ()>;

    /// The ticks of [`ExpiringProxies`]; one without entries goes when it has passed.
    #[pallet::storage]
    pub type ExpiryTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An account lets another one act for it.
        #[codec(index = 0)]
        Authorize {
            /// The account.
            acc: AccountId,
            /// Who may act for it.
            operator: AccountId,
        },
        /// An account took an authorisation back.
        #[codec(index = 1)]
        CancelAuthorize {
            /// The account.
            acc: AccountId,
            /// Who may no longer act for it.
            oss: AccountId,
        },
        /// A gateway announced itself.
        #[codec(index = 2)]
        OssRegister {
            /// The gateway.
            acc: AccountId,
            /// Its libp2p identity.
            endpoint: PeerId,
        },
        /// A gateway is reached elsewhere.
        #[codec(index = 3)]
        OssUpdate {
            /// The gateway.
            acc: AccountId,
            /// Its libp2p identity.
            new_endpoint: PeerId,
        },
        /// A gateway is no longer there.
        #[codec(index = 4)]
        OssDestroy {
            /// The gateway.
            acc: AccountId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The account authorised nobody, or not this operator.
        NoAuthorization,
        /// The gateway is registered already; use `update`.
        Registered,
        /// The gateway is not registered; use `register`.
        UnRegister,
        /// Kept for its published index.
        OptionParseError,
        /// A user authorises at most 20 operators; cancel one first.
        BoundedVecError,
        /// The operator is authorised already.
        Existed,
        /// The signature must be 64 bytes of sr25519, or 65 bytes of recoverable ECDSA.
        MalformedSignature,
        /// The signature is not the user's over this payload.
        VerifySigFailed,
        /// `exp` has passed; sign a new payload.
        Expired,
        /// Kept for its published index.
        ConvertError,
        /// `exp` is further ahead than `authorization_life` ticks; sign a nearer one.
        ExpiryTooFar,
        /// A payload that ends at or after this `exp` was used before, or the user has cancelled the
        /// authorisation since; sign a later one.
        AlreadyUsed,
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Published without a use: a peer id has 38 bytes.
        #[pallet::constant_name(P2PLength)]
        fn p2p_length() -> u32 {
            200
        }

        /// Most operators that a user authorises.
        #[pallet::constant_name(AuthorLimit)]
        fn author_limit() -> u32 {
            AUTHOR_LIMIT
        }

        /// Ticks that a proxy signature may end ahead, at most.
        #[pallet::constant_name(PayloadExpired)]
        fn payload_expired() -> u32 {
            T::Protocol::params().authorization_life
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::forget_expired(remaining)
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Lets `operator` act for the sender; nothing changes when it may already.
        ///
        /// Origin: signed. Emits [`Event::Authorize`]; fails with [`Error::BoundedVecError`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::authorize())]
        pub fn authorize(origin: OriginFor<T>, operator: AccountId) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            if !Self::is_authorised(&operator, &acc) {
                Self::add_operator(&acc, operator.clone())?;
            }
            Self::deposit_event(Event::Authorize { acc, operator });
            Ok(())
        }

        /// Takes back what `oss` may do for the sender, and voids proxy signatures for it.
        ///
        /// Origin: signed. Emits [`Event::CancelAuthorize`]; fails with [`Error::NoAuthorization`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::cancel_authorize())]
        pub fn cancel_authorize(origin: OriginFor<T>, oss: AccountId) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            Self::remove_operator(&acc, &oss)?;
            Self::void_proxies(&acc, &oss);
            Self::deposit_event(Event::CancelAuthorize { acc, oss });
            Ok(())
        }

        /// Announces the sender as a gateway.
        ///
        /// Origin: signed. Emits [`Event::OssRegister`]; fails with [`Error::Registered`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::register())]
        pub fn register(origin: OriginFor<T>, endpoint: PeerId, domain: Domain) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            ensure!(!Oss::<T>::contains_key(&acc), Error::<T>::Registered);
            Oss::<T>::insert(
                &acc,
                OssInfo {
                    peer_id: endpoint,
                    domain,
                },
            );
            Self::deposit_event(Event::OssRegister { acc, endpoint });
            Ok(())
        }

        /// Says where the sender's gateway is reached from now on.
        ///
        /// Origin: a gateway. Emits [`Event::OssUpdate`]; fails with [`Error::UnRegister`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::update())]
        pub fn update(origin: OriginFor<T>, endpoint: PeerId, domain: Domain) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            ensure!(Oss::<T>::contains_key(&acc), Error::<T>::UnRegister);
            Oss::<T>::insert(
                &acc,
                OssInfo {
                    peer_id: endpoint,
                    domain,
                },
            );
            Self::deposit_event(Event::OssUpdate {
                acc,
                new_endpoint: endpoint,
            });
            Ok(())
        }

        /// Removes the sender's gateway. What users let it do stays until they cancel it.
        ///
        /// Origin: a gateway. Emits [`Event::OssDestroy`]; fails with [`Error::UnRegister`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::destroy())]
        pub fn destroy(origin: OriginFor<T>) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            Oss::<T>::take(&acc).ok_or(Error::<T>::UnRegister)?;
            Self::deposit_event(Event::OssDestroy { acc });
            Ok(())
        }

        /// Lets `payload.oss` act for the account of the sr25519 key `auth_puk`, which signed
        /// `<Bytes>SCALE(payload)</Bytes>`; anyone may submit it.
        ///
        /// Origin: signed. Emits [`Event::Authorize`]; fails with [`Error::Expired`], [`Error::ExpiryTooFar`],
        /// [`Error::AlreadyUsed`], [`Error::Existed`], [`Error::BoundedVecError`],
        /// [`Error::MalformedSignature`] or [`Error::VerifySigFailed`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::proxy_authorzie())]
        pub fn proxy_authorzie(
            origin: OriginFor<T>,
            auth_puk: [u8; 32],
            sig: BVec<u8, SR25519_SIGNATURE>,
            payload: ProxyAuthPayload,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::verify_sr25519(&auth_puk, &sig, &payload)?;
            Self::authorise_by_proxy(auth_puk.into(), payload)
        }

        /// As [`Pallet::proxy_authorzie`], signed by an Ethereum wallet (EIP-191). The account
        /// `auth_puk` is the blake2-256 hash of the wallet's compressed public key.
        ///
        /// Emits and fails as [`Pallet::proxy_authorzie`] does.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::evm_proxy_authorzie())]
        pub fn evm_proxy_authorzie(
            origin: OriginFor<T>,
            auth_puk: [u8; 32],
            sig: [u8; 65],
            payload: ProxyAuthPayload,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::verify_ethereum(&auth_puk, &sig, &payload)?;
            Self::authorise_by_proxy(auth_puk.into(), payload)
        }
    }
}
