//! Miners of a test network.

use async_trait::async_trait;
use cess_p2p::{FragmentHandler, FragmentReader, FragmentSink, Identity, PeerBytes, Refusal};
use cess_primitives::miner::{state, MinerInfo};
use cess_primitives::{AccountId, BloomFilter, Hash};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex};

/// A positive miner whose libp2p identity has the seed `[index; 32]`.
pub(crate) fn miner_info(index: u8, idle: u128) -> MinerInfo {
    let account = AccountId::new([index; 32]);
    let endpoint = format!("/p2p/{}", Identity::from_seed([index; 32]).peer_id());
    MinerInfo {
        beneficiary: account.clone(),
        staking_account: account,
        endpoint: endpoint.into_bytes().try_into().unwrap(),
        collaterals: 0,
        debt: 0,
        state: state::POSITIVE.to_vec().try_into().unwrap(),
        declaration_space: idle,
        idle_space: idle,
        service_space: 0,
        lock_space: 0,
        space_proof_info: None,
        service_bloom_filter: BloomFilter::default(),
        tee_signature: [0; 64],
    }
}

/// A miner that remembers hashes only, so that a test of memory measures the gateway.
#[derive(Clone, Default)]
pub(crate) struct SinkMiner {
    held: Arc<Mutex<HashSet<Hash>>>,
}

impl SinkMiner {
    pub(crate) fn holds(&self, hash: &Hash) -> bool {
        self.held.lock().unwrap().contains(hash)
    }
}

struct HashingSink {
    miner: SinkMiner,
    fragment: Hash,
    hasher: Sha256,
}

#[async_trait]
impl FragmentHandler for SinkMiner {
    async fn admit(
        &self,
        _: PeerBytes,
        _: Hash,
        fragment: Hash,
        _: u64,
    ) -> Result<Box<dyn FragmentSink>, Refusal> {
        Ok(Box::new(HashingSink {
            miner: self.clone(),
            fragment,
            hasher: Sha256::new(),
        }))
    }

    async fn open(
        &self,
        _: PeerBytes,
        _: Hash,
        _: Hash,
    ) -> Result<Box<dyn FragmentReader>, Refusal> {
        Err(Refusal::NotFound)
    }
}

#[async_trait]
impl FragmentSink for HashingSink {
    fn resume_offset(&self) -> u64 {
        0
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), Refusal> {
        if Hash::from_digest(&self.hasher.finalize().into()) != self.fragment {
            return Err(Refusal::WrongHash);
        }
        self.miner.held.lock().unwrap().insert(self.fragment);
        Ok(())
    }
}
