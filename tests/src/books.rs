//! The books of the chain, checked through its public storage.

use anyhow::{ensure, Context, Result};
use cess_chain::Chain;
use cess_primitives::file::{FileInfo, FileState, FragmentInfo};
use cess_primitives::territory::TerritoryState;
use cess_primitives::{AccountId, Balance, Hash};
use std::collections::BTreeMap;

/// At one block: spaces add up, every fragment is accounted for, and all money is where it should be.
pub(crate) async fn check(chain: &Chain) -> Result<()> {
    let (_, block) = chain.best().await?;
    let chain = chain.at(block);
    let complaints = chain.complaints().await?;
    ensure!(
        complaints.is_empty(),
        "the chain's own invariants: {}",
        complaints.join("; ")
    );
    let files = chain.files().await?;
    miners(&chain, &files).await.context("miners")?;
    fragments(&chain, &files).await.context("fragments")?;
    territories(&chain).await.context("territories")?;
    collaterals(&chain).await.context("collaterals")?;
    rewards(&chain).await.context("rewards")
}

fn fragments_of(file: &FileInfo) -> impl Iterator<Item = &FragmentInfo> {
    let segments = file.segment_list.iter();
    segments.flat_map(|segment| segment.fragment_list.iter())
}

/// The miners' spaces add up to the totals and fit what they hold.
async fn miners(chain: &Chain, files: &[(Hash, FileInfo)]) -> Result<()> {
    let params = chain.params().await?;
    let (mut idle, mut service) = (0, 0);
    for (account, miner) in chain.miners().await? {
        let used = miner.idle_space + miner.lock_space + miner.service_space;
        ensure!(
            miner.declaration_space >= used,
            "{account} accounts for more than it declared"
        );
        idle += miner.idle_space;
        service += miner.lock_space + miner.service_space;
        if miner.is(b"exit") || miner.is(b"offline") {
            ensure!(used == 0, "{account} left and still has space");
            continue;
        }
        let held = files.iter().flat_map(|(_, file)| fragments_of(file));
        let held = held.filter(|f| f.miner == account && f.avail && f.tag.is_some());
        let held = held.count() as u128;
        ensure!(
            miner.service_space == held * u128::from(params.fragment_size),
            "{account}: service {} for {held} fragments",
            miner.service_space
        );
    }
    ensure!(
        idle == chain.total_idle_space().await?,
        "idle space does not add up"
    );
    ensure!(
        service == chain.total_service_space().await?,
        "service space does not add up"
    );
    Ok(())
}

/// Whatever is lost is up for restoral, and every file belongs to somebody.
async fn fragments(chain: &Chain, files: &[(Hash, FileInfo)]) -> Result<()> {
    for (fid, file) in files {
        for fragment in fragments_of(file).filter(|f| !f.avail) {
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

/// Territories add up to what was bought, and each to what is in it.
async fn territories(chain: &Chain) -> Result<()> {
    let mut used: BTreeMap<_, u128> = BTreeMap::new();
    for (owner, files) in chain.held_files().await? {
        for file in files {
            let territory = (owner.clone(), file.territory_name);
            *used.entry(territory).or_default() += file.file_size;
        }
    }
    let mut purchased = 0;
    for (key, territory) in chain.all_territories().await? {
        let name = String::from_utf8_lossy(&key.1).into_owned();
        let parts = territory.used_space + territory.locked_space + territory.remaining_space;
        ensure!(
            territory.total_space == parts,
            "`{name}` is not the sum of its parts"
        );
        let held = used.remove(&key).unwrap_or_default();
        ensure!(
            territory.used_space == held,
            "`{name}`: {held} bytes of files, used {}",
            territory.used_space
        );
        if territory.state != TerritoryState::Expired {
            purchased += territory.total_space;
        }
    }
    ensure!(
        used.is_empty(),
        "files in territories that do not exist: {used:?}"
    );
    ensure!(
        purchased == chain.purchased_space().await?,
        "territories do not add up to what was bought"
    );
    Ok(())
}

/// Whoever stakes for miners has as much reserved.
async fn collaterals(chain: &Chain) -> Result<()> {
    let mut stakes: BTreeMap<AccountId, Balance> = BTreeMap::new();
    for (_, miner) in chain.miners().await? {
        *stakes.entry(miner.staking_account).or_default() += miner.collaterals;
    }
    for (account, stake) in stakes {
        let reserved = chain.account(&account).await?.reserved;
        ensure!(
            reserved >= stake,
            "{account} has {reserved} reserved for {stake}"
        );
    }
    let reservoir = chain.reservoir().await?;
    let books = reservoir.free_balance + reservoir.borrow_balance + reservoir.store_balance;
    let account = chain.account(&pallet_account(b"rsorptid")).await?;
    ensure!(
        account.free + account.reserved >= books,
        "the reservoir's money is not there"
    );
    Ok(())
}

/// What rounds have left and what is promised is on the pool's account.
async fn rewards(chain: &Chain) -> Result<()> {
    let rounds = chain.reward_rounds().await?;
    let left: Balance = rounds
        .iter()
        .map(|(_, (total, issued))| total - issued)
        .sum();
    let undistributed = chain.undistributed_rewards().await?;
    ensure!(
        left <= undistributed,
        "rounds have {left} left of {undistributed}"
    );
    let promised = chain.promised_rewards().await?;
    let owed = chain.rewards().await?.into_iter();
    let owed: Balance = owed.map(|(_, r)| r.total_reward - r.reward_issued).sum();
    ensure!(
        owed == promised,
        "miners are owed {owed}, and {promised} is promised"
    );
    let pool = chain.account(&pallet_account(b"rewardpt")).await?.free;
    ensure!(
        pool >= undistributed + promised,
        "rewards are not covered: {pool}"
    );
    let reserve = chain.account(&pallet_account(b"sererdpt")).await?.free;
    ensure!(
        reserve >= chain.reserved_rewards().await?,
        "the reserve is not covered"
    );
    Ok(())
}

/// The account of a pallet id, as `frame_support::PalletId` derives it.
fn pallet_account(id: &[u8; 8]) -> AccountId {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(b"modl");
    bytes[4..12].copy_from_slice(id);
    bytes.into()
}
