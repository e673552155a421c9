//! What audits do not find: TEE workers that lie (`says-true`, `says-false`), and a miner that fetches its
//! fragments from its colleagues when it is asked (`outsources`).
//!
//! Phases and what must hold:
//! 1. three workers, an honest one and two that lie, which can be seen from outside; a liar's measurement is
//!    not that of the honest build;
//! 2. a file is stored; one holder drops its fragments, one outsources them and has none on its disk, one is
//!    honest. Audits, until each was judged by whom it takes: the verdict is that of the worker that the
//!    chain drew. The one that drops passes with a liar and fails with the honest worker; the honest miner
//!    fails with the other liar; the one that outsources passes with the honest worker;
//! 3. the liars lose nothing, and still give verdicts;
//! 4. nine of the eleven other holders go: the one that outsources cannot rebuild its fragments any more,
//!    and the honest worker says so.

use anyhow::{ensure, Context, Result};
use cess_chain::event::AuditEvent;
use cess_chain::Event;
use cess_primitives::tee::WorkerKey;
use cess_primitives::AccountId;
use cess_tests::{disk, random_bytes, Devnet, Trial, Watch};
use cessnet::lifecycle;
use cessnet::network::Action;
use cessnet::roles::RoleKind;
use cessnet::strains;
use std::collections::BTreeSet;

/// Audits until a miner was judged by a certain one of three workers: it is not with probability 1e-6.
const ROUNDS: usize = 34;

/// The workers, by how they judge.
struct Workers {
    honest: WorkerKey,
    says_true: WorkerKey,
    says_false: WorkerKey,
}

#[tokio::test(flavor = "multi_thread")]
async fn lying_workers_and_outsourcing_are_not_found() -> Result<()> {
    let mut net = Devnet::start_with("small.toml", 1, |definition| {
        let workers = definition.custom_processes.iter_mut();
        workers
            .filter(|process| process.command == "cess-tee")
            .for_each(|process| process.count = 3);
        let liars = [("tee-2", "says-true"), ("tee-3", "says-false")];
        let liars = liars.map(|(name, strain)| (name.to_owned(), strain.to_owned()));
        definition.cessnet.byzantine.extend(liars);
    })
    .await?;
    let key =
        |name: &str| -> Result<WorkerKey> { Ok(lifecycle::account_of(&net.role(name)?)?.into()) };
    let workers = Workers {
        honest: key("tee-1")?,
        says_true: key("tee-2")?,
        says_false: key("tee-3")?,
    };
    let strain = strains::of(&net.role("tee-3")?).await?;
    ensure!(strain == "says-false", "{strain}");
    ensure!(
        measurements(&net).await?.len() == 3,
        "another code, another measurement"
    );

    let (_, file) = net.store("judged.bin", &random_bytes(42, 3 << 20)).await?;
    let trial = Trial::begin(&net).await?;
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();
    let [drops, outsources, honest] = &holders[..3] else {
        anyhow::bail!("a file has twelve holders");
    };
    trial.turn(&net, drops, "drops").await?;
    trial.turn(&net, outsources, "outsources").await?;

    let verdicts = Watch::start(&net.chain, is_verdict).await?;
    let missing = |seen: &BTreeSet<_>| {
        let wanted = [
            (drops, workers.honest, false),
            (drops, workers.says_true, true),
            (honest, workers.honest, true),
            (honest, workers.says_false, false),
            (outsources, workers.honest, true),
        ];
        wanted.into_iter().any(|w| !seen.contains(&w))
    };
    let mut seen = BTreeSet::new();
    for round in 0.. {
        ensure!(round < ROUNDS, "some worker was never drawn: {seen:?}");
        net.audit(&holders[..3]).await?;
        for event in verdicts.seen().await? {
            let Some((tee, miner, result)) = verdict(&event) else {
                continue;
            };
            let truth = miner != *drops;
            let expected = workers.say(&tee, truth).context("a verdict of nobody")?;
            ensure!(result == expected, "{miner}: {result}, by {tee:?}");
            let known = [drops, outsources, honest]
                .into_iter()
                .find(|m| **m == miner);
            seen.extend(known.map(|miner| (miner, tee, result)));
        }
        if !missing(&seen) {
            break;
        }
    }
    let role = net.miner(outsources)?;
    let what = "the fragments are gone again after the audit";
    lifecycle::until(&net.chain, net.ticks(10), what, || async {
        Ok(disk::fragments(&role)?.is_empty().then_some(()))
    })
    .await?;
    for liar in [&workers.says_true, &workers.says_false] {
        ensure!(
            net.chain.worker(liar).await?.is_some(),
            "a liar lost its place"
        );
    }

    for colleague in &holders[3..] {
        let name = net.miner(colleague)?.name;
        net.act(&name, Action::Kill).await?;
    }
    let verdicts = Watch::start(&net.chain, is_verdict).await?;
    for round in 0.. {
        ensure!(round < ROUNDS, "the honest worker was never drawn");
        net.audit(std::slice::from_ref(outsources)).await?;
        let seen = verdicts.seen().await?;
        let mut judged = seen.iter().filter_map(verdict);
        if let Some((.., result)) =
            judged.find(|(tee, miner, _)| *tee == workers.honest && miner == outsources)
        {
            ensure!(!result, "nobody could help, and it holds");
            break;
        }
    }
    net.finish().await
}

impl Workers {
    /// What a worker says when it found `truth`; `None` for a stranger.
    fn say(&self, tee: &WorkerKey, truth: bool) -> Option<bool> {
        match tee {
            tee if *tee == self.honest => Some(truth),
            tee if *tee == self.says_true => Some(true),
            tee if *tee == self.says_false => Some(false),
            _ => None,
        }
    }
}

fn is_verdict(event: &Event) -> bool {
    verdict(event).is_some()
}

fn verdict(event: &Event) -> Option<(WorkerKey, AccountId, bool)> {
    match event {
        Event::Audit(AuditEvent::SubmitServiceVerifyResult { tee, miner, result }) => {
            Some((*tee, miner.clone(), *result))
        }
        _ => None,
    }
}

/// The measurements of the workers' binaries, as `/health` tells them.
async fn measurements(net: &Devnet) -> Result<BTreeSet<String>> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let mut all = BTreeSet::new();
    for worker in net.manifest().of_kind(RoleKind::Tee) {
        let url = worker.http().context("a worker has a port")?;
        let report = http.get(format!("{url}/health")).send().await?;
        let report: serde_json::Value = report.json().await?;
        let measurement = report["measurement"].as_str();
        all.insert(measurement.context("a worker is measured")?.to_owned());
    }
    Ok(all)
}
