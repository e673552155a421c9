//! The node's runtime as this process knows it: metadata, versions, and how bytes are shaped.

use crate::{error::ChainError, Call, Signer};
use cess_primitives::AccountId;
use codec::Decode;
use sp_core::H256;
use sp_runtime::{MultiAddress, MultiSignature};
use subxt::{
    config::{substrate, DefaultExtrinsicParams, DefaultExtrinsicParamsBuilder},
    ext::subxt_core::{
        client::{ClientState, RuntimeVersion},
        error::Error as CoreError,
        tx,
    },
    Metadata,
};

/// The chain's basic types (transaction extensions are matched by name against the metadata).
#[derive(Clone, Copy, Debug)]
pub(crate) enum CessConfig {}

impl subxt::Config for CessConfig {
    type AccountId = AccountId;
    type Address = MultiAddress<AccountId, u32>;
    type Signature = MultiSignature;
    type Hasher = substrate::BlakeTwo256;
    type Header = Header;
    type ExtrinsicParams = DefaultExtrinsicParams<Self>;
    type AssetId = u32;
}

pub(crate) type Header = substrate::SubstrateHeader<u32, substrate::BlakeTwo256>;

/// A header's hash.
pub(crate) fn hash_of(header: &Header) -> H256 {
    subxt::config::Header::hash_with(header, substrate::BlakeTwo256)
}

/// What is needed to encode transactions and to decode events; cheap to clone.
#[derive(Clone)]
pub(crate) struct Runtime {
    state: ClientState<CessConfig>,
}

impl Runtime {
    pub(crate) fn new(
        genesis_hash: H256,
        spec_version: u32,
        transaction_version: u32,
        metadata: &[u8],
    ) -> Result<Self, ChainError> {
        let metadata =
            Metadata::decode(&mut &*metadata).map_err(|e| ChainError::Metadata(e.to_string()))?;
        let runtime_version = RuntimeVersion {
            spec_version,
            transaction_version,
        };
        Ok(Self {
            state: ClientState {
                genesis_hash,
                runtime_version,
                metadata,
            },
        })
    }

    pub(crate) fn genesis_hash(&self) -> H256 {
        self.state.genesis_hash
    }

    pub(crate) fn spec_version(&self) -> u32 {
        self.state.runtime_version.spec_version
    }

    pub(crate) fn metadata(&self) -> &Metadata {
        &self.state.metadata
    }

    /// A signed transaction and its hash. Transactions are immortal: the nonce alone decides
    /// whether one can still be executed, so that a lost one may be signed again safely.
    pub(crate) fn sign(
        &self,
        signer: &Signer,
        call: &Call,
        nonce: u64,
    ) -> Result<(Vec<u8>, H256), ChainError> {
        let mut bytes = Vec::new();
        call.encode_with(&self.state.metadata, &mut bytes)?;
        let params = DefaultExtrinsicParamsBuilder::<CessConfig>::new()
            .immortal()
            .nonce(nonce)
            .build();
        let partial = tx::create_v4_signed(&EncodedCall(bytes), &self.state, params)
            .map_err(|e| ChainError::Metadata(e.to_string()))?;
        let transaction = partial.sign(&TxSigner(signer));
        let hash = transaction.hash_with(substrate::BlakeTwo256);
        Ok((transaction.into_encoded(), hash))
    }
}

/// Call bytes with their indices.
struct EncodedCall(Vec<u8>);

impl tx::payload::Payload for EncodedCall {
    fn encode_call_data_to(&self, _: &Metadata, out: &mut Vec<u8>) -> Result<(), CoreError> {
        out.extend_from_slice(&self.0);
        Ok(())
    }
}

struct TxSigner<'a>(&'a Signer);

impl tx::signer::Signer<CessConfig> for TxSigner<'_> {
    fn account_id(&self) -> AccountId {
        self.0.account_id()
    }

    fn sign(&self, payload: &[u8]) -> MultiSignature {
        MultiSignature::Sr25519(sp_core::sr25519::Signature::from_raw(self.0.sign(payload)))
    }
}
