//! The half of a TEE worker in memory that certifies idle space and judges proofs of it, with the real scheme.

use super::{params, MemoryChain};
use crate::chain::Certificate;
use crate::tee::{Certified, TeeError};
use cess_pois::commit::{self, Challenge, Commitment};
use cess_pois::deletion::{self, Deletion};
use cess_pois::space::{self, RangeHash, RangeProof};
use cess_pois::{Append, Group, Params, PoisError, SecretKey, SpaceProofInfo};
use cess_primitives::AccountId;
use std::sync::{Mutex, OnceLock};

/// The state of a miner that certified nothing yet; its key is made once.
pub(crate) fn fresh_state(miner: AccountId) -> SpaceProofInfo {
    static KEY: OnceLock<cess_primitives::miner::PoISKey> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let key = SecretKey::derive(&[5; 32], &[1; 32].into()).unwrap();
        key.public()
    });
    cess_pois::new_miner(miner, key.clone())
}

/// What a worker is asked about idle space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Question,
    Certify,
    GiveUp,
    Deliver,
}

/// Certifies and judges over the chain that it reads.
#[derive(Default)]
pub(crate) struct IdleDesk {
    chain: Mutex<Option<MemoryChain>>,
    /// At the next such request the worker dies, once.
    pub(crate) dies_at: Mutex<Option<Ask>>,
    pub(crate) verdicts: Mutex<Vec<bool>>,
}

impl IdleDesk {
    pub(crate) fn reads(&self, chain: &MemoryChain) {
        *self.chain.lock().unwrap() = Some(chain.clone());
    }

    fn alive(&self, ask: Ask) -> Result<(), TeeError> {
        let mut dies_at = self.dies_at.lock().unwrap();
        if *dies_at == Some(ask) {
            *dies_at = None;
            return Err(failed("it died"));
        }
        Ok(())
    }

    fn on_chain(&self) -> SpaceProofInfo {
        let chain = self.chain.lock().unwrap().clone().unwrap();
        let miner = chain.lock().miners[&chain.me].clone();
        miner.space_proof_info.unwrap()
    }

    pub(super) fn question(&self, commitment: &Commitment) -> Result<Challenge, TeeError> {
        self.alive(Ask::Question)?;
        commit::challenge(&sizes(), &self.on_chain(), commitment, &[7; 32]).map_err(refused)
    }

    pub(super) fn certify(
        &self,
        state: &Certified,
        commitment: &Commitment,
        proof: &commit::Proof,
        append: &Append,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        self.alive(Ask::Certify)?;
        assert_eq!(
            state.info,
            self.on_chain(),
            "the miner's state is the chain's"
        );
        let (sizes, group) = (sizes(), group(&state.info));
        let asked =
            commit::challenge(&sizes, &state.info, commitment, &[7; 32]).map_err(refused)?;
        let info = commit::verify(
            &sizes,
            &group,
            &state.info,
            commitment,
            &asked,
            proof,
            append,
        );
        Ok((info.map_err(refused)?, certificate()))
    }

    pub(super) fn give_up(
        &self,
        state: &Certified,
        deletion: &Deletion,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        self.alive(Ask::GiveUp)?;
        assert_eq!(
            state.info,
            self.on_chain(),
            "the miner's state is the chain's"
        );
        let info = deletion::verify(&group(&state.info), &state.info, deletion);
        Ok((info.map_err(refused)?, certificate()))
    }

    pub(super) fn deliver(
        &self,
        state: &Certified,
        asked: &[u64; 8],
        proofs: &[RangeProof],
    ) -> Result<bool, TeeError> {
        self.alive(Ask::Deliver)?;
        let (sizes, group) = (sizes(), group(&state.info));
        for proof in proofs {
            space::verify_range(&sizes, &group, &state.info, asked, proof).map_err(refused)?;
        }
        let hashes = proofs.iter().map(|proof| RangeHash {
            range: proof.range,
            hash: proof.hash(),
        });
        let hashes: Vec<_> = hashes.collect();
        let total = space::verify_chain(&sizes, &state.info, asked, &hashes).map_err(refused)?;
        let chain = self.chain.lock().unwrap().clone().unwrap();
        let submitted = chain.lock().idle_proofs.last().cloned().unwrap();
        let verdict = submitted == total;
        self.verdicts.lock().unwrap().push(verdict);
        Ok(verdict)
    }
}

fn sizes() -> Params {
    Params::of(&params()).unwrap()
}

fn group(info: &SpaceProofInfo) -> Group {
    Group::public(&info.pois_key).unwrap()
}

fn certificate() -> Certificate {
    Certificate {
        with_worker: [0; 64],
        plain: [0; 64],
        tee_puk: [9; 32],
    }
}

fn failed(reason: &str) -> TeeError {
    TeeError::Failed {
        what: "certify idle space",
        reason: reason.into(),
    }
}

fn refused(error: PoisError) -> TeeError {
    failed(&error.to_string())
}
