//! Transfer reports: a column that is held is reported at once.

use crate::error::MinerError;
use crate::miner::Miner;
use crate::work::Next;
use cess_chain::ChainError;
use cess_primitives::Hash;
use std::sync::Arc;

/// Looks at every deal that something came in for.
pub async fn pass(miner: &Arc<Miner>) -> Result<Next, MinerError> {
    let mut failure = None;
    for fid in miner.wakes.report.take() {
        if let Err(error) = report(miner, &fid).await {
            // One deal that cannot be reported now must not hold the others up.
            miner.wakes.report.add(fid);
            tracing::debug!(%fid, %error, "cannot report a deal yet");
            failure = Some(error);
        }
    }
    failure.map_or(Ok(Next::Woken), Err)
}

/// Reports a column of the deal if one is complete and nobody reported it.
#[tracing::instrument(skip(miner))]
async fn report(miner: &Arc<Miner>, fid: &Hash) -> Result<(), MinerError> {
    let Some(deal) = miner.deals.get(fid).await? else {
        return Ok(());
    };
    let held = move |store: &dyn crate::store::FragmentStore| {
        deal.complete_columns(|fragment| store.size(fragment).map(|s| s.is_some()))
    };
    let mut columns = miner.with_store(held).await?;
    while !columns.is_empty() {
        // What others reported meanwhile is on the chain only.
        let Some(deal) = miner.chain.deal(fid).await? else {
            miner.deals.forget(fid);
            return Ok(());
        };
        if deal
            .complete_list
            .iter()
            .any(|c| c.miner == miner.account())
        {
            return Ok(());
        }
        columns.retain(|column| deal.complete_list.iter().all(|c| c.index != *column));
        let Some(column) = columns.first().copied() else {
            break;
        };
        match miner.chain.transfer_report(column, fid).await {
            Ok(()) => {
                tracing::info!(column, "column reported");
                miner.status.reported();
                miner.deals.forget(fid);
                return Ok(());
            }
            Err(error @ ChainError::Dispatch { .. })
                if miner.chain.deal(fid).await? == Some(deal) =>
            {
                // Nobody was faster: the chain does not want this report, now or ever.
                return Err(error.into());
            }
            Err(error @ ChainError::Dispatch { .. }) => {
                tracing::debug!(column, %error, "somebody else was faster");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
