//! A TEE worker in memory.

use super::{account, idle, params};
use crate::chain::Certificate;
use crate::state::{TagRecord, Tagging};
use crate::tee::{Certified, NewKey, TagJob, TeeApi, TeeError};
use async_trait::async_trait;
use cess_podr2::{secret_key, Challenge, MasterKey, Names, SecretKey, Verdict};
use cess_pois::commit::{self, Commitment};
use cess_pois::deletion::Deletion;
use cess_pois::space::RangeProof;
use cess_pois::Append;
use cess_primitives::audit::QElement;
use cess_primitives::file::DigestInfo;
use cess_primitives::miner::SpaceProofInfo;
use cess_primitives::tee::WorkerKey;
use cess_primitives::{BloomFilter, Podr2Scheme};
use std::sync::{Arc, Mutex};

/// A TEE worker in memory with a real PoDR2 key.
pub(crate) struct MemoryTee {
    pub(crate) key: Arc<dyn SecretKey>,
    pub(crate) tags: Mutex<usize>,
    /// So many tags are given before the worker fails.
    pub(crate) fails_after: Mutex<Option<usize>>,
    /// The next list that is to be continued is refused.
    pub(crate) refuses_list: Mutex<bool>,
    /// Proofs are taken and never answered.
    pub(crate) hangs: Mutex<bool>,
    pub(crate) delivered: Mutex<Vec<cess_podr2::Proof>>,
    pub(crate) idle: idle::IdleDesk,
}

impl MemoryTee {
    pub(crate) fn new() -> Arc<Self> {
        Self::of(Podr2Scheme::Rsa)
    }

    /// A worker in a network with this scheme.
    pub(crate) fn of(scheme: Podr2Scheme) -> Arc<Self> {
        let master = Arc::new(MasterKey::generate().unwrap());
        let chunk = params().fragment_size / u64::from(params().chunk_count);
        Arc::new(Self {
            key: secret_key(&master, scheme, chunk).unwrap(),
            tags: Mutex::default(),
            fails_after: Mutex::default(),
            refuses_list: Mutex::default(),
            hangs: Mutex::default(),
            delivered: Mutex::default(),
            idle: idle::IdleDesk::default(),
        })
    }
}

fn unavailable<T>() -> Result<T, TeeError> {
    Err(TeeError::NoWorker("do this in tests"))
}

#[async_trait]
impl TeeApi for MemoryTee {
    async fn podr2_key(&self) -> Result<Vec<u8>, TeeError> {
        Ok(self.key.public().to_bytes().unwrap())
    }
    async fn new_key(&self) -> Result<NewKey, TeeError> {
        let info = idle::fresh_state(account(0));
        let certificate = Certificate {
            with_worker: [0; 64],
            plain: [0; 64],
            tee_puk: [9; 32],
        };
        Ok(NewKey { info, certificate })
    }
    async fn tag(&self, job: TagJob) -> Result<(TagRecord, Tagging), TeeError> {
        let mut tags = self.tags.lock().unwrap();
        if self
            .fails_after
            .lock()
            .unwrap()
            .is_some_and(|limit| *tags >= limit)
        {
            return unavailable();
        }
        if !job.progress.digests.is_empty()
            && std::mem::take(&mut *self.refuses_list.lock().unwrap())
        {
            return Err(TeeError::Refused {
                what: "continue this list",
                reason: "another key signed it".into(),
            });
        }
        *tags += 1;
        let tagged = self
            .key
            .tag(&job.fragment, &job.data, params().chunk_count, b"")
            .unwrap();
        let mut digests = job.progress.digests;
        digests.push(DigestInfo {
            fragment: job.fragment,
            tee_puk: [9; 32],
        });
        let core = tagged.tag.t;
        let record = TagRecord {
            name: core.name,
            u: core.u,
            phi: core.phi,
            u_sig: tagged.u_sig,
        };
        Ok((
            record,
            Tagging {
                digests,
                signature: vec![1; 64],
            },
        ))
    }
    async fn question(&self, commitment: &Commitment) -> Result<commit::Challenge, TeeError> {
        self.idle.question(commitment)
    }
    async fn certify(
        &self,
        state: &Certified,
        commitment: &Commitment,
        proof: &commit::Proof,
        append: &Append,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        self.idle.certify(state, commitment, proof, append)
    }
    async fn give_up(
        &self,
        state: &Certified,
        deletion: &Deletion,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        self.idle.give_up(state, deletion)
    }
    async fn deliver_idle(
        &self,
        _: &WorkerKey,
        state: &Certified,
        challenge: &[u64; 8],
        proofs: &[RangeProof],
    ) -> Result<bool, TeeError> {
        self.idle.deliver(state, challenge, proofs)
    }
    async fn deliver_service(
        &self,
        _: &WorkerKey,
        asked: &QElement,
        _: &BloomFilter,
        proof: cess_podr2::Proof,
    ) -> Result<bool, TeeError> {
        let hangs = *self.hangs.lock().unwrap();
        if hangs {
            return std::future::pending().await;
        }
        let challenge = Challenge::try_from(asked).unwrap();
        let verdict = self
            .key
            .verify(&challenge, &proof, Names::Distinct)
            .unwrap();
        self.delivered.lock().unwrap().push(proof);
        Ok(verdict == Verdict::Accepted)
    }
}
