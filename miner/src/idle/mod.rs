//! Idle space: whole sets are made and certified up to the target, files are given up at the front where
//! fragments need the room, and what is lost or damaged is made again.
//!
//! A pass looks at the chain, brings the disk in line with it ([`space`]), and takes one step. It remembers
//! nothing: a miner that is killed between any two of them goes on from the chain's state and its files.
//!
//! ```text
//!  generate ──► commitment ──► worker's challenge ──► proof ──► certificate ──► FileBank.cert_idle_space
//!  (resumes,    (from the        (the same again      (from the   (the same       │ the chain's state moved on:
//!  pauses)       layers)          when asked)          layers)     again)         ▼ adopt it, drop the layers below
//! ```

pub mod space;

use crate::error::MinerError;
use crate::miner::Miner;
use crate::status::{IdleWork, Step};
use crate::tee::{Certified, TeeError};
use crate::work::Next;
use cess_pois::{deletion, Params, PoisError, Progress};
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::miner::{state as miner_state, MinerInfo};
use cess_primitives::ProtocolParams;
use space::{IdleSpace, Watch};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Duration;

/// Brings the certified space one step closer to what it should be.
pub async fn pass(miner: &Arc<Miner>, space: &IdleSpace, target: u128) -> Result<Next, MinerError> {
    let result = step(miner, space, target).await;
    let goes_on = matches!(result, Ok(Next::Within(_)));
    if !goes_on && miner.status.idle_work() != IdleWork::Paused {
        miner.status.set_idle_work(IdleWork::None);
    }
    match result {
        Err(MinerError::Tee(TeeError::Busy(after))) => Ok(Next::Within(after)),
        // A challenge came in between. The next look at the chain says whether it is still open.
        Err(MinerError::Idle(PoisError::Cancelled)) => Ok(Next::Within(Duration::ZERO)),
        result => result,
    }
}

async fn step(miner: &Arc<Miner>, space: &IdleSpace, target: u128) -> Result<Next, MinerError> {
    let Some(info) = miner.chain.miner(&miner.account()).await? else {
        return Ok(Next::Woken);
    };
    let Some(certified) = info.space_proof_info.clone() else {
        return Ok(Next::Woken);
    };
    if info.is(miner_state::EXIT) || info.is(miner_state::OFFLINE) {
        show_state(miner, &info);
        return Ok(Next::Woken);
    }
    // Read after the state: a challenge over an older one is seen here, and keeps its files.
    let challenge = miner.chain.challenge().await?;
    miner.set_challenged(challenge.is_some());
    let params = Params::of(&miner.params())?;
    let state = Certified {
        info: certified,
        signature: info.tee_signature,
    };
    keep_whole(miner, space, params, &state, challenge.as_ref()).await?;

    let unit = u128::from(miner.params().idle_unit);
    let pending = miner.chain.pending_replacement().await? / unit;
    if pending > 0 {
        give_up(miner, space, &state, pending).await?;
        return Ok(Next::Within(Duration::ZERO));
    }
    if challenge.is_none() {
        space.clean().await?;
    }
    if !info.is(miner_state::POSITIVE) {
        show_state(miner, &info);
        return Ok(Next::Woken);
    }
    let missing = missing_sets(&info, &params, &miner.params(), target);
    if missing == 0 {
        miner.status.set_idle_work(IdleWork::None);
        miner.status.set_step(Step::Ready);
        return Ok(Next::Woken);
    }
    if miner.status.step() != Step::Ready {
        miner.status.set_step(Step::Starting(format!(
            "certifying idle space, {missing} sets of {} files to go",
            params.set_files()
        )));
    }
    if challenge.is_some() {
        miner.status.set_idle_work(IdleWork::Paused);
        return Ok(Next::Woken);
    }
    certify(miner, space, &state).await?;
    Ok(Next::Within(Duration::ZERO))
}

fn show_state(miner: &Miner, info: &MinerInfo) {
    let state = String::from_utf8_lossy(&info.state);
    miner
        .status
        .set_step(Step::Starting(format!("account is {state}")));
}

/// Sets that are missing to the target. What fragments occupy counts: a miner gives its space once, to idle
/// files or to fragments. A set that is being made takes twice its room, and must have it within the
/// declaration.
fn missing_sets(
    info: &MinerInfo,
    params: &Params,
    protocol: &ProtocolParams,
    target: u128,
) -> u128 {
    let files = u128::from(params.set_files());
    let used = info.idle_space + info.lock_space + info.service_space;
    let missing = target.min(info.declaration_space).saturating_sub(used);
    let missing = missing / (files * u128::from(protocol.idle_unit));
    let live = info.space_proof_info.as_ref().map_or(0, |state| {
        u128::from(state.rear.saturating_sub(state.front))
    });
    let fragments = info.lock_space + info.service_space;
    let on_disk = (live + 2 * files) * u128::from(params.file_size()) + fragments;
    if on_disk <= info.declaration_space {
        missing
    } else {
        0
    }
}

/// Brings prover and files to the chain's state. When files are suspected, all are looked at: first those
/// that the open challenge is over.
async fn keep_whole(
    miner: &Arc<Miner>,
    space: &IdleSpace,
    params: Params,
    state: &Certified,
    challenge: Option<&ChallengeInfo>,
) -> Result<(), MinerError> {
    if state.info.rear > state.info.front && !miner.conduct.strain().repairs_idle() {
        return Ok(());
    }
    let mut repaired = cess_pois::Repaired::default();
    if miner.wakes.idle_suspected.swap(false, Ordering::AcqRel) {
        let over = challenge.map_or(&state.info, |c| &c.miner_snapshot.space_proof_info);
        let result = space.repair(params, over.clone(), repairing(miner)).await;
        if result.is_err() {
            miner.wakes.idle_suspected.store(true, Ordering::Release);
        }
        repaired = result?;
    }
    let more = space
        .follow(params, state.info.clone(), repairing(miner))
        .await?;
    let files = repaired.files + more.files;
    if files > 0 {
        miner.status.idle_repaired(files);
        tracing::warn!(
            files,
            sets = repaired.sets + more.sets,
            "idle files were lost or damaged, and are there again"
        );
    }
    if challenge.is_some() {
        miner.wakes.audit.notify_one();
    }
    Ok(())
}

/// Makes the next set and has it certified.
async fn certify(
    miner: &Arc<Miner>,
    space: &IdleSpace,
    state: &Certified,
) -> Result<(), MinerError> {
    let commitment = space.generate(generating(miner)).await?;
    miner.status.set_idle_work(IdleWork::Certifying);
    let asked = miner.tee.question(&commitment).await?;
    let (proof, append) = space.prove_commit(commitment.clone(), asked).await?;
    let (certified, certificate) = miner
        .tee
        .certify(state, &commitment, &proof, &append)
        .await?;
    let rear = certified.rear;
    miner.chain.cert_idle_space(certified, certificate).await?;
    miner.status.set_certified();
    tracing::info!(rear, "idle space certified");
    Ok(())
}

/// Gives up the oldest `count` files, or as many of them as go at once: fragments took their space.
async fn give_up(
    miner: &Arc<Miner>,
    space: &IdleSpace,
    state: &Certified,
    count: u128,
) -> Result<(), MinerError> {
    let most = deletion::most(&state.info);
    let count = u64::try_from(count).unwrap_or(u64::MAX).min(most);
    miner.status.set_idle_work(IdleWork::GivingUp(count));
    let deletion = space.prove_deletion(count).await?;
    let (certified, certificate) = miner.tee.give_up(state, &deletion).await?;
    let front = certified.front;
    miner
        .chain
        .replace_idle_space(certified, certificate)
        .await?;
    tracing::info!(files = count, front, "idle space given up for fragments");
    Ok(())
}

/// Shows how far a set is, and lets challenges go first.
fn generating(miner: &Arc<Miner>) -> Watch {
    let miner = Arc::clone(miner);
    Box::new(move |Progress { done, total }| {
        miner
            .status
            .set_idle_work(IdleWork::Generating { done, total });
        match miner.is_challenged() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })
}

/// Shows how far a repair is. Challenges wait for it.
fn repairing(miner: &Arc<Miner>) -> Watch {
    let miner = Arc::clone(miner);
    Box::new(move |Progress { done, total }| {
        miner
            .status
            .set_idle_work(IdleWork::Repairing { done, total });
        ControlFlow::Continue(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{miner_info, params};

    fn missing(info: &MinerInfo, target: u128) -> u128 {
        let protocol = ProtocolParams {
            idle_unit: 10,
            ..params()
        };
        missing_sets(info, &Params::of(&protocol).unwrap(), &protocol, target)
    }

    #[test]
    fn fragments_count_towards_the_target_and_a_part_of_a_set_is_none() {
        let mut info = miner_info([1; 32].into());
        (info.idle_space, info.lock_space, info.service_space) = (300, 10, 10);
        assert_eq!(missing(&info, 400), 2, "a set is 4 files of 10 bytes");
        assert_eq!(missing(&info, 399), 1);
        assert_eq!(missing(&info, 359), 0);
        assert_eq!(missing(&info, 50), 0);
        info.declaration_space = 399;
        let room = missing(&info, 400);
        assert_eq!(room, 0, "temporary layers don't fit into 399 bytes");
    }

    #[test]
    fn a_set_is_made_only_where_its_temporary_layers_have_room_too() {
        let mut info = miner_info([1; 32].into());
        (info.idle_space, info.lock_space, info.service_space) = (0, 0, 0);
        info.declaration_space = 8 * u128::from(params().idle_file_size);
        assert_eq!(missing(&info, 40), 1);
        info.service_space = 1;
        assert_eq!(missing(&info, 41), 0, "a fragment took some of it");
        info.declaration_space += 1;
        assert_eq!(missing(&info, 41), 1);
    }
}
