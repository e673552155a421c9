//! Idle space: certified up to the target, given up where fragments need the room.

use crate::error::MinerError;
use crate::fillers::{idle_error, Fillers};
use crate::miner::Miner;
use crate::status::Step;
use crate::tee::Certified;
use crate::work::Next;
use cess_pois::{commit, deletion, Params};
use cess_primitives::miner::{state as miner_state, MinerInfo};
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Duration;

/// Brings the certified space one step closer to what it should be.
pub async fn pass(miner: &Arc<Miner>, fillers: &Fillers, target: u128) -> Result<Next, MinerError> {
    let Some(info) = miner.chain.miner(&miner.account()).await? else {
        return Ok(Next::Woken);
    };
    let Some(space) = info.space_proof_info.clone() else {
        return Ok(Next::Woken);
    };
    let state = Certified {
        info: space,
        signature: info.tee_signature,
    };
    if miner.wakes.idle_suspected.swap(false, Ordering::AcqRel) {
        repair(miner, fillers, &state).await?;
    }
    let unit = u128::from(miner.params().idle_unit);
    let pending = miner.chain.pending_replacement().await? / unit;
    if pending > 0 {
        give_up(miner, fillers, &state, pending).await?;
        return Ok(Next::Within(Duration::ZERO));
    }
    if miner.chain.challenge().await?.is_none() {
        clean(miner, fillers, state.info.front, state.info.rear).await?;
    }
    if !info.is(miner_state::POSITIVE) {
        miner.status.set_step(Step::Starting(format!(
            "account is {}",
            String::from_utf8_lossy(&info.state)
        )));
        return Ok(Next::Woken);
    }
    let missing = missing_files(&info, target, unit);
    if missing == 0 {
        miner.status.set_step(Step::Ready);
        return Ok(Next::Woken);
    }
    if miner.status.step() != Step::Ready {
        miner.status.set_step(Step::Starting(format!(
            "certifying idle space, {missing} files to go"
        )));
    }
    let count = missing.min(u128::from(miner.params().idle_set)) as u32;
    certify(miner, fillers, &state, count).await?;
    Ok(Next::Within(Duration::ZERO))
}

/// Idle files that are missing to the target. What fragments occupy counts: a miner gives its
/// space once, to filler or to fragments.
fn missing_files(info: &MinerInfo, target: u128, unit: u128) -> u128 {
    let used = info.idle_space + info.lock_space + info.service_space;
    target.min(info.declaration_space).saturating_sub(used) / unit
}

/// Makes `count` more files and has them certified.
async fn certify(
    miner: &Arc<Miner>,
    fillers: &Fillers,
    state: &Certified,
    count: u32,
) -> Result<(), MinerError> {
    let params = Params::of(&miner.params()).map_err(idle_error)?;
    let (db, files, known) = (
        Arc::clone(&miner.state),
        fillers.clone(),
        state.info.clone(),
    );
    let (live, claim) = tokio::task::spawn_blocking(move || {
        let live = files.live(&db, &params, &known)?;
        for index in known.rear + 1..=known.rear + u64::from(count) {
            files.make(&params, &known, index)?;
        }
        let claim = commit::claim(&params, &live, count, &files).map_err(idle_error)?;
        Ok::<_, MinerError>((live, claim))
    })
    .await??;
    let asked = miner.tee.question(&claim).await?;
    let (files, claimed) = (fillers.clone(), claim.clone());
    let proof = tokio::task::spawn_blocking(move || {
        commit::prove(&params, &live, &claimed, &asked, &files)
    })
    .await?
    .map_err(idle_error)?;
    let (certified, certificate) = miner.tee.certify(state, &claim, &proof).await?;
    let roots: Vec<_> = (claim.first..).zip(claim.roots.iter().copied()).collect();
    miner.state.put_roots(&roots)?;
    let rear = certified.rear;
    miner.chain.cert_idle_space(certified, certificate).await?;
    tracing::info!(files = count, rear, "idle space certified");
    Ok(())
}

/// Gives up the oldest `count` files: fragments took their space.
async fn give_up(
    miner: &Arc<Miner>,
    fillers: &Fillers,
    state: &Certified,
    count: u128,
) -> Result<(), MinerError> {
    let params = Params::of(&miner.params()).map_err(idle_error)?;
    let (db, files, known) = (
        Arc::clone(&miner.state),
        fillers.clone(),
        state.info.clone(),
    );
    let live = tokio::task::spawn_blocking(move || files.live(&db, &params, &known)).await??;
    let count = u64::try_from(count)
        .unwrap_or(u64::MAX)
        .min(live.roots().len() as u64);
    let proof = deletion::prove(&live, count).map_err(idle_error)?;
    let (certified, certificate) = miner.tee.give_up(state, &proof).await?;
    let front = certified.front;
    miner
        .chain
        .replace_idle_space(certified, certificate)
        .await?;
    tracing::info!(files = count, front, "idle space given up for fragments");
    Ok(())
}

/// Removes files that are not certified any more; not while a challenge is open, which may ask for
/// those that were certified when it was made.
async fn clean(
    miner: &Arc<Miner>,
    fillers: &Fillers,
    front: u64,
    rear: u64,
) -> Result<(), MinerError> {
    let (db, files) = (Arc::clone(&miner.state), fillers.clone());
    tokio::task::spawn_blocking(move || {
        files.keep(front, rear)?;
        Ok(db.retain_roots(front + 1, rear)?)
    })
    .await?
}

async fn repair(
    miner: &Arc<Miner>,
    fillers: &Fillers,
    state: &Certified,
) -> Result<(), MinerError> {
    let params = Params::of(&miner.params()).map_err(idle_error)?;
    let (db, files, known) = (
        Arc::clone(&miner.state),
        fillers.clone(),
        state.info.clone(),
    );
    let repaired = tokio::task::spawn_blocking(move || {
        let live = files.live(&db, &params, &known)?;
        files.repair(&params, &known, &live)
    })
    .await??;
    tracing::warn!(repaired, "idle files were damaged or gone");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::miner_info;

    #[test]
    fn fragments_count_towards_the_target_and_the_declaration_limits_it() {
        let mut info = miner_info([1; 32].into());
        info.declaration_space = 100;
        (info.idle_space, info.lock_space, info.service_space) = (30, 10, 20);
        assert_eq!(missing_files(&info, 80, 10), 2);
        assert_eq!(missing_files(&info, 85, 10), 2, "a part of a file is none");
        assert_eq!(
            missing_files(&info, 1000, 10),
            4,
            "no more than was declared"
        );
        assert_eq!(missing_files(&info, 50, 10), 0);
    }
}
