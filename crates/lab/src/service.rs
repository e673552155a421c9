//! The audit of service space: PoDR2 over fragments on disk.

use crate::{
    clock::thread_time,
    damage::Damage,
    store::{Counted, Store},
    subject::{Subject, Traffic},
    Draw, LabError, Layout, PlanError,
};
use cess_podr2::{
    secret_key, Challenge, MasterKey, Names, Proof, PublicKey, SecretKey, Tagged, Verdict,
};
use cess_primitives::{
    audit::{QElement, MAX_CHALLENGE_CHUNKS},
    AccountId, BloomFilter, Hash, Podr2Scheme,
};
use cess_tee_api::{convert::challenge_message, podr2::RequestBatchVerify, wire};
use codec::Encode;
use prost::Message;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// A fragment's name and tag, and the CPU time that the worker needed for it.
pub(crate) struct Tagging {
    name: Hash,
    tagged: Tagged,
    pub(crate) took: Duration,
}

impl Tagging {
    /// Bytes of the worker's answer to the miner.
    pub(crate) fn message(&self) -> u64 {
        let message = wire::podr2::tag_message(self.tagged.clone(), [0; 64]);
        message.encoded_len() as u64
    }
}

/// Both halves of a new network key.
pub(crate) struct Keys {
    secret: Arc<dyn SecretKey>,
    public: Arc<dyn PublicKey>,
}

impl Keys {
    /// Keys of a scheme for fragments of this shape.
    pub(crate) fn generate(scheme: Podr2Scheme, layout: &Layout) -> Result<Self, LabError> {
        let master = Arc::new(MasterKey::generate()?);
        let secret = secret_key(&master, scheme, layout.chunk_size())?;
        let public = secret.public();
        Ok(Self { secret, public })
    }

    /// Writes a fragment and tags it, as a TEE worker does; the tag is checked as by a miner.
    pub(crate) fn tag(&self, store: &Store, fragment: u32) -> Result<Tagging, LabError> {
        let (name, data) = store.fill(fragment)?;
        let chunks = store.layout().chunks;
        let before = thread_time();
        let tagged = self.secret.tag(&name, &data, chunks, &[])?;
        let took = thread_time().saturating_sub(before);
        self.public.check_tag(&tagged, &name, chunks, &[])?;
        Ok(Tagging { name, tagged, took })
    }
}

/// A miner with tagged fragments, and the worker that tagged them.
pub struct Service {
    store: Store,
    keys: Keys,
    tags: Vec<Tagged>,
    /// What the chain lists for the miner.
    listed: BTreeMap<Hash, u32>,
}

impl Service {
    /// A miner that holds what was tagged, in the order of fragments.
    pub(crate) fn new(store: Store, keys: Keys, tagged: Vec<Tagging>) -> Self {
        let mut listed = BTreeMap::new();
        for tagging in &tagged {
            *listed.entry(tagging.name).or_insert(0) += 1;
        }
        let tags = tagged.into_iter().map(|tagging| tagging.tagged).collect();
        Self {
            store,
            keys,
            tags,
            listed,
        }
    }
}

impl Subject for Service {
    type Challenge = QElement;
    type Proof = Proof;

    fn damage(&mut self, damage: &Damage, draw: &mut Draw) -> Result<(), LabError> {
        self.store.damage(damage, draw)
    }

    /// Distinct indices, and a coefficient for each, as pallet audit draws them.
    fn challenge(&self, sample: u32, draw: &mut Draw) -> Result<QElement, LabError> {
        let chunks = draw.distinct(sample.into(), self.store.layout().chunks.into());
        let coefficients = chunks.iter().map(|_| {
            let mut coefficient = [0; 20];
            coefficient.copy_from_slice(&draw.bytes()[..20]);
            coefficient
        });
        let coefficients: Vec<_> = coefficients.collect();
        let indices: Vec<_> = chunks.into_iter().map(|chunk| chunk as u32).collect();
        // `Plan::check` keeps samples as short as the chain's lists are.
        match (indices.try_into(), coefficients.try_into()) {
            (Ok(random_index_list), Ok(random_list)) => Ok(QElement {
                random_index_list,
                random_list,
            }),
            _ => Err(PlanError::Range {
                what: "sampled chunks",
                value: sample.into(),
                least: 1,
                most: MAX_CHALLENGE_CHUNKS.into(),
            }
            .into()),
        }
    }

    /// As the miner does it, a lost fragment is left out.
    fn prove(&self, challenge: &QElement) -> Result<(Proof, u64), LabError> {
        let challenge = Challenge::try_from(challenge)?;
        let mut prover = self.keys.public.prover(&challenge)?;
        let mut counted = Counted::default();
        for (fragment, tagged) in self.tags.iter().enumerate() {
            if let Some(mut chunks) = self.store.open(fragment as u32, &mut counted)? {
                prover.add(tagged, &mut chunks)?;
            }
        }
        Ok((prover.finish()?, counted.total()))
    }

    /// As the worker does it, the names must be those that the chain lists.
    fn accepts(&self, challenge: &QElement, proof: &Proof) -> Result<bool, LabError> {
        let challenge = Challenge::try_from(challenge)?;
        let verdict = self
            .keys
            .secret
            .verify(&challenge, proof, Names::Counted(&self.listed))?;
        Ok(verdict == Verdict::Accepted)
    }

    fn traffic(&self, challenge: &QElement, proof: &Proof) -> Traffic {
        let (agg_proof, u_sigs) = wire::podr2::proof_message(proof.clone());
        let request = RequestBatchVerify {
            agg_proof: Some(agg_proof),
            qslices: Some(challenge_message(challenge)),
            u_sigs,
            miner_id: vec![0; 32],
            service_bloom_filter: BloomFilter::default().0.to_vec(),
            miner_sign: vec![0; 64],
        };
        let submitted = proof.sigma.clone().into_bytes();
        // The arguments of `submit_service_proof` and `post_service_verdict`.
        let verdict = (
            AccountId::new([0; 32]),
            false,
            [0; 64].to_vec(),
            BloomFilter::default(),
            [0; 32],
        );
        Traffic {
            message: request.encoded_len() as u64,
            challenge: challenge.encoded_size() as u64,
            proof: submitted.encoded_size() as u64,
            verdict: verdict.encoded_size() as u64,
            submitted,
        }
    }
}
