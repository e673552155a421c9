//! Miners earn what staking pays for storage.
//!
//! Phases and what must hold:
//! 1. three miners pass an audit; nothing can be claimed while their era runs;
//! 2. the era ends: staking funds its round, each of the three is promised its share;
//! 3. the first claim pays half at once, to the beneficiary that the miner named; another claim on
//!    the same day pays at most a day's release;
//! 4. a day later a claim pays a day's release, and after ninety days everything is paid;
//! 5. what is promised and not paid is on the pool's account throughout.

use anyhow::{ensure, Context, Result};
use cess_chain::event::SminerEvent;
use cess_chain::{calls, Chain, Event, Signer};
use cess_primitives::miner::Reward;
use cess_primitives::{AccountId, Balance};
use cess_tests::Devnet;
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::roles::RoleKind;

/// Days over which the second half is released.
const RELEASE_DAYS: u32 = 90;

#[tokio::test(flavor = "multi_thread")]
async fn passed_audits_are_paid_over_ninety_days() -> Result<()> {
    // Nobody earns anything but by the scenario's audit.
    let net = Devnet::start_set("small.toml", 1, &["challenge_start=4294967295"]).await?;
    let roles = net.manifest().of_kind(RoleKind::Miner).take(3);
    let miners: Vec<_> = roles.map(lifecycle::account_of).collect::<Result<_>>()?;
    let beneficiary = Signer::from_uri("//Ferdie")?.account_id();
    let miner = &miners[0];
    let signer = net.miner_signer(miner)?;
    let redirect = calls::sminer::update_beneficiary(&beneficiary);
    net.chain.submit(&signer, redirect).await?;

    let era = net.chain.active_era().await?.context("eras are running")?;
    for (miner, outcome) in net.audit(&miners).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    let now = at_best(&net.chain).await?;
    if now.active_era().await? == Some(era) {
        ensure!(
            reward(&now, miner).await?.total_reward == 0,
            "the era is not over"
        );
    }
    net.chain
        .submit_sudo(&net.user, calls::staking::force_new_era())
        .await?;
    let what = "the era is over and each of the three has earned";
    let patience = net.ticks(net.params.epoch_slots * (net.params.sessions_per_era + 2));
    let (totals, rounds) = lifecycle::until(&net.chain, patience, what, || async {
        let now = at_best(&net.chain).await?;
        let mut totals = Vec::new();
        for miner in &miners {
            totals.push(reward(&now, miner).await?.total_reward);
        }
        let rounds = now.reward_rounds().await?;
        let earned = totals.iter().all(|total| *total > 0);
        Ok(earned.then_some((totals, rounds)))
    })
    .await?;
    let funded: Balance = rounds.iter().map(|(_, (total, _))| total).sum();
    ensure!(
        funded > 0 && totals.iter().sum::<Balance>() <= funded,
        "{totals:?} of {funded}"
    );

    let earned = reward(&net.chain, miner).await?;
    let a_day: Balance = earned
        .order_list
        .iter()
        .map(|order| order.each_amount)
        .sum();
    ensure!(earned.reward_issued == 0 && a_day > 0, "{earned:?}");
    let before = net.chain.account(&beneficiary).await?.free;
    let first = claim(&net, &signer, miner).await?;
    ensure!(
        first >= earned.total_reward / 2 && first < earned.total_reward,
        "{first} of {earned:?}"
    );
    let second = claim(&net, &signer, miner).await?;
    ensure!(second <= a_day, "{second} on the same day");

    net.jump(net.days(1)).await?;
    let third = claim(&net, &signer, miner).await?;
    ensure!(third >= a_day, "{third} after a day of {a_day}");
    net.jump(net.days(RELEASE_DAYS)).await?;
    let last = claim(&net, &signer, miner).await?;
    let paid = first + second + third + last;
    ensure!(
        paid >= earned.total_reward,
        "{paid} of {}",
        earned.total_reward
    );
    let books = reward(&net.chain, miner).await?;
    ensure!(books.reward_issued == paid, "{books:?}");
    let after = net.chain.account(&beneficiary).await?.free;
    ensure!(
        after - before == paid,
        "the beneficiary received {}",
        after - before
    );
    net.finish().await
}

/// The chain at its best block: what is read of it belongs together.
async fn at_best(chain: &Chain) -> Result<Chain> {
    let (_, block) = chain.best().await?;
    Ok(chain.at(block))
}

async fn reward(chain: &Chain, miner: &AccountId) -> Result<Reward> {
    Ok(chain.reward(miner).await?.unwrap_or_default())
}

/// Claims, and says what was paid.
async fn claim(net: &Devnet, signer: &Signer, miner: &AccountId) -> Result<Balance> {
    let done = net
        .chain
        .submit(signer, calls::sminer::receive_reward())
        .await?;
    let paid = done.events.into_iter().find_map(|event| match event {
        Event::Sminer(SminerEvent::Receive { acc, reward }) if acc == *miner => Some(reward),
        _ => None,
    });
    paid.context("a claim says what it paid")
}
