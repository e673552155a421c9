//! Tags: what turns a fragment that is held into service space.

use crate::error::MinerError;
use crate::miner::{Miner, Suspicion};
use crate::state::{ServiceRecord, Tagging};
use crate::store::{FragmentStore, Loaded};
use crate::tee::{TagJob, TeeError};
use crate::work::Next;
use cess_chain::ChainError;
use cess_primitives::file::{FileInfo, TagSigInfo};
use cess_primitives::{AccountId, BVec, Hash, Tick};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// While a challenge is open, what it asks for must not be forgotten.
const DEFERRED: Duration = Duration::from_secs(5);
/// Fragments of one file that are tagged before the next file has its turn, so that a small file
/// does not wait until a large one is through.
const TURN: usize = 4;

/// How far a look at a file came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// There is nothing more to do.
    Done,
    /// More fragments wait for tags.
    More,
    /// It has to be looked at again, once the open challenge is over.
    Later,
}

/// Looks at every file that something changed about: tags what is untagged, reports it, and keeps
/// the list of fragments that challenges ask for.
pub async fn pass(miner: &Arc<Miner>, deferred: &mut HashSet<Hash>) -> Result<Next, MinerError> {
    let mut files: VecDeque<Hash> = deferred.iter().copied().collect();
    let mut failure = None;
    loop {
        // What came meanwhile has its turn, too.
        let woken = miner.wakes.tags.take();
        let new: Vec<_> = woken.into_iter().filter(|f| !files.contains(f)).collect();
        files.extend(new);
        let Some(fid) = files.pop_front() else { break };
        match look_at(miner, &fid).await {
            Ok(Look::Done) => {
                deferred.remove(&fid);
            }
            Ok(Look::More) => files.push_back(fid),
            Ok(Look::Later) => {
                deferred.insert(fid);
            }
            Err(error) => {
                tracing::debug!(%fid, %error, "cannot tag a file yet");
                deferred.insert(fid);
                failure = Some(error);
            }
        }
    }
    match failure {
        Some(MinerError::Tee(TeeError::Busy(wait))) => Ok(Next::Within(wait)),
        Some(error) => Err(error),
        None if deferred.is_empty() => Ok(Next::Woken),
        None => Ok(Next::Within(DEFERRED)),
    }
}

#[tracing::instrument(skip(miner))]
async fn look_at(miner: &Arc<Miner>, fid: &Hash) -> Result<Look, MinerError> {
    let Some(file) = miner.chain.file(fid).await? else {
        return remember_service(miner, fid, None).await;
    };
    let untagged = untagged(&file, &miner.account());
    if !untagged.is_empty() && !tag_and_report(miner, fid, &untagged).await? {
        return Ok(Look::More);
    }
    let file = miner.chain.file(fid).await?;
    remember_service(miner, fid, file.as_ref()).await
}

/// The miner's fragments of the file that have no tag, each as often as the file holds it.
fn untagged(file: &FileInfo, miner: &AccountId) -> BTreeMap<Hash, usize> {
    let mut counts = BTreeMap::new();
    let fragments = file
        .segment_list
        .iter()
        .flat_map(|s| s.fragment_list.iter());
    for fragment in fragments.filter(|f| f.miner == *miner && f.avail && f.tag.is_none()) {
        *counts.entry(fragment.hash).or_default() += 1;
    }
    counts
}

/// Gets the tags that are missing, then tells the chain; false when the file's turn is over before.
async fn tag_and_report(
    miner: &Arc<Miner>,
    fid: &Hash,
    untagged: &BTreeMap<Hash, usize>,
) -> Result<bool, MinerError> {
    let mut turn = 0..TURN;
    let mut progress = continued(miner.state.tagging(fid)?, untagged);
    for (fragment, count) in untagged {
        let done = progress
            .digests
            .iter()
            .filter(|d| d.fragment == *fragment)
            .count();
        for _ in done..*count {
            if turn.next().is_none() {
                return Ok(false);
            }
            let (size, wanted) = (miner.params().fragment_size, *fragment);
            let loaded = miner
                .with_store(move |store: &dyn FragmentStore| store.load(&wanted, size))
                .await?;
            let Loaded::Intact(data) = loaded else {
                miner.wakes.scrub.add(Suspicion::Fragment(wanted));
                return Err(MinerError::Proof(format!(
                    "fragment {fragment} is lost and cannot be tagged"
                )));
            };
            let job = TagJob {
                fid: *fid,
                fragment: *fragment,
                data: data.into(),
                progress,
            };
            let begun = !job.progress.digests.is_empty();
            let tagged = miner.tee.tag(job).await;
            if begun && matches!(tagged, Err(TeeError::Refused { .. })) {
                // The list was signed with a master key that was replaced since: begin a new one.
                miner.state.end_tagging(fid)?;
            }
            let (tag, next) = tagged?;
            miner.state.add_tag(fid, fragment, &tag, &next)?;
            miner.status.tagged();
            progress = next;
        }
    }
    let signature: [u8; 64] = progress.signature.as_slice().try_into().map_err(|_| {
        MinerError::Proof(format!(
            "the TEE worker's signature has {} bytes",
            progress.signature.len()
        ))
    })?;
    let digest = BVec::try_from(progress.digests).map_err(|_| {
        MinerError::Proof(format!(
            "file {fid} has more fragments than a report may name"
        ))
    })?;
    let info = TagSigInfo {
        miner: miner.account(),
        digest,
        file_hash: *fid,
    };
    match miner.chain.calculate_report(signature, info).await {
        Ok(()) => {
            tracing::info!(fragments = untagged.len(), "tags reported");
            miner.state.end_tagging(fid)?;
            Ok(true)
        }
        Err(error @ ChainError::Dispatch { .. }) => {
            // What was collected does not fit the chain's view: collect it anew.
            miner.state.end_tagging(fid)?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The progress as far as it is still about untagged fragments; a signature covers all or nothing.
fn continued(progress: Tagging, untagged: &BTreeMap<Hash, usize>) -> Tagging {
    let fits = untagged
        .iter()
        .all(|(f, n)| progress.digests.iter().filter(|d| d.fragment == *f).count() <= *n)
        && progress
            .digests
            .iter()
            .all(|d| untagged.contains_key(&d.fragment));
    match fits {
        true => progress,
        false => Tagging::default(),
    }
}

/// Keeps the list of the file's fragments that challenges ask for. Fragments come at once but go
/// only while no challenge is open, else later.
async fn remember_service(
    miner: &Arc<Miner>,
    fid: &Hash,
    file: Option<&FileInfo>,
) -> Result<Look, MinerError> {
    let mut now = service_of(file, &miner.account());
    let gone: Vec<_> = miner
        .state
        .service_of(fid)?
        .into_iter()
        .filter(|(f, _)| !now.contains_key(f))
        .collect();
    if !gone.is_empty() && miner.chain.challenge().await?.is_some() {
        now.extend(gone);
        miner
            .state
            .set_service(fid, &now.into_iter().collect::<Vec<_>>())?;
        return Ok(Look::Later);
    }
    miner
        .state
        .set_service(fid, &now.into_iter().collect::<Vec<_>>())?;
    Ok(Look::Done)
}

/// The miner's tagged fragments of a file.
pub(crate) fn service_of(
    file: Option<&FileInfo>,
    miner: &AccountId,
) -> BTreeMap<Hash, ServiceRecord> {
    let mut records: BTreeMap<Hash, ServiceRecord> = BTreeMap::new();
    let fragments = file
        .iter()
        .flat_map(|f| f.segment_list.iter())
        .flat_map(|s| s.fragment_list.iter());
    for fragment in fragments.filter(|f| f.miner == *miner && f.avail) {
        let Some(tagged_at) = fragment.tag else {
            continue;
        };
        records
            .entry(fragment.hash)
            .and_modify(|r| {
                r.count += 1;
                r.tagged_at = Tick::max(r.tagged_at, tagged_at);
            })
            .or_insert(ServiceRecord {
                tagged_at,
                count: 1,
            });
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::file::DigestInfo;

    #[test]
    fn progress_over_other_fragments_is_dropped_as_a_whole() {
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        let digest = |fragment| DigestInfo {
            fragment,
            tee_puk: [1; 32],
        };
        let progress = Tagging {
            digests: vec![digest(a), digest(b)],
            signature: vec![1],
        };
        let both = BTreeMap::from([(a, 1), (b, 1)]);
        assert_eq!(continued(progress.clone(), &both), progress);
        assert_eq!(
            continued(progress.clone(), &BTreeMap::from([(a, 1)])),
            Tagging::default()
        );
        let twice = Tagging {
            digests: vec![digest(a), digest(a)],
            signature: vec![1],
        };
        assert_eq!(continued(twice.clone(), &BTreeMap::from([(a, 2)])), twice);
        assert_eq!(
            continued(twice, &BTreeMap::from([(a, 1)])),
            Tagging::default()
        );
    }
}
