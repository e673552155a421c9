//! The proof over service fragments.
//!
//! The chain keeps one text, sigma, over all fragments. What the worker needs besides (with RSA a sum
//! for each fragment, as long as a chunk) is made and delivered in batches, so that memory stays small
//! whatever a miner holds. What the numbers are, and how they are put together, is the scheme's
//! business: `cess_podr2`.

use crate::error::MinerError;
use crate::miner::{Miner, Suspicion};
use crate::state::{ServiceRecord, State};
use crate::store::FragmentStore;
use crate::tags::service_of;
use cess_podr2::{public_key, Challenge, ChunkReader, Proof, PublicKey, Tag, TagCore, Tagged};
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::tee::WorkerKey;
use cess_primitives::{BloomFilter, Hash, ProtocolParams, Tick};
use cess_tee_api::MOST_NAMES;
use std::io;
use std::sync::Arc;

/// What the proof of a batch may take, bytes.
const BATCH_BYTES: u64 = 8 << 20;

/// A proof that is ready to be submitted and delivered.
#[derive(Debug)]
pub struct ServiceProof {
    /// The product over all batches: what the chain keeps. Empty when nothing is left.
    pub sigma: String,
    batches: Vec<Vec<Hash>>,
    /// The first batch, when it is the only one.
    only: Option<Proof>,
}

/// Proves every fragment that the challenge asks for and that can be read. What is lost is left out,
/// so that the audit finds it; the scrubber puts it up for restoral.
pub async fn prove(
    miner: &Arc<Miner>,
    challenge: &ChallengeInfo,
) -> Result<ServiceProof, MinerError> {
    let names = asked_for(miner, challenge).await?;
    let key = podr2_key(miner).await?;
    let params = miner.params();
    let mut sigma = String::new();
    let (mut batches, mut only) = (Vec::new(), None);
    for names in names.chunks(batch_len(&*key, &params)) {
        let proof = prove_batch(miner, challenge, &key, names.to_vec()).await?;
        if proof.names.is_empty() {
            continue;
        }
        sigma = key.product(&sigma, &proof.sigma).map_err(proof_error)?;
        batches.push(proof.names.clone());
        only = (batches.len() == 1).then_some(proof);
    }
    Ok(ServiceProof {
        sigma,
        batches,
        only,
    })
}

/// Delivers a proof batch by batch; false when the worker found one wrong.
pub async fn deliver(
    miner: &Arc<Miner>,
    challenge: &ChallengeInfo,
    worker: &WorkerKey,
    proof: &mut ServiceProof,
) -> Result<bool, MinerError> {
    let asked = &challenge.challenge_element.service_param;
    let mut before = BloomFilter::default();
    if proof.batches.len() < 2 {
        let only = proof.only.clone().unwrap_or_default();
        return Ok(miner
            .tee
            .deliver_service(worker, asked, &before, only)
            .await?);
    }
    let key = podr2_key(miner).await?;
    for names in &proof.batches {
        let batch = prove_batch(miner, challenge, &key, names.clone()).await?;
        let named = batch.names.clone();
        if !miner
            .tee
            .deliver_service(worker, asked, &before, batch)
            .await?
        {
            return Ok(false);
        }
        for name in named {
            let counted = before.insert(&name);
            counted.map_err(|e| {
                MinerError::Proof(format!("fragment {name} cannot be counted: {e:?}"))
            })?;
        }
    }
    Ok(true)
}

/// The fragments that the challenge is about, each as often as it counts.
///
/// The chain keeps only their sum. It is compared with what the chain lists and with what the
/// database remembers, because files that were deleted since are still asked for, and a tag of the
/// challenge's own tick may have come just before or just after it.
async fn asked_for(miner: &Arc<Miner>, challenge: &ChallengeInfo) -> Result<Vec<Hash>, MinerError> {
    let start = challenge.challenge_element.start;
    let wanted = &challenge.miner_snapshot.service_bloom_filter;
    let remembered = miner.state.service()?;
    let remembered: Vec<(Hash, ServiceRecord)> =
        remembered.into_iter().map(|((_, f), r)| (f, r)).collect();
    if let Some(names) = matching(&remembered, start, wanted) {
        return Ok(names);
    }
    let me = miner.account();
    let mut listed = Vec::new();
    for (fid, _) in miner.state.files()? {
        let file = miner.chain.file(&fid).await?;
        listed.extend(service_of(file.as_ref(), &me));
    }
    if let Some(names) = matching(&listed, start, wanted) {
        return Ok(names);
    }
    tracing::error!(
        "the fragments that are known are not those that the chain counts; proving what there is"
    );
    Ok(names_until(&remembered, start))
}

fn matching(
    fragments: &[(Hash, ServiceRecord)],
    start: Tick,
    wanted: &BloomFilter,
) -> Option<Vec<Hash>> {
    let until = [start, start.saturating_sub(1)];
    let candidates = until.into_iter().map(|tick| names_until(fragments, tick));
    candidates.into_iter().find(|names| {
        let mut sum = BloomFilter::default();
        names.iter().all(|name| sum.insert(name).is_ok()) && sum == *wanted
    })
}

fn names_until(fragments: &[(Hash, ServiceRecord)], tick: Tick) -> Vec<Hash> {
    let tagged = fragments.iter().filter(|(_, r)| r.tagged_at <= tick);
    tagged
        .flat_map(|(name, r)| std::iter::repeat_n(*name, r.count as usize))
        .collect()
}

/// Fragments of a batch.
fn batch_len(key: &dyn PublicKey, params: &ProtocolParams) -> usize {
    let chunk = params.fragment_size / u64::from(params.chunk_count.max(1));
    key.names_within(BATCH_BYTES, chunk).clamp(1, MOST_NAMES)
}

async fn prove_batch(
    miner: &Arc<Miner>,
    challenge: &ChallengeInfo,
    key: &Arc<dyn PublicKey>,
    names: Vec<Hash>,
) -> Result<Proof, MinerError> {
    let challenge =
        Challenge::try_from(&challenge.challenge_element.service_param).map_err(proof_error)?;
    let (miner, key, params) = (Arc::clone(miner), Arc::clone(key), miner.params());
    let work = move || {
        let mut prover = key.prover(&challenge).map_err(proof_error)?;
        for name in names {
            let added = match tagged(&miner.state, &name)? {
                Some(tag) => {
                    let mut chunks = StoredChunks {
                        store: miner.store.as_ref(),
                        name,
                        params: &params,
                    };
                    prover.add(&tag, &mut chunks).map_err(|e| e.to_string())
                }
                None => Err("its tag is gone".into()),
            };
            if let Err(error) = added {
                tracing::error!(fragment = %name, error, "a fragment cannot be proven");
                miner.wakes.scrub.add(Suspicion::Fragment(name));
            }
        }
        prover.finish().map_err(proof_error)
    };
    tokio::task::spawn_blocking(work).await?
}

fn tagged(state: &State, name: &Hash) -> Result<Option<Tagged>, MinerError> {
    Ok(state.tag(name)?.map(|record| Tagged {
        tag: Tag {
            t: TagCore {
                name: record.name,
                u: record.u,
                phi: record.phi,
            },
            // Checked when the tag came in; proofs do not need them.
            phi_hash: String::new(),
            attest: String::new(),
        },
        u_sig: record.u_sig,
    }))
}

/// The chunks of a fragment in the store.
struct StoredChunks<'a> {
    store: &'a dyn FragmentStore,
    name: Hash,
    params: &'a ProtocolParams,
}

impl ChunkReader for StoredChunks<'_> {
    fn chunk(&mut self, index: u32) -> io::Result<Vec<u8>> {
        let size = self.params.fragment_size / u64::from(self.params.chunk_count.max(1));
        let len = usize::try_from(size).map_err(io::Error::other)?;
        let chunk = self
            .store
            .read(&self.name, u64::from(index) * size, len)
            .map_err(io::Error::other)?;
        match chunk {
            Some(chunk) if chunk.len() == len => Ok(chunk),
            Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// The network's key, which is asked for once in a miner's life.
async fn podr2_key(miner: &Arc<Miner>) -> Result<Arc<dyn PublicKey>, MinerError> {
    if let Some(known) = miner.state.podr2_key()? {
        return public_key(&known).map_err(proof_error);
    }
    let bytes = miner.tee.podr2_key().await?;
    let key = public_key(&bytes).map_err(proof_error)?;
    miner.state.set_podr2_key(&bytes)?;
    Ok(key)
}

fn proof_error(error: cess_podr2::Podr2Error) -> MinerError {
    MinerError::Proof(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_podr2::{secret_key, MasterKey};
    use cess_primitives::Podr2Scheme;

    #[test]
    fn a_tag_of_the_challenges_own_tick_counts_only_if_the_sum_says_so() {
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        let record = |tagged_at, count| ServiceRecord { tagged_at, count };
        let fragments = [(a, record(5, 2)), (b, record(9, 1))];
        let sum = |names: &[Hash]| {
            let mut sum = BloomFilter::default();
            names.iter().for_each(|n| sum.insert(n).unwrap());
            sum
        };
        assert_eq!(
            matching(&fragments, 9, &sum(&[a, a, b])),
            Some(vec![a, a, b])
        );
        assert_eq!(matching(&fragments, 9, &sum(&[a, a])), Some(vec![a, a]));
        assert_eq!(matching(&fragments, 9, &sum(&[a])), None);
    }

    #[test]
    fn batches_stay_small_with_both_schemes_and_presets() {
        let master = Arc::new(MasterKey::generate_bits(1024).unwrap());
        let len = |scheme, params: ProtocolParams| {
            let chunk = params.fragment_size / u64::from(params.chunk_count);
            let key = secret_key(&master, scheme, chunk).unwrap().public();
            batch_len(&*key, &params)
        };
        let (rsa, bls) = (Podr2Scheme::Rsa, Podr2Scheme::Bls12381);
        assert_eq!(len(rsa, ProtocolParams::fast()), 99);
        assert_eq!(len(rsa, ProtocolParams::reference()), 372);
        for params in [ProtocolParams::fast(), ProtocolParams::reference()] {
            assert_eq!(
                len(bls, params),
                1000,
                "one proof, whose verdict takes seconds"
            );
        }
    }
}
