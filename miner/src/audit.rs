//! Answering challenges.
//!
//! A pass looks at the open challenge and does what is still missing: submit the idle and the
//! service proof, deliver both to the workers that the chain chose. It keeps nothing that it cannot
//! make again from the disk, so a restart in the middle just goes on. An idle proof has a part for each
//! range of files that the challenge picks; what is submitted is the hash over all of them.

use crate::error::MinerError;
use crate::events;
use crate::idle::space::IdleSpace;
use crate::miner::{Miner, Suspicion};
use crate::service::{self, ServiceProof};
use crate::tee::{Certified, TeeError};
use crate::work::Next;
use cess_chain::ChainError;
use cess_pois::space::{total_hash, RangeProof};
use cess_pois::PoisError;
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::tee::WorkerKey;
use cess_primitives::Tick;
use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// An undelivered proof is offered again after this time, and one that could not be made is tried again.
const RETRY: Duration = Duration::from_secs(2);

/// What was made for the open challenge.
#[derive(Debug, Default)]
pub struct Answer {
    start: Tick,
    /// One proof for each range of idle files, in order.
    idle: Option<Vec<RangeProof>>,
    service: Option<ServiceProof>,
    delivered: HashSet<(Side, WorkerKey)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Idle,
    Service,
}

/// Brings the answer to the open challenge one step further.
pub async fn pass(
    miner: &Arc<Miner>,
    space: &IdleSpace,
    answer: &mut Answer,
) -> Result<Next, MinerError> {
    let challenge = miner.chain.challenge().await?;
    miner.set_challenged(challenge.is_some());
    let Some(challenge) = challenge else {
        *answer = Answer::default();
        return Ok(Next::Woken);
    };
    let element = &challenge.challenge_element;
    if answer.start != element.start {
        *answer = Answer {
            start: element.start,
            ..Answer::default()
        };
        tracing::info!(start = element.start, "challenged");
    }
    let now = miner.chain.now().await?;
    let snapshot = &challenge.miner_snapshot;
    let submitted = &challenge.prove_info;
    let mut unproven = false;
    if snapshot.idle_space > 0 && submitted.idle_prove.is_none() && now <= element.idle_slip {
        // Until the files are whole again the service proof goes on, for which the time runs as well.
        match idle_proofs(miner, space, &challenge).await? {
            Some(proofs) => {
                submit_idle(miner, &proofs).await?;
                answer.idle = Some(proofs);
            }
            None => unproven = true,
        }
    }
    if snapshot.service_space > 0
        && submitted.service_prove.is_none()
        && now <= element.service_slip
    {
        let proof = service::prove(miner, &challenge).await?;
        let sigma = proof.sigma.clone().into_bytes();
        answer.service = Some(proof);
        accept_refusal(
            "service proof",
            miner.chain.submit_service_proof(sigma).await,
        )?;
        miner.status.proof_submitted();
    }
    // Which worker is to verify was decided when the proofs were submitted.
    let Some(challenge) = miner.chain.challenge().await? else {
        return Ok(Next::Woken);
    };
    if challenge.challenge_element.start != answer.start {
        return Ok(Next::Within(Duration::ZERO));
    }
    let next = deliver(miner, space, &challenge, answer).await?;
    Ok(match next {
        Next::Woken if unproven => Next::Within(RETRY),
        next => next,
    })
}

async fn submit_idle(miner: &Arc<Miner>, proofs: &[RangeProof]) -> Result<(), MinerError> {
    let hashes: Vec<_> = proofs.iter().map(RangeProof::hash).collect();
    let total = total_hash(&hashes);
    accept_refusal(
        "idle proof",
        miner.chain.submit_idle_proof(total.to_vec()).await,
    )?;
    miner.status.proof_submitted();
    Ok(())
}

/// A refusal by the chain (too late, not needed) ends the matter; everything else is tried again.
fn accept_refusal(what: &str, result: Result<(), ChainError>) -> Result<(), MinerError> {
    match result {
        Err(error @ ChainError::Dispatch { .. }) => {
            tracing::warn!(%error, "the chain does not take the {what}");
            Ok(())
        }
        other => Ok(other?),
    }
}

async fn deliver(
    miner: &Arc<Miner>,
    space: &IdleSpace,
    challenge: &ChallengeInfo,
    answer: &mut Answer,
) -> Result<Next, MinerError> {
    let mut wait = None;
    let proofs = &challenge.prove_info;
    let owed = |side, worker: Option<(WorkerKey, Option<bool>)>| {
        let (worker, _) = worker.filter(|(_, verdict)| verdict.is_none())?;
        (!answer.delivered.contains(&(side, worker))).then_some(worker)
    };
    let idle = proofs.idle_prove.as_ref();
    let idle = owed(Side::Idle, idle.map(|p| (p.tee_puk, p.verify_result)));
    let service = proofs.service_prove.as_ref();
    let service = owed(Side::Service, service.map(|p| (p.tee_puk, p.verify_result)));
    // A worker that hangs keeps neither the other one waiting nor, once it is late, its successor.
    let patience = until_late(miner, challenge).await?;
    let Answer {
        idle: made,
        service: also_made,
        ..
    } = &mut *answer;
    let results = tokio::join!(
        in_time(patience, async {
            Some(deliver_idle(miner, space, challenge, &idle?, made).await)
        }),
        in_time(patience, async {
            let verdict = deliver_service(miner, challenge, &service?, also_made).await;
            Some(verdict.map(Some))
        }),
    );
    for (side, worker, result) in [
        (Side::Idle, idle, results.0),
        (Side::Service, service, results.1),
    ] {
        let (Some(worker), Some(result)) = (worker, result) else {
            continue;
        };
        match result {
            Ok(None) => wait = Some(RETRY),
            Ok(Some(verdict)) => {
                answer.delivered.insert((side, worker));
                if !verdict && side == Side::Service {
                    // The sooner the chain knows what is lost, the less the next challenge asks for.
                    miner.wakes.scrub.add(Suspicion::Everything);
                }
                // If another worker is to verify, the proof is made again; it is large.
                match side {
                    Side::Idle => answer.idle = None,
                    Side::Service => answer.service = None,
                }
                tracing::info!(?side, verdict, worker = %hex::encode(worker), "proof delivered");
            }
            Err(MinerError::Tee(TeeError::Busy(after))) => wait = Some(after),
            Err(error) => {
                tracing::warn!(?side, %error, "a proof could not be delivered yet");
                wait = Some(RETRY);
            }
        }
    }
    Ok(wait.map_or(Next::Woken, Next::Within))
}

/// Time until the workers of this challenge are late, and others are named.
async fn until_late(miner: &Arc<Miner>, challenge: &ChallengeInfo) -> Result<Duration, MinerError> {
    let late = challenge.challenge_element.verify_slip.saturating_add(1);
    let ticks = late.saturating_sub(miner.chain.now().await?).max(1);
    let slot = Duration::from_millis(miner.params().slot_ms);
    Ok(slot.saturating_mul(ticks))
}

async fn in_time<T>(
    patience: Duration,
    delivery: impl Future<Output = Option<Result<T, MinerError>>>,
) -> Option<Result<T, MinerError>> {
    let late = |_| {
        let (what, reason) = (
            "verify the proof",
            "it did not answer until the verdict was due".into(),
        );
        Some(Err(TeeError::Failed { what, reason }.into()))
    };
    let done = tokio::time::timeout(patience, delivery).await;
    done.unwrap_or_else(late)
}

/// The worker's verdict; `None` when the proofs can't be made again just now.
async fn deliver_idle(
    miner: &Arc<Miner>,
    space: &IdleSpace,
    challenge: &ChallengeInfo,
    worker: &WorkerKey,
    made: &mut Option<Vec<RangeProof>>,
) -> Result<Option<bool>, MinerError> {
    if made.is_none() {
        *made = idle_proofs(miner, space, challenge).await?;
    }
    let Some(proofs) = made else {
        return Ok(None);
    };
    let snapshot = &challenge.miner_snapshot;
    let state = Certified {
        info: snapshot.space_proof_info.clone(),
        signature: snapshot.tee_signature,
    };
    let asked = &challenge.challenge_element.space_param;
    let verdict = miner.tee.deliver_idle(worker, &state, asked, proofs);
    Ok(Some(verdict.await?))
}

async fn deliver_service(
    miner: &Arc<Miner>,
    challenge: &ChallengeInfo,
    worker: &WorkerKey,
    made: &mut Option<ServiceProof>,
) -> Result<bool, MinerError> {
    if made.is_none() {
        *made = Some(service::prove(miner, challenge).await?);
    }
    let Some(proof) = made else {
        return Ok(false);
    };
    service::deliver(miner, challenge, worker, proof).await
}

/// The proofs over the idle files as they were certified when the challenge was made. `None` while files are
/// damaged or being made again: the task that keeps them is told, and tells this one when they are there.
async fn idle_proofs(
    miner: &Arc<Miner>,
    space: &IdleSpace,
    challenge: &ChallengeInfo,
) -> Result<Option<Vec<RangeProof>>, MinerError> {
    let info = challenge.miner_snapshot.space_proof_info.clone();
    let asked = challenge.challenge_element.space_param;
    match space.prove(info, asked).await {
        Err(MinerError::Idle(error @ (PoisError::Missing(_) | PoisError::NotMyState))) => {
            tracing::error!(%error, "the idle files cannot be proven");
            events::suspect_idle_files(miner);
            Ok(None)
        }
        result => result,
    }
}
