//! A miner leaves the network in good order and comes back.
//!
//! Phases and what must hold:
//! 1. a miner that holds fragments of a file may not leave before its stake is free, and nobody else
//!    can send it away;
//! 2. it prepares, its lock passes, it is gone: its space is out of the totals, its stake is kept;
//! 3. others restore what it held, with new tags; the file comes back without it;
//! 4. it takes its stake back, once;
//! 5. its process, started again, registers it anew: it certifies space and passes an audit.

use anyhow::{ensure, Context, Result};
use cess_chain::event::SminerEvent;
use cess_chain::{calls, Block, BlockStream, Chain, ChainError, Event, Signer};
use cess_primitives::file::FileInfo;
use cess_primitives::AccountId;
use cess_tests::{random_bytes, Devnet};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::Action;

/// Ticks after which miners look for fragments that were left behind.
const SWEEP: u32 = 20;
/// Sweeps in which every fragment has surely found a restorer.
const SWEEPS: u32 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_leaves_in_good_order_and_comes_back() -> Result<()> {
    let mut net = Devnet::start("small.toml", 1).await?;
    // A jump that waits for an audit may be overtaken by the exit that it is to bring about.
    net.hold_audits().await?;
    let bytes = random_bytes(30, 5 << 20);
    let (fid, file) = net.store("moved.bin", &bytes).await?;
    let (leaver, held) = lifecycle::holders(&file).pop_first().context("a holder")?;
    let signer = net.miner_signer(&leaver)?;
    let prepare = calls::sminer::miner_exit_prep(&leaver);

    let early = net.chain.submit(&signer, prepare.clone()).await;
    refused_with(early, "InsufficientStakingPeriod")?;
    net.jump(net.params.staking_lock + 1).await?;
    let stranger = net
        .chain
        .submit(&Signer::from_uri("//Bob")?, prepare.clone())
        .await;
    refused_with(stranger, "NotStakingAcc")?;

    let stake = net.chain.miner(&leaver).await?;
    let stake = stake.context("the miner is registered")?.collaterals;
    net.chain.submit(&signer, prepare).await?;
    ensure!(
        net.chain.exit_lock(&leaver).await?.is_some(),
        "the exit has a time"
    );
    refused_with(
        net.chain
            .submit(&signer, calls::sminer::miner_withdraw())
            .await,
        "StateError",
    )?;
    let mut blocks = net.chain.blocks();
    let gone = net.jump(net.params.exit_lock + 1).await?;
    ensure!(gone.fell_due.get("miners left") == Some(&1), "{gone:?}");
    // Others take space for what it left soon afterwards: what changed is what its last block changed.
    let exit = exit_of(&leaver, &mut blocks).await?;
    let (before, after) = (net.chain.at(exit.parent), net.chain.at(exit.hash));
    let info = before.miner(&leaver).await?.context("it was a miner")?;
    let left = after.miner(&leaver).await?.context("its stake is kept")?;
    ensure!(left.is(b"exit") && left.collaterals == stake);
    ensure!(left.idle_space == 0 && left.service_space == 0);
    let (idle, service) = totals(&before).await?;
    ensure!(totals(&after).await? == (idle - info.idle_space, service - info.service_space));

    // Whoever is to restore a fragment is drawn anew for each sweep.
    let mut sweeps = 0;
    let restored = loop {
        let file = net.chain.file(&fid).await?.context("the file is gone")?;
        if is_whole_without(&file, &leaver) {
            break file;
        }
        sweeps += 1;
        ensure!(sweeps < SWEEPS, "nobody restores what {leaver} left behind");
        net.jump(SWEEP).await?;
    };
    ensure!(lifecycle::holders(&restored).values().sum::<usize>() == 12 * file.segment_list.len());
    let target = net
        .chain
        .restoral_target(&leaver)
        .await?
        .context("it is remembered")?;
    let space = held as u128 * u128::from(net.params.fragment_size);
    ensure!((target.service_space, target.restored_space) == (space, space));
    let name = net.miner(&leaver)?.name;
    net.act(&name, Action::Kill).await?;
    ensure!(
        net.fetch(&fid).await? == bytes,
        "the file does not need the miner any more"
    );

    let before = net.chain.account(&leaver).await?;
    net.chain
        .submit(&signer, calls::sminer::miner_withdraw())
        .await?;
    let after = net.chain.account(&leaver).await?;
    ensure!(
        before.reserved - after.reserved == stake,
        "{before:?} {after:?}"
    );
    ensure!(net.chain.miner(&leaver).await?.is_none());
    ensure!(net.chain.restoral_target(&leaver).await?.is_none());
    refused_with(
        net.chain
            .submit(&signer, calls::sminer::miner_withdraw())
            .await,
        "NotMiner",
    )?;
    ensure!(net.chain.account(&leaver).await?.reserved == after.reserved);

    net.act(&name, Action::Restart).await?;
    net.ready(&name).await?;
    let back = net
        .chain
        .miner(&leaver)
        .await?
        .context("it registered again")?;
    ensure!(back.is(b"positive") && back.idle_space == info.idle_space + info.service_space);
    let outcome = net.audit(std::slice::from_ref(&leaver)).await?;
    ensure!(
        outcome.get(&leaver) == Some(&AuditOutcome::Passed),
        "{outcome:?}"
    );
    net.finish().await
}

/// The block in which the miner left.
async fn exit_of(miner: &AccountId, blocks: &mut BlockStream) -> Result<Block> {
    loop {
        let block = blocks.next().await.context("the chain's blocks ended")?;
        let left = |event: &Event| matches!(event, Event::Sminer(SminerEvent::MinerLeft { miner: gone, .. }) if gone == miner);
        if block.events.iter().any(left) {
            return Ok(block);
        }
    }
}

/// Idle and service space of all miners, at one block.
async fn totals(chain: &Chain) -> Result<(u128, u128)> {
    Ok((
        chain.total_idle_space().await?,
        chain.total_service_space().await?,
    ))
}

/// Every fragment is tagged, and none is the leaver's.
fn is_whole_without(file: &FileInfo, leaver: &AccountId) -> bool {
    file.segment_list
        .iter()
        .flat_map(|segment| segment.fragment_list.iter())
        .all(|f| f.avail && f.tag.is_some() && f.miner != *leaver)
}

fn refused_with<T>(result: Result<T, ChainError>, error: &str) -> Result<()> {
    match result {
        Ok(_) => anyhow::bail!("a call that must fail with {error} succeeded"),
        Err(e) if e.is_dispatch("Sminer", error) => Ok(()),
        Err(e) => Err(e).with_context(|| format!("instead of {error}")),
    }
}
