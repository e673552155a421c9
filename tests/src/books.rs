//! The books of the chain, checked through its public storage.

use anyhow::{ensure, Result};
use cess_chain::Chain;
use cess_primitives::file::FileState;

/// At one block: the miners' spaces add up to the totals, and every fragment is accounted for.
pub(crate) async fn check(chain: &Chain) -> Result<()> {
    let (_, block) = chain.best().await?;
    let chain = chain.at(block);
    let params = chain.params().await?;
    let miners = chain.miners().await?;
    let (mut idle, mut service) = (0, 0);
    for (account, miner) in &miners {
        let used = miner.idle_space + miner.lock_space + miner.service_space;
        ensure!(
            miner.declaration_space >= used,
            "{account} accounts for more than it declared"
        );
        idle += miner.idle_space;
        service += miner.lock_space + miner.service_space;
    }
    ensure!(
        idle == chain.total_idle_space().await?,
        "idle space does not add up"
    );
    ensure!(
        service == chain.total_service_space().await?,
        "service space does not add up"
    );

    let files = chain.files().await?;
    for (account, miner) in &miners {
        let fragments = || {
            files
                .iter()
                .flat_map(|(_, f)| f.segment_list.iter())
                .flat_map(|s| s.fragment_list.iter())
        };
        let held = fragments()
            .filter(|f| f.miner == *account && f.avail && f.tag.is_some())
            .count();
        let space = held as u128 * u128::from(params.fragment_size);
        ensure!(
            miner.service_space == space,
            "{account}: service {} for {held} fragments",
            miner.service_space
        );
    }
    for (fid, file) in &files {
        let fragments = || {
            file.segment_list
                .iter()
                .flat_map(|s| s.fragment_list.iter())
        };
        let lost = fragments().filter(|f| !f.avail);
        for fragment in lost {
            let order = chain.restoral_order(&fragment.hash).await?;
            ensure!(
                order.is_some(),
                "{fid}: a fragment is lost and nobody is asked to restore it"
            );
        }
        if file.stat == FileState::Active {
            ensure!(!file.owner.is_empty(), "{fid} has no owner");
        }
    }
    Ok(())
}
