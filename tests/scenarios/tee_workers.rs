//! Three TEE workers, one of each role, that share the work and stand in for each other.
//!
//! Phases and what must hold:
//! 1. all three are attested with the binary that they run, and hold the same master key; a file is
//!    tagged by both that mark, proofs are judged by both that judge, and by nobody else;
//! 2. a worker is killed while it owes verdicts: after a while another one is named, the audits pass,
//!    no miner pays or is counted a failure; the worker loses credit, is suspended, and returns by itself;
//! 3. it is killed again and comes back at once: it gives its verdicts itself;
//! 4. the master key is rolled while a file is being stored: every worker gets the new one, the file
//!    becomes Active, and what was tagged before passes its audit; another worker becomes the holder;
//! 5. a worker whose sealed key is damaged gets the key again, from what the holder posted for it;
//! 6. a worker with an unlisted measurement is refused; listed, it registers and works; unlisted again,
//!    it is removed. Without attestation it is refused where attestation is required.

use anyhow::{ensure, Context, Result};
use cess_chain::event::{AuditEvent, SminerEvent, TeeWorkerEvent};
use cess_chain::{calls, Call, Event};
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::tee::{AttestationProvider, LaunchStatus, MasterKeyInfo, WorkerKey};
use cess_primitives::{AccountId, Balance, Hash, Tick};
use cess_tests::{random_bytes, tee_health, Devnet, Outsider, Watch};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::roles::RoleKind;
use cessnet::travel::{self, Manner};
use cessnet::{Action, Progress};
use std::collections::{BTreeMap, BTreeSet};

/// The worker that does everything, the one that judges, the one that marks.
const WORKERS: [&str; 3] = ["tee-1", "tee-2", "tee-3"];

#[tokio::test(flavor = "multi_thread")]
async fn workers_share_the_work_and_stand_in_for_each_other() -> Result<()> {
    let mut net = Devnet::start("workers.toml", 2).await?;
    net.hold_audits().await?;
    let harm = Watch::start(&net.chain, is_harm).await?;
    let before = collaterals(&net).await?;

    let (fid, bytes, miners) = share_work(&net).await?;
    die_owing(&mut net, &miners).await?;
    come_back(&mut net, &miners).await?;
    roll(&net, &miners, &fid, &bytes).await?;
    lose_the_key(&mut net).await?;
    allow_list(&net).await?;

    let harm = harm.seen().await?;
    ensure!(harm.is_empty(), "{harm:?}");
    ensure!(collaterals(&net).await? == before, "a miner paid");
    ensure!(net.fetch(&fid).await? == bytes);
    net.finish().await
}

/// Phase 1.
async fn share_work(net: &Devnet) -> Result<(Hash, Vec<u8>, Vec<AccountId>)> {
    let [full, verifier, marker] = keys(net)?;
    let master = master_key(net).await?;
    let mut binaries = BTreeSet::new();
    for name in WORKERS {
        let worker = net.chain.worker(&key(net, name)?).await?;
        let worker = worker.context("every worker is registered")?;
        ensure!(worker.attestation_provider == Some(AttestationProvider::Dcap));
        binaries.insert(net.chain.measurement(&worker.pubkey).await?);
        let health = tee_health(&net.role(name)?.http().context("it has a port")?).await?;
        ensure!(
            health["masterKey"] == hex::encode(master.pubkey),
            "{health}"
        );
    }
    ensure!(
        binaries.len() == 1 && !binaries.contains(&None),
        "{binaries:?}"
    );

    let began = net.chain.now().await?;
    let bytes = random_bytes(70, 12 << 20);
    let (fid, file) = net.store("shared.bin", &bytes).await?;
    for marks in [full, marker] {
        let last = net.chain.last_work(&marks).await?;
        ensure!(last > Some(began), "a worker that marks tagged nothing");
    }
    ensure!(net.chain.last_work(&verifier).await? <= Some(began));

    let verdicts = Watch::start(&net.chain, |event| verdict(event).is_some()).await?;
    let miners: Vec<_> = lifecycle::holders(&file).into_keys().collect();
    for (miner, outcome) in net.audit(&miners).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    let both = BTreeSet::from([full, verifier]);
    let verdicts = verdicts.seen().await?;
    let verdicts = verdicts.iter().filter_map(verdict);
    let judges: BTreeSet<_> = verdicts.map(|(tee, _)| tee).collect();
    ensure!(
        judges == both,
        "both that judge give verdicts, and nobody else"
    );
    Ok((fid, bytes, miners))
}

/// Phase 2.
async fn die_owing(net: &mut Devnet, miners: &[AccountId]) -> Result<()> {
    let [full, verifier, _] = keys(net)?;
    let seen = Watch::start(&net.chain, |event| {
        matches!(
            event,
            Event::Audit(_) | Event::TeeWorker(TeeWorkerEvent::VerdictMissed { .. })
        )
    })
    .await?;
    let owed = owe(net, miners, &verifier).await?;
    // Others have been judged: the jump makes nobody late but the dead one.
    let due = owed.values().max().context("somebody is owed a verdict")?;
    let ticks = (due + 1).saturating_sub(net.chain.now().await?);
    let quiet = Progress::new(true);
    travel::jump(&net.chain, &net.user, ticks, Manner::AtOnce, &quiet).await?;
    until_concluded(net, owed.keys()).await?;

    let others = |miner: &AccountId| {
        let reassigned = AuditEvent::VerifierReassigned {
            miner: miner.clone(),
            from: verifier,
            to: full,
        };
        let passed = AuditEvent::ChallengePassed {
            miner: miner.clone(),
        };
        [reassigned, passed].map(Event::Audit)
    };
    let blamed = |event: &Event| matches!(event, Event::TeeWorker(TeeWorkerEvent::VerdictMissed { pubkey, .. }) if *pubkey == verifier);
    let seen = seen.seen().await?;
    let mut expected = owed.keys().flat_map(others);
    ensure!(
        expected.all(|event| seen.contains(&event)) && seen.iter().any(blamed),
        "another worker judges, and the dead one is blamed: {seen:?}"
    );
    let asked = net.chain.validation_type_list().await?;
    ensure!(
        !asked.contains(&verifier),
        "it missed too many verdicts to be asked for more"
    );
    net.act("tee-2", Action::Restart).await?;
    net.ready("tee-2").await?;
    let what = "the worker is asked for verdicts again";
    lifecycle::until(&net.chain, net.ticks(30), what, || async {
        let asked = net.chain.validation_type_list().await?;
        Ok(asked.contains(&verifier).then_some(()))
    })
    .await
}

/// Phase 3.
async fn come_back(net: &mut Devnet, miners: &[AccountId]) -> Result<()> {
    let [_, verifier, _] = keys(net)?;
    let seen = Watch::start(&net.chain, |event| {
        verdict(event).is_some()
            || matches!(event, Event::Audit(AuditEvent::VerifierReassigned { .. }))
    })
    .await?;
    let owed = owe(net, miners, &verifier).await?;
    net.act("tee-2", Action::Restart).await?;
    until_concluded(net, owed.keys()).await?;
    let seen = seen.seen().await?;
    let judged = |miner: &AccountId| {
        let mut verdicts = seen.iter().filter_map(verdict);
        verdicts.any(|(tee, about)| tee == verifier && about == *miner)
    };
    ensure!(
        owed.keys().all(judged),
        "the worker that came back judges: {seen:?}"
    );
    let reassigned =
        |event: &Event| matches!(event, Event::Audit(AuditEvent::VerifierReassigned { .. }));
    ensure!(!seen.iter().any(reassigned), "there was time enough");
    net.ready("tee-2").await
}

/// Phase 4.
async fn roll(net: &Devnet, miners: &[AccountId], fid: &Hash, bytes: &[u8]) -> Result<()> {
    let [full, _, marker] = keys(net)?;
    let before = master_key(net).await?;
    let later = random_bytes(71, 24 << 20);
    let second = net.put("meanwhile.bin", &later).await?;
    root(net, calls::tee_worker::launch_master_key(&marker, true)).await?;
    net.active(&second).await?;
    let what = "every worker has the new master key";
    let rolled = lifecycle::until(&net.chain, net.ticks(60), what, || async {
        let LaunchStatus::Launched(key) = net.chain.master_key().await? else {
            return Ok(None);
        };
        let mut have = key.pubkey != before.pubkey;
        for name in WORKERS {
            let http = net.role(name)?.http().context("it has a port")?;
            have &= tee_health(&http).await?["masterKey"] == hex::encode(key.pubkey);
        }
        Ok(have.then_some(key))
    })
    .await?;
    ensure!(rolled.holder == marker);
    for (miner, outcome) in net.audit(miners).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    ensure!(net.fetch(fid).await? == bytes && net.fetch(&second).await? == later);

    root(net, calls::tee_worker::change_master_key_holder(&full)).await?;
    let now = master_key(net).await?;
    ensure!((now.holder, now.pubkey) == (full, rolled.pubkey));
    Ok(())
}

/// Phase 5.
async fn lose_the_key(net: &mut Devnet) -> Result<()> {
    net.act("tee-2", Action::Kill).await?;
    let seal = net.role("tee-2")?.data.join("master_key.seal");
    ensure!(seal.is_file(), "{} is where the key is", seal.display());
    let damage = b"not what was sealed";
    std::fs::write(&seal, damage)?;
    net.act("tee-2", Action::Restart).await?;
    net.ready("tee-2").await?;
    let master = master_key(net).await?;
    let http = net.role("tee-2")?.http().context("it has a port")?;
    ensure!(tee_health(&http).await?["masterKey"] == hex::encode(master.pubkey));
    ensure!(std::fs::read(&seal)? != damage, "the key is sealed again");
    Ok(())
}

/// Phase 6.
async fn allow_list(net: &Devnet) -> Result<()> {
    let ours = net.chain.measurement(&key(net, "tee-1")?).await?;
    root(
        net,
        calls::tee_worker::add_ceseal(ours.context("tee-1 is attested")?),
    )
    .await?;
    root(net, calls::tee_worker::set_ceseal_verify_required(true)).await?;

    let outsider = Outsider::start(net, 4, &["--measurement", &"ab".repeat(32)])?;
    let step = outsider.waits(net, "add_ceseal").await?;
    let binary = step["binary"].as_str().context("it names its binary")?;
    let binary = binary.trim_start_matches("0x").to_owned();
    ensure!(step["step"].as_str().is_some_and(|s| s.contains(&binary)));
    ensure!(net.chain.worker(&outsider.key).await?.is_none());
    let binary = cess_chain::H256::from_slice(&hex::decode(binary)?);
    root(net, calls::tee_worker::add_ceseal(binary)).await?;
    outsider.ready(net).await?;
    ensure!(net.chain.measurement(&outsider.key).await? == Some(binary));

    let registered = net.chain.last_work(&outsider.key).await?;
    let mut worked = false;
    // Each fragment goes to one of three workers: that one has none of a file is one in a hundred.
    for seed in 80..83 {
        net.store("outsider.bin", &random_bytes(seed, 1 << 20))
            .await?;
        worked |= net.chain.last_work(&outsider.key).await? > registered;
        if worked {
            break;
        }
    }
    ensure!(worked, "a listed worker works");

    root(net, calls::tee_worker::remove_ceseal(binary)).await?;
    root(net, calls::tee_worker::patch_clear_invalid_tee()).await?;
    ensure!(net.chain.worker(&outsider.key).await?.is_none());
    outsider.waits(net, "add_ceseal").await?;
    for name in WORKERS {
        let stays = net.chain.worker(&key(net, name)?).await?;
        ensure!(stays.is_some(), "{name} runs a listed binary");
    }
    drop(outsider);

    root(net, calls::tee_worker::set_ceseal_verify_required(false)).await?;
    root(net, calls::tee_worker::set_none_attestation_enabled(false)).await?;
    let silent = Outsider::start(net, 5, &["--attestation", "none"])?;
    silent.waits(net, "--attestation simulated").await?;
    root(net, calls::tee_worker::set_none_attestation_enabled(true)).await?;
    silent.ready(net).await
}

/// Challenges miners while tee-2 stands still, kills it when every proof is submitted and it owes
/// verdicts, and waits until only those are missing: the miners that wait for it, each with the tick at
/// which it is late.
async fn owe(
    net: &mut Devnet,
    miners: &[AccountId],
    worker: &WorkerKey,
) -> Result<BTreeMap<AccountId, Tick>> {
    net.act("tee-2", Action::Pause).await?;
    // In one block: the time for all verdicts begins together.
    let challenges = miners.iter().map(calls::audit::point_miner_challenge);
    root(net, Call::batch_all(challenges.collect())).await?;
    let patience = net.ticks(net.params.challenge_window);
    let what = "every proof is submitted, some to tee-2";
    lifecycle::until(&net.chain, patience, what, || async {
        let open = net.chain.challenges().await?;
        let owed = open.iter().any(|(_, c)| owing(c).contains(worker));
        Ok((owed && open.iter().all(|(_, c)| is_submitted(c))).then_some(()))
    })
    .await?;
    net.act("tee-2", Action::Kill).await?;
    let what = "only the verdicts of tee-2 are missing";
    lifecycle::until(&net.chain, patience, what, || async {
        let open = net.chain.challenges().await?;
        let only = |c: &ChallengeInfo| owing(c).iter().all(|tee| tee == worker);
        if !open.iter().all(|(_, c)| only(c)) {
            return Ok(None);
        }
        let late =
            |(miner, c): (AccountId, ChallengeInfo)| (miner, c.challenge_element.verify_slip);
        Ok(Some(open.into_iter().map(late).collect()))
    })
    .await
}

/// Whether the miner submitted what it was asked for.
fn is_submitted(challenge: &ChallengeInfo) -> bool {
    let (asked, proofs) = (&challenge.miner_snapshot, &challenge.prove_info);
    (asked.idle_space == 0 || proofs.idle_prove.is_some())
        && (asked.service_space == 0 || proofs.service_prove.is_some())
}

/// The workers whose verdicts are missing.
fn owing(challenge: &ChallengeInfo) -> Vec<WorkerKey> {
    let proofs = &challenge.prove_info;
    let idle = proofs.idle_prove.as_ref();
    let idle = idle.filter(|proof| proof.verify_result.is_none());
    let service = proofs.service_prove.as_ref();
    let service = service.filter(|proof| proof.verify_result.is_none());
    let idle = idle.map(|proof| proof.tee_puk);
    idle.into_iter()
        .chain(service.map(|proof| proof.tee_puk))
        .collect()
}

/// Waits until these miners' challenges are over.
async fn until_concluded(
    net: &Devnet,
    miners: impl Iterator<Item = &AccountId> + Clone,
) -> Result<()> {
    let what = "the audits are concluded";
    let patience = net.ticks(2 * net.params.verify_window);
    lifecycle::until(&net.chain, patience, what, || async {
        for miner in miners.clone() {
            if net.chain.challenge(miner).await?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
    .await
}

async fn root(net: &Devnet, call: Call) -> Result<()> {
    net.chain.submit_sudo(&net.user, call).await?;
    Ok(())
}

fn key(net: &Devnet, worker: &str) -> Result<WorkerKey> {
    Ok(*lifecycle::account_of(&net.role(worker)?)?.as_ref())
}

fn keys(net: &Devnet) -> Result<[WorkerKey; 3]> {
    Ok([key(net, "tee-1")?, key(net, "tee-2")?, key(net, "tee-3")?])
}

async fn master_key(net: &Devnet) -> Result<MasterKeyInfo> {
    match net.chain.master_key().await? {
        LaunchStatus::Launched(key) => Ok(key),
        status => anyhow::bail!("there is no master key: {status:?}"),
    }
}

/// What each miner has staked, less what it owes.
async fn collaterals(net: &Devnet) -> Result<BTreeMap<AccountId, Balance>> {
    let mut collaterals = BTreeMap::new();
    for role in net.manifest().of_kind(RoleKind::Miner) {
        let account = lifecycle::account_of(role)?;
        let miner = net.chain.miner(&account).await?;
        let miner = miner.context("every miner is registered")?;
        collaterals.insert(account, miner.collaterals - miner.debt);
    }
    Ok(collaterals)
}

/// The worker and the miner of a verdict.
fn verdict(event: &Event) -> Option<(WorkerKey, AccountId)> {
    match event {
        Event::Audit(
            AuditEvent::SubmitIdleVerifyResult { tee, miner, .. }
            | AuditEvent::SubmitServiceVerifyResult { tee, miner, .. },
        ) => Some((*tee, miner.clone())),
        _ => None,
    }
}

fn is_harm(event: &Event) -> bool {
    matches!(
        event,
        Event::Sminer(SminerEvent::Punished { .. })
            | Event::Audit(AuditEvent::ChallengeFailed { .. })
    )
}
