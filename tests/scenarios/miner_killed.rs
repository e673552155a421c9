//! A miner that loses power in the middle of a deal.
//!
//! Phases and what must hold:
//! 1. a miner that receives fragments is killed when the first column of a deal is reported: the gateway
//!    goes on with others (the spare), the file becomes Active;
//! 2. restarted, the miner is ready again, keeps its space and can take part in the next file;
//! 3. both files come back byte for byte.

use anyhow::{ensure, Context, Result};
use cess_chain::event::FileBankEvent;
use cess_chain::Event;
use cess_primitives::AccountId;
use cess_tests::{disk, random_bytes, Devnet};
use cessnet::roles::RoleKind;
use cessnet::{lifecycle, Action};

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_killed_in_the_middle_of_a_deal_comes_back() -> Result<()> {
    let mut net = Devnet::start("small.toml", 2).await?;
    let bytes = random_bytes(8, 24 << 20);
    let mut blocks = net.chain.blocks();
    let fid = net.put("first.bin", &bytes).await?;
    let reporters = tokio::time::timeout(net.ticks(net.params.deal_ticks(6)), async {
        while let Some(block) = blocks.next().await {
            let reporters: Vec<_> = block.events.into_iter().filter_map(reporter).collect();
            if !reporters.is_empty() {
                return Some(reporters);
            }
        }
        None
    })
    .await
    .context("no miner reported while the deal lived")?
    .context("the chain's blocks ended")?;
    let victim = behind(&net, &reporters)?;
    net.act(&victim, Action::Kill).await?;
    let file = net.active(&fid).await;
    net.act(&victim, Action::Restart).await?;
    net.ready(&victim).await?;
    // Had the victim reported before it died, its tags come with its return.
    let file = match file {
        Ok(file) => file,
        Err(_) => net.active(&fid).await?,
    };
    ensure!(lifecycle::holders(&file).len() == 12);

    let account = lifecycle::account_of(&net.role(&victim)?)?;
    let miner = net
        .chain
        .miner(&account)
        .await?
        .context("the miner is registered")?;
    ensure!(miner.idle_space > 0, "a restart costs no certified space");
    let second = random_bytes(9, 3 << 20);
    let (second_fid, _) = net.store("second.bin", &second).await?;
    ensure!(net.fetch(&fid).await? == bytes);
    ensure!(net.fetch(&second_fid).await? == second);
    net.finish().await
}

fn reporter(event: Event) -> Option<AccountId> {
    match event {
        Event::FileBank(FileBankEvent::TransferReport { acc, .. }) => Some(acc),
        _ => None,
    }
}

/// Of the miners that are receiving fragments of the deal, the one that is the farthest behind.
fn behind(net: &Devnet, reporters: &[AccountId]) -> Result<String> {
    let mut receiving = Vec::new();
    for role in net.manifest().of_kind(RoleKind::Miner) {
        let has_reported = reporters.contains(&lifecycle::account_of(role)?);
        let fragments = disk::fragments(role)?.len();
        if fragments > 0 {
            receiving.push((has_reported, fragments, role.name.clone()));
        }
    }
    let (.., name) = receiving
        .into_iter()
        .min()
        .context("miners receive fragments")?;
    Ok(name)
}
