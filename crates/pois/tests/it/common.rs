//! A miner and the worker that it talks to, in one process.

use cess_pois::{
    commit::{self, Challenge, Commitment},
    deletion, new_miner,
    space::{self, RangeHash, RangeProof},
    Append, Group, MemoryStore, Params, PoisError, Progress, Prover, SecretKey, SpaceProofInfo,
};
use std::{ops::ControlFlow, sync::Arc};

pub(crate) const SECRET: [u8; 32] = [42; 32];

/// Small enough for many histories: K 2, N 256, D 1, two clusters.
pub(crate) fn tiny() -> Params {
    Params::new(2, 256, 1, 4).unwrap()
}

/// With elders in two halves and parents of the same layer: K 4, N 512, D 2, two clusters.
pub(crate) fn small() -> Params {
    Params::new(4, 512, 2, 8).unwrap()
}

pub(crate) fn go(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

pub(crate) struct Miner {
    pub(crate) params: Params,
    pub(crate) group: Group,
    pub(crate) info: SpaceProofInfo,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) prover: Prover<Arc<MemoryStore>>,
}

impl Miner {
    pub(crate) fn new(params: Params, account: u8) -> Self {
        let key = SecretKey::derive(&SECRET, &[account; 32].into()).unwrap();
        let info = new_miner([account; 32].into(), key.public());
        let store = Arc::new(MemoryStore::default());
        Self {
            params,
            group: Group::secret(&key).unwrap(),
            prover: Prover::open(params, info.clone(), Arc::clone(&store)).unwrap(),
            info,
            store,
        }
    }

    pub(crate) fn with_sets(params: Params, account: u8, sets: u32) -> Self {
        let mut miner = Self::new(params, account);
        (0..sets).for_each(|_| miner.certify().unwrap());
        miner
    }

    pub(crate) fn claim(&self) -> (Commitment, Challenge) {
        let commitment = self.prover.generate(&mut go).unwrap();
        let challenge = commit::challenge(&self.params, &self.info, &commitment, &SECRET).unwrap();
        (commitment, challenge)
    }

    pub(crate) fn verify_commit(
        &self,
        commitment: &Commitment,
        proof: &commit::Proof,
        append: &Append,
    ) -> Result<SpaceProofInfo, PoisError> {
        let challenge = commit::challenge(&self.params, &self.info, commitment, &SECRET)?;
        commit::verify(
            &self.params,
            &self.group,
            &self.info,
            commitment,
            &challenge,
            proof,
            append,
        )
    }

    /// Certifies the next set.
    pub(crate) fn certify(&mut self) -> Result<(), PoisError> {
        let (commitment, challenge) = self.claim();
        let (proof, append) = self.prover.prove_commit(&commitment, &challenge)?;
        self.info = self.verify_commit(&commitment, &proof, &append)?;
        self.prover.adopt(self.info.clone())
    }

    pub(crate) fn give_up(&mut self, count: u64) -> Result<(), PoisError> {
        let proof = self.prover.prove_deletion(count)?;
        self.info = deletion::verify(&self.group, &self.info, &proof)?;
        self.prover.adopt(self.info.clone())
    }

    pub(crate) fn prove(&self, space_param: &[u64; 8]) -> Result<Vec<RangeProof>, PoisError> {
        self.prover.prove_space(&self.info, space_param)
    }

    pub(crate) fn verify_range(
        &self,
        space_param: &[u64; 8],
        proof: &RangeProof,
    ) -> Result<(), PoisError> {
        space::verify_range(&self.params, &self.group, &self.info, space_param, proof)
    }

    /// Both steps of the worker, for all ranges.
    pub(crate) fn verify(
        &self,
        space_param: &[u64; 8],
        proofs: &[RangeProof],
    ) -> Result<[u8; 32], PoisError> {
        for proof in proofs {
            self.verify_range(space_param, proof)?;
        }
        space::verify_chain(&self.params, &self.info, space_param, &hashes(proofs))
    }
}

pub(crate) fn hashes(proofs: &[RangeProof]) -> Vec<RangeHash> {
    let hash = |proof: &RangeProof| RangeHash {
        range: proof.range,
        hash: proof.hash(),
    };
    proofs.iter().map(hash).collect()
}
