//! Removing what the chain does not want any more.

use crate::error::MinerError;
use crate::miner::Miner;
use crate::work::Next;
use cess_primitives::{Hash, Tick};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What is unwanted must stay so for this many ticks: a fork of the best chain may bring it back.
const GRACE: Tick = 10;

/// What was found to be unwanted, and when first.
#[derive(Debug, Default)]
pub struct Unwanted {
    fragments: HashMap<Hash, Tick>,
    files: HashMap<Hash, Tick>,
}

/// Compares what is held with what the chain wants.
pub async fn pass(miner: &Arc<Miner>, unwanted: &mut Unwanted) -> Result<Next, MinerError> {
    // Listed before the chain is asked: whatever comes in later is not on the list.
    let held = miner.with_store(|store| store.list()).await?;
    let now = miner.chain.now().await?;
    let (wanted, dead) = wanted(miner).await?;
    unwanted
        .fragments
        .retain(|fragment, _| !wanted.contains(fragment));
    unwanted.files.retain(|fid, _| dead.contains(fid));
    if miner.chain.challenge().await?.is_some() {
        // The challenge is about what was held when it was made.
        return Ok(Next::Woken);
    }
    for fid in dead {
        if now.saturating_sub(*unwanted.files.entry(fid).or_insert(now)) >= GRACE {
            miner.state.set_service(&fid, &[])?;
            miner.state.forget_file(&fid)?;
            unwanted.files.remove(&fid);
        }
    }
    let mut kept = held.len();
    for fragment in held.iter().filter(|fragment| !wanted.contains(fragment)) {
        let fragment = *fragment;
        if now.saturating_sub(*unwanted.fragments.entry(fragment).or_insert(now)) >= GRACE {
            tracing::info!(%fragment, "nobody wants this fragment any more");
            miner
                .with_store(move |store| store.remove(&fragment))
                .await?;
            miner.status.pruned();
            unwanted.fragments.remove(&fragment);
            kept -= 1;
        }
    }
    miner.status.set_held(kept);
    if unwanted.fragments.is_empty() && unwanted.files.is_empty() {
        miner
            .state
            .retain_tags(|fragment| wanted.contains(fragment))?;
        return Ok(Next::Woken);
    }
    let tick = std::time::Duration::from_millis(miner.params().slot_ms);
    Ok(Next::Within(tick * GRACE))
}

/// The fragments that the chain wants from this miner, and the remembered files that it knows
/// nothing of this miner about.
async fn wanted(miner: &Arc<Miner>) -> Result<(HashSet<Hash>, HashSet<Hash>), MinerError> {
    let me = miner.account();
    let mut wanted = HashSet::new();
    let mut dead = HashSet::new();
    for (fid, _) in miner.state.files()? {
        // The deal first: when it turns into a file between the two questions, the file is there.
        if let Some(deal) = miner.chain.deal(&fid).await? {
            let column = deal
                .complete_list
                .iter()
                .find(|c| c.miner == me)
                .map(|c| c.index);
            for segment in deal.segment_list.iter() {
                match column {
                    Some(column) => wanted.extend(
                        segment
                            .fragment_list
                            .get(usize::from(column).wrapping_sub(1)),
                    ),
                    None => wanted.extend(segment.fragment_list.iter()),
                }
            }
            continue;
        }
        let file = miner.chain.file(&fid).await?;
        let fragments = file
            .iter()
            .flat_map(|f| f.segment_list.iter())
            .flat_map(|s| s.fragment_list.iter());
        let owed: Vec<Hash> = fragments
            .filter(|f| f.miner == me && f.avail)
            .map(|f| f.hash)
            .collect();
        if owed.is_empty() {
            dead.insert(fid);
        }
        wanted.extend(owed);
    }
    for (fragment, order) in miner.chain.restoral_orders().await? {
        // What was lost may be whole again before anybody else restores it.
        if order.miner == me || order.origin_miner == me {
            wanted.insert(fragment);
            dead.remove(&order.file_hash);
        }
    }
    Ok((wanted, dead))
}
