//! A lease from its first day to its last, in seconds: the clock is moved forward.
//!
//! Phases and what must hold:
//! 1. a file is stored, 29 days pass: the lease goes on, every holder passes an audit, the file
//!    comes back;
//! 2. the lease ends: the territory is frozen, takes nothing new, and keeps what it has;
//! 3. renewed: it takes files again;
//! 4. it ends again and its grace passes, in one jump: the files leave the chain and the miners'
//!    disks, the space goes back;
//! 5. reactivated: it is empty and takes files again;
//! 6. through all of it nobody failed an audit or paid a penalty, although a miner was being audited
//!    before each jump; a jump that does not wait for a running audit makes its miner fail.

use anyhow::{bail, ensure, Result};
use cess_chain::event::{AuditEvent, SminerEvent};
use cess_chain::{calls, Call, Event};
use cess_primitives::territory::TerritoryState;
use cess_primitives::{AccountId, Tick};
use cess_tests::{disk, random_bytes, Devnet, Watch};
use cessnet::client::ClientError;
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::travel::Aftermath;

/// Days for which a territory is rented and renewed.
const DAYS: u32 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_runs_out_in_jumps_and_harms_nobody() -> Result<()> {
    let net = Devnet::start("small.toml", 1).await?;
    net.hold_audits().await?;
    let harm = Watch::start(&net.chain, is_harm).await?;
    let passed = Watch::start(&net.chain, is_pass).await?;
    let name = lifecycle::name("scenario")?;
    let bytes = random_bytes(20, 9 << 20);
    let (fid, file) = net.store("kept.bin", &bytes).await?;
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();

    let audited = &holders[0];
    let end = net.territory().await?.deadline - net.chain.now().await?;
    jump_while_audited(&net, audited, end - net.days(1)).await?;
    ensure!(net.territory().await?.state == TerritoryState::Active);
    for (miner, outcome) in net.audit(&holders).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    ensure!(net.fetch(&fid).await? == bytes);

    let frozen = jump_while_audited(&net, audited, net.days(1)).await?;
    ensure!(
        frozen.fell_due.get("territories frozen") == Some(&1),
        "{frozen:?}"
    );
    ensure!(net.territory().await?.state == TerritoryState::Frozen);
    refused(net.put("late.bin", &random_bytes(21, 1000)).await)?;
    ensure!(
        net.fetch(&fid).await? == bytes,
        "a frozen territory keeps its files"
    );

    let renewal = calls::storage_handler::renewal_territory(&name, DAYS);
    net.chain.submit(&net.user, renewal).await?;
    ensure!(net.territory().await?.state == TerritoryState::Active);
    let (second, _) = net.store("second.bin", &random_bytes(22, 1000)).await?;

    // One jump over the end of the lease and of its grace.
    let purchased = net.chain.purchased_space().await?;
    let days = net.days(DAYS + net.params.frozen_days);
    let gone = jump_while_audited(&net, audited, days).await?;
    let count = |what| gone.fell_due.get(what).copied().unwrap_or_default();
    ensure!(
        count("territories frozen") == 1 && count("territories expired") == 1,
        "{gone:?}"
    );
    ensure!(count("files deleted") == 2, "{gone:?}");
    let territory = net.territory().await?;
    ensure!(territory.state == TerritoryState::Expired && territory.used_space == 0);
    ensure!(net.chain.purchased_space().await? == purchased - territory.total_space);
    for fid in [&fid, &second] {
        ensure!(
            net.chain.file(fid).await?.is_none(),
            "{fid} outlived its territory"
        );
    }
    ensure!(net
        .chain
        .user_files(&net.user.account_id())
        .await?
        .is_empty());
    ensure!(
        net.chain.total_service_space().await? == 0,
        "miners are free of the files"
    );
    disks_are_clean(&net, &holders).await?;

    let again = calls::storage_handler::reactivate_territory(&name, DAYS);
    net.chain.submit(&net.user, again).await?;
    let bytes = random_bytes(23, 5 << 20);
    let (fid, _) = net.store("anew.bin", &bytes).await?;
    ensure!(net.fetch(&fid).await? == bytes);

    let harmed = harm.seen().await?;
    ensure!(harmed.is_empty(), "jumps did harm: {harmed:?}");
    let audit = AuditEvent::ChallengePassed {
        miner: audited.clone(),
    };
    let passed = passed.seen().await?.into_iter();
    let audits = passed.filter(|event| *event == Event::Audit(audit.clone()));
    ensure!(audits.count() == 4, "one for each jump, and one of all");
    leave_no_time(&net, audited).await?;
    let what = "the miner that was given no time has failed";
    lifecycle::until(&net.chain, net.ticks(30), what, || async {
        let failed = harm.seen().await?.into_iter().any(|event| {
            matches!(event, Event::Audit(AuditEvent::ChallengeFailed { miner, idle: true, .. }) if miner == *audited)
        });
        Ok(failed.then_some(()))
    })
    .await?;
    net.finish().await
}

fn is_harm(event: &Event) -> bool {
    matches!(
        event,
        Event::Audit(AuditEvent::ChallengeFailed { .. })
            | Event::Sminer(
                SminerEvent::Punished { .. }
                    | SminerEvent::AlreadyFrozen { .. }
                    | SminerEvent::MinerLeft { .. }
            )
    )
}

fn is_pass(event: &Event) -> bool {
    matches!(event, Event::Audit(AuditEvent::ChallengePassed { .. }))
}

/// Challenges a miner, and jumps as somebody does who does not know of it.
async fn jump_while_audited(net: &Devnet, miner: &AccountId, ticks: Tick) -> Result<Aftermath> {
    let challenge = calls::audit::point_miner_challenge(miner);
    net.chain.submit_sudo(&net.user, challenge).await?;
    net.jump(ticks).await
}

/// Challenges a miner and lets a day pass in the same block.
async fn leave_no_time(net: &Devnet, miner: &AccountId) -> Result<()> {
    let calls = vec![
        calls::audit::point_miner_challenge(miner),
        calls::protocol::advance_clock(net.days(1)),
    ];
    let both = Call::batch_all(calls);
    net.chain.submit_sudo(&net.user, both).await?;
    Ok(())
}

fn refused<T>(upload: Result<T>) -> Result<()> {
    let Err(error) = upload else {
        bail!("a frozen territory took a file")
    };
    match error.downcast_ref() {
        Some(ClientError::Refused { code, message }) => {
            ensure!((400..500).contains(code), "code {code}: {message}");
            ensure!(message.to_lowercase().contains("territory"), "{message}");
            Ok(())
        }
        _ => Err(error),
    }
}

/// Miners delete what nobody wants a little later, when no fork can bring it back.
async fn disks_are_clean(net: &Devnet, miners: &[AccountId]) -> Result<()> {
    let what = "miners deleted the fragments of the expired territory";
    lifecycle::until(&net.chain, net.ticks(60), what, || async {
        for miner in miners {
            if !disk::fragments(&net.miner(miner)?)?.is_empty() {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
    .await
}
