//! Restoring lost fragments, one's own and others'.

use crate::error::MinerError;
use crate::miner::Miner;
use crate::rebuild::{draw, Rebuilder};
use crate::store::{Condition, FragmentStore};
use crate::work::Next;
use cess_chain::ChainError;
use cess_p2p::FragmentTransport;
use cess_primitives::file::{FileInfo, RestoralOrderInfo, SegmentInfo};
use cess_primitives::miner::state as miner_state;
use cess_primitives::{AccountId, Hash, Tick};
use std::collections::HashMap;
use std::sync::Arc;

/// A restoral that failed is tried again after this many ticks.
const RETRY: Tick = 3;
/// Miners that left are looked for every so many ticks.
const SWEEP: Tick = 20;
/// One of so many miners, drawn anew for each sweep, tries to claim a fragment that was left behind.
const SWEEP_SHARE: u64 = 4;

/// What the task remembers between its passes.
#[derive(Debug, Default)]
pub struct Orders {
    /// The open orders, and when to look at each again.
    open: HashMap<Hash, (RestoralOrderInfo, Tick)>,
    /// All orders were read once.
    loaded: bool,
    next_sweep: Tick,
}

/// Takes in changed orders and does whatever is this miner's turn.
pub async fn pass(
    miner: &Arc<Miner>,
    transport: &dyn FragmentTransport,
    orders: &mut Orders,
) -> Result<Next, MinerError> {
    refresh(miner, orders).await?;
    let now = miner.chain.now().await?;
    let due: Vec<Hash> = orders
        .open
        .iter()
        .filter(|(_, (_, at))| *at <= now)
        .map(|(f, _)| *f)
        .collect();
    for fragment in due {
        // Asked again: others act at the same time.
        let Some(order) = miner.chain.restoral_order(&fragment).await? else {
            orders.open.remove(&fragment);
            continue;
        };
        let again = match handle(miner, transport, &order, now).await {
            Ok(again) => again,
            Err(MinerError::Chain(error)) if error.is_unreachable() => return Err(error.into()),
            Err(error) => {
                tracing::warn!(%fragment, %error, "a fragment cannot be restored yet");
                now + RETRY
            }
        };
        orders.open.insert(fragment, (order, again));
    }
    if now >= orders.next_sweep {
        orders.next_sweep = now + SWEEP;
        sweep(miner, transport, now).await?;
    }
    Ok(Next::Woken)
}

async fn refresh(miner: &Arc<Miner>, orders: &mut Orders) -> Result<(), MinerError> {
    let changed = miner.wakes.orders.take();
    if !orders.loaded || changed.contains(&None) {
        let all = miner.chain.restoral_orders().await?;
        orders.open = all.into_iter().map(|(f, order)| (f, (order, 0))).collect();
        orders.loaded = true;
        return Ok(());
    }
    for fragment in changed.into_iter().flatten() {
        match miner.chain.restoral_order(&fragment).await? {
            Some(order) => orders.open.insert(fragment, (order, 0)),
            None => orders.open.remove(&fragment),
        };
    }
    Ok(())
}

/// Does what an order asks of this miner now; returns when to look at it again.
async fn handle(
    miner: &Arc<Miner>,
    transport: &dyn FragmentTransport,
    order: &RestoralOrderInfo,
    now: Tick,
) -> Result<Tick, MinerError> {
    let (fid, fragment, me) = (order.file_hash, order.fragment_hash, miner.account());
    if order.deadline >= now && order.deadline > 0 {
        if order.miner != me {
            return Ok(order.deadline + 1);
        }
        restore(miner, transport, &fid, &fragment).await?;
        return Ok(now + RETRY);
    }
    let turn = turn(&me, order, miner.params().restoral_life);
    if now < turn {
        return Ok(turn);
    }
    let Some(file) = miner.chain.file(&fid).await? else {
        return Ok(Tick::MAX);
    };
    let Some(segment) = segment_of(&file, &fragment, &order.origin_miner) else {
        return Ok(Tick::MAX);
    };
    if holds_another(segment, &fragment, &me) {
        return Ok(Tick::MAX);
    }
    if !may_claim(miner).await? {
        return Ok(now + RETRY);
    }
    match miner.chain.claim_restoral_order(&fragment).await {
        Ok(()) => {}
        Err(error @ ChainError::Dispatch { .. }) => {
            tracing::debug!(%fragment, %error, "somebody else claimed it");
            return Ok(now + 1);
        }
        Err(error) => return Err(error.into()),
    }
    restore(miner, transport, &fid, &fragment).await?;
    Ok(now + RETRY)
}

/// When a miner may claim an order: spread over a tenth of the restoral time, so that not all come
/// at once; the one that lost the fragment lets all others go first.
pub fn turn(miner: &AccountId, order: &RestoralOrderInfo, restoral_life: Tick) -> Tick {
    let window = (restoral_life / 10).max(2);
    let open_since = if order.deadline > 0 {
        order.deadline + 1
    } else {
        order.gen_block
    };
    let draw = draw(miner, &order.fragment_hash, order.count);
    let jitter = (draw % u64::from(window)) as Tick;
    let patience = if *miner == order.origin_miner {
        window
    } else {
        0
    };
    open_since.saturating_add(jitter).saturating_add(patience)
}

/// The segment in which `holder` had the fragment.
fn segment_of<'a>(
    file: &'a FileInfo,
    fragment: &Hash,
    holder: &AccountId,
) -> Option<&'a SegmentInfo> {
    file.segment_list.iter().find(|s| {
        s.fragment_list
            .iter()
            .any(|f| f.hash == *fragment && f.miner == *holder)
    })
}

/// Whether the miner holds a fragment of the segment besides the one that it lost itself. Equal
/// fragments at different places of a segment (a file of zeros) are different ones.
fn holds_another(segment: &SegmentInfo, fragment: &Hash, miner: &AccountId) -> bool {
    let mut mine = segment.fragment_list.iter().filter(|f| f.miner == *miner);
    mine.any(|f| f.avail || f.hash != *fragment)
}

async fn may_claim(miner: &Arc<Miner>) -> Result<bool, MinerError> {
    let info = miner.chain.miner(&miner.account()).await?;
    let needed = u128::from(miner.params().fragment_size);
    Ok(info.is_some_and(|m| m.is(miner_state::POSITIVE) && m.idle_space >= needed))
}

/// Brings a claimed fragment back and tells the chain.
#[tracing::instrument(skip(miner, transport))]
async fn restore(
    miner: &Arc<Miner>,
    transport: &dyn FragmentTransport,
    fid: &Hash,
    fragment: &Hash,
) -> Result<(), MinerError> {
    miner.state.note_file(fid, miner.tick())?;
    if let Some(file) = miner.chain.file(fid).await? {
        let wanted = *fragment;
        let size = miner.params().fragment_size;
        let condition = miner
            .with_store(move |store: &dyn FragmentStore| store.verify(&wanted, size))
            .await?;
        if condition != Condition::Intact {
            let rebuilder = Rebuilder::of(miner);
            let data = rebuilder.fragment(transport, fid, &file, fragment).await?;
            miner
                .with_store(move |store| store.put(&wanted, &data))
                .await?;
        }
    }
    // Without the file there is nothing to hold, but the order still has to go.
    miner.chain.restoral_order_complete(fragment).await?;
    miner.status.restored();
    tracing::info!("fragment restored");
    miner.wakes.tags.add(*fid);
    Ok(())
}

/// Looks for fragments of miners that left for good, and restores this miner's share of them.
async fn sweep(
    miner: &Arc<Miner>,
    transport: &dyn FragmentTransport,
    now: Tick,
) -> Result<(), MinerError> {
    let targets = miner.chain.restoral_targets().await?;
    let unfinished =
        |t: &cess_primitives::miner::RestoralTargetInfo| t.restored_space < t.service_space;
    let gone: Vec<AccountId> = targets
        .into_iter()
        .filter(|(_, t)| unfinished(t))
        .map(|(m, _)| m)
        .collect();
    if gone.is_empty() || !may_claim(miner).await? {
        return Ok(());
    }
    let me = miner.account();
    for (fid, file) in miner.chain.files().await? {
        for segment in file.segment_list.iter() {
            for lost in segment
                .fragment_list
                .iter()
                .filter(|f| f.avail && gone.contains(&f.miner))
            {
                let mine = draw(&me, &lost.hash, now / SWEEP) % SWEEP_SHARE == 0;
                if !mine || holds_another(segment, &lost.hash, &me) {
                    continue;
                }
                match miner
                    .chain
                    .claim_left_behind(&lost.miner, &fid, &lost.hash)
                    .await
                {
                    Ok(()) => miner.wakes.orders.add(Some(lost.hash)),
                    Err(error @ ChainError::Dispatch { .. }) => {
                        tracing::debug!(fragment = %lost.hash, %error, "somebody else claimed it");
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                }
                if let Err(error) = restore(miner, transport, &fid, &lost.hash).await {
                    tracing::warn!(fragment = %lost.hash, %error, "a fragment cannot be restored yet");
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(deadline: Tick) -> RestoralOrderInfo {
        RestoralOrderInfo {
            count: 0,
            miner: AccountId::new([9; 32]),
            origin_miner: AccountId::new([9; 32]),
            fragment_hash: Hash::of(b"f"),
            file_hash: Hash::of(b"file"),
            gen_block: 100,
            deadline,
        }
    }

    #[test]
    fn turns_are_spread_and_the_origin_comes_last() {
        let others: Vec<_> = (0..8)
            .map(|i| turn(&AccountId::new([i; 32]), &order(0), 60))
            .collect();
        assert!(others.iter().all(|t| (100..106).contains(t)), "{others:?}");
        assert!(others.iter().any(|t| *t != others[0]), "not all at once");
        let origin = turn(&AccountId::new([9; 32]), &order(0), 60);
        assert!((106..112).contains(&origin));
        assert_eq!(
            turn(&AccountId::new([1; 32]), &order(0), 60),
            turn(&AccountId::new([1; 32]), &order(0), 60)
        );
    }

    #[test]
    fn an_expired_claim_opens_the_order_again() {
        assert!(turn(&AccountId::new([1; 32]), &order(200), 60) >= 201);
    }
}
