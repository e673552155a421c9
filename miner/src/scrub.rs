//! Finding lost and damaged fragments, and telling the chain.

use crate::error::MinerError;
use crate::miner::{Miner, Suspicion};
use crate::store::{Condition, FragmentStore};
use crate::work::Next;
use cess_chain::ChainError;
use cess_primitives::Hash;
use std::collections::HashSet;
use std::sync::Arc;

/// Looks at what is suspected: every fragment that the chain says this miner holds, or single ones.
pub async fn pass(miner: &Arc<Miner>) -> Result<Next, MinerError> {
    let suspicions = miner.wakes.scrub.take();
    if suspicions.is_empty() {
        return Ok(Next::Woken);
    }
    let result = scrub(miner, &suspicions).await;
    if result.is_err() {
        suspicions
            .into_iter()
            .for_each(|s| miner.wakes.scrub.add(s));
    }
    result.map(|()| Next::Woken)
}

async fn scrub(miner: &Arc<Miner>, suspicions: &[Suspicion]) -> Result<(), MinerError> {
    let everything = suspicions.contains(&Suspicion::Everything);
    let me = miner.account();
    let mut seen = HashSet::new();
    for (fid, _) in miner.state.files()? {
        let Some(file) = miner.chain.file(&fid).await? else {
            continue;
        };
        for fragment in file
            .segment_list
            .iter()
            .flat_map(|s| s.fragment_list.iter())
        {
            let suspected = everything || suspicions.contains(&Suspicion::Fragment(fragment.hash));
            let owed = fragment.miner == me && fragment.avail;
            if suspected && owed && seen.insert((fid, fragment.hash)) {
                check(miner, fid, fragment.hash, fragment.tag.is_some()).await?;
            }
        }
    }
    if everything {
        let held = miner.with_store(|store| store.list()).await?;
        miner.status.set_held(held.len());
        tracing::debug!(
            checked = seen.len(),
            held = held.len(),
            "all fragments were checked"
        );
    }
    Ok(())
}

/// Checks one fragment; what is lost is put up for restoral.
#[tracing::instrument(skip(miner))]
async fn check(
    miner: &Arc<Miner>,
    fid: Hash,
    fragment: Hash,
    tagged: bool,
) -> Result<(), MinerError> {
    let size = miner.params().fragment_size;
    let condition = miner
        .with_store(move |store: &dyn FragmentStore| {
            let condition = store.verify(&fragment, size)?;
            if condition == Condition::Damaged {
                store.remove(&fragment)?;
            }
            Ok::<_, crate::store::StoreError>(condition)
        })
        .await?;
    // Without its tag a fragment cannot be proven: restoring it brings a new one.
    let provable = !tagged || miner.state.tag(&fragment)?.is_some();
    if condition == Condition::Intact && provable {
        return Ok(());
    }
    miner.status.lost();
    tracing::warn!(
        ?condition,
        "a fragment is lost, asking the network to restore it"
    );
    match miner.chain.generate_restoral_order(&fid, &fragment).await {
        Ok(()) => Ok(()),
        // It is up for restoral already, or the file went away meanwhile.
        Err(error @ ChainError::Dispatch { .. }) => {
            tracing::info!(%error, "the chain takes no restoral order");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
