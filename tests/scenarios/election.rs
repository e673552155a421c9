//! Validators are elected by what their TEE workers did, by stake and by chance.
//!
//! Phases and what must hold:
//! 1. the work of an era counts: the validator that answers for the TEE worker has all its credit, the
//!    scores are what their parts make them, everybody is elected, and the era is paid for;
//! 2. a validator that is no candidate any more has no seat in the next era, and the others finalize
//!    without its node;
//! 3. a candidate again, and back, it is elected again, and finality goes on with it.

use anyhow::{ensure, Context, Result};
use cess_chain::{calls, Election, Signer};
use cess_primitives::AccountId;
use cess_tests::{random_bytes, Devnet};
use cessnet::{lifecycle, Action};
use codec::Compact;

#[tokio::test(flavor = "multi_thread")]
async fn validators_are_elected_by_credit_stake_and_chance() -> Result<()> {
    let mut net = Devnet::start("network.toml", 1).await?;
    let alice = Signer::from_uri("//Alice//stash")?;
    let charlie = Signer::from_uri("//Charlie//stash")?;
    let everybody = net.chain.validators().await?;
    ensure!(everybody.len() == 3 && everybody.contains(&charlie.account_id()));
    let bytes = random_bytes(50, 5 << 20);
    let (fid, _) = net.store("elected.bin", &bytes).await?;

    let first = next_era(&net).await?;
    ensure!(first.candidates.len() == 3 && first.seats == 3, "{first:?}");
    for score in &first.candidates {
        let total = (5 * score.credit + 3 * score.stake + 2 * score.chance) / 10;
        ensure!(score.total == total && score.elected, "{score:?}");
        let works = score.account == alice.account_id();
        ensure!(
            works == (score.credit > 0),
            "the TEE worker is alice's: {score:?}"
        );
    }
    let totals: Vec<_> = first.candidates.iter().map(|score| score.total).collect();
    ensure!(totals.is_sorted_by(|a, b| a >= b), "{totals:?}");
    paid_for(&net, first.era - 1, &alice.account_id()).await?;

    net.chain.submit(&charlie, calls::staking::chill()).await?;
    let second = next_era(&net).await?;
    ensure!(
        !names(&second).contains(&charlie.account_id()),
        "{second:?}"
    );
    let seats = net.chain.validators().await?;
    ensure!(
        seats.len() == 2 && !seats.contains(&charlie.account_id()),
        "{seats:?}"
    );
    // The handover itself needs the votes of all three.
    finalizes(&net, "the handover is final").await?;
    net.act("charlie", Action::Kill).await?;
    finalizes(&net, "two validators finalize without the third").await?;

    net.act("charlie", Action::Restart).await?;
    net.ready("charlie").await?;
    let candidate = calls::staking::validate((Compact(0), false));
    net.chain.submit(&charlie, candidate).await?;
    let third = next_era(&net).await?;
    ensure!(names(&third).contains(&charlie.account_id()), "{third:?}");
    ensure!(net
        .chain
        .validators()
        .await?
        .contains(&charlie.account_id()));
    finalizes(&net, "three validators finalize again").await?;
    ensure!(net.fetch(&fid).await? == bytes);
    net.finish().await
}

/// Ends the era, waits until one runs that was elected after this, and gives its election.
async fn next_era(net: &Devnet) -> Result<Election> {
    let end = calls::staking::force_new_era();
    let ended = net.chain.submit_sudo(&net.user, end).await?;
    // The era that follows may have been elected already.
    let last = net.chain.at(ended.block).last_election().await?;
    let elected = last.map(|election| election.era);
    let what =
        format!("an era runs that was elected after {elected:?}, and no other is elected yet");
    let patience = net.ticks(4 * net.params.epoch_slots);
    lifecycle::until(&net.chain, patience, &what, || async {
        let (_, block) = net.chain.best().await?;
        let chain = net.chain.at(block);
        let era = chain.active_era().await?.filter(|era| Some(*era) > elected);
        let election = chain.last_election().await?;
        Ok(election.filter(|election| Some(election.era) == era))
    })
    .await
}

fn names(election: &Election) -> Vec<AccountId> {
    let elected = election.candidates.iter().filter(|score| score.elected);
    elected.map(|score| score.account.clone()).collect()
}

/// Validators have earned in this era, and are paid when somebody asks for it.
async fn paid_for(net: &Devnet, era: u32, stash: &AccountId) -> Result<()> {
    let reward = net
        .chain
        .validators_reward(era)
        .await?
        .context("the era is over")?;
    ensure!(reward > 0);
    let before = net.chain.account(stash).await?;
    let payout = calls::staking::payout_stakers(stash, era);
    net.chain.submit(&net.user, payout).await?;
    let after = net.chain.account(stash).await?;
    let earned = (after.free + after.reserved) - (before.free + before.reserved);
    ensure!(earned > 0 && earned <= reward, "{earned} of {reward}");
    Ok(())
}

async fn finalizes(net: &Devnet, what: &str) -> Result<()> {
    let best = net.chain.best_number().await?;
    lifecycle::until(&net.chain, net.ticks(60), what, || async {
        Ok((net.chain.finalized_number().await? > best).then_some(()))
    })
    .await
}
