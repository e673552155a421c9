//! A miner and the worker that it talks to, in one process.

use cess_pois::{
    commit::{self, Challenge, Commitment},
    deletion, new_miner,
    space::{self, RangeHash, RangeProof},
    Append, Group, MemoryStore, Params, PoisError, Progress, Prover, SecretKey, SpaceProofInfo,
};
use std::{ops::ControlFlow, sync::Arc};

pub const SECRET: [u8; 32] = [42; 32];

/// Small enough for many histories: K 2, N 256, D 1, two clusters.
pub fn tiny() -> Params {
    Params::new(2, 256, 1, 4).unwrap()
}

/// With elders in two halves and parents of the same layer: K 4, N 512, D 2, two clusters.
pub fn small() -> Params {
    Params::new(4, 512, 2, 8).unwrap()
}

pub fn go(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

pub struct Miner {
    pub params: Params,
    pub group: Group,
    pub info: SpaceProofInfo,
    pub store: Arc<MemoryStore>,
    pub prover: Prover<Arc<MemoryStore>>,
}

impl Miner {
    pub fn new(params: Params, account: u8) -> Self {
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

    pub fn with_sets(params: Params, account: u8, sets: u32) -> Self {
        let mut miner = Self::new(params, account);
        (0..sets).for_each(|_| miner.certify().unwrap());
        miner
    }

    pub fn claim(&self) -> (Commitment, Challenge) {
        let commitment = self.prover.generate(&mut go).unwrap();
        let challenge = commit::challenge(&self.params, &self.info, &commitment, &SECRET).unwrap();
        (commitment, challenge)
    }

    pub fn verify_commit(
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
    pub fn certify(&mut self) -> Result<(), PoisError> {
        let (commitment, challenge) = self.claim();
        let (proof, append) = self.prover.prove_commit(&commitment, &challenge)?;
        self.info = self.verify_commit(&commitment, &proof, &append)?;
        self.prover.adopt(self.info.clone())
    }

    pub fn give_up(&mut self, count: u64) -> Result<(), PoisError> {
        let proof = self.prover.prove_deletion(count)?;
        self.info = deletion::verify(&self.group, &self.info, &proof)?;
        self.prover.adopt(self.info.clone())
    }

    pub fn prove(&self, space_param: &[u64; 8]) -> Result<Vec<RangeProof>, PoisError> {
        self.prover.prove_space(&self.info, space_param)
    }

    pub fn verify_range(
        &self,
        space_param: &[u64; 8],
        proof: &RangeProof,
    ) -> Result<(), PoisError> {
        space::verify_range(&self.params, &self.group, &self.info, space_param, proof)
    }

    /// Both steps of the worker, for all ranges.
    pub fn verify(
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

pub fn hashes(proofs: &[RangeProof]) -> Vec<RangeHash> {
    let hash = |proof: &RangeProof| RangeHash {
        range: proof.range,
        hash: proof.hash(),
    };
    proofs.iter().map(hash).collect()
}
