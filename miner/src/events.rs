//! From blocks to tasks: what happened wakes those whom it concerns.

use crate::miner::{Miner, Suspicion};
use cess_chain::event::{AuditEvent, FileBankEvent, ProtocolEvent, SminerEvent};
use cess_chain::{Block, Event};
use std::sync::atomic::Ordering;

/// Takes a block in.
pub fn on_block(miner: &Miner, block: &Block) {
    let day = |tick: u32| tick / miner.params().one_day.max(1);
    let before = miner.tick();
    miner.set_tick(block.tick);
    if !block.follows {
        look_at_everything(miner);
    }
    if before > 0 && day(before) != day(block.tick) {
        miner.wakes.scrub.add(Suspicion::Everything);
        suspect_idle_files(miner);
        miner.wakes.prune.notify_one();
    }
    for event in &block.events {
        match event {
            Event::FileBank(event) => on_file_bank(miner, event),
            Event::Audit(event) => on_audit(miner, event),
            Event::Sminer(event) => on_sminer(miner, event),
            Event::Protocol(ProtocolEvent::ParamsChanged { params }) => miner.set_params(*params),
            _ => {}
        }
    }
    miner.wakes.restore.notify_one();
    if !miner.conduct.is_honest() {
        // Strains wait for more than their own events.
        miner.wakes.audit.notify_one();
    }
}

/// Events were missed: every task looks for itself. Also how a miner resumes after a restart.
pub fn look_at_everything(miner: &Miner) {
    let wakes = &miner.wakes;
    miner.deals.forget_all();
    match miner.state.files() {
        Ok(files) => files.iter().for_each(|(fid, _)| {
            wakes.report.add(*fid);
            wakes.tags.add(*fid);
        }),
        Err(error) => tracing::error!(%error, "cannot list the files"),
    }
    wakes.orders.add(None);
    wakes.scrub.add(Suspicion::Everything);
    wakes.audit.notify_one();
    wakes.idle.notify_one();
    wakes.prune.notify_one();
}

fn on_file_bank(miner: &Miner, event: &FileBankEvent) {
    let (me, wakes) = (miner.account(), &miner.wakes);
    match event {
        FileBankEvent::UploadDeclaration { deal_hash, .. } => miner.deals.forget(deal_hash),
        FileBankEvent::TransferReport { acc, .. } if *acc == me => {
            miner.deals.forget_all();
            wakes.prune.notify_one();
        }
        FileBankEvent::StorageCompleted { file_hash }
        | FileBankEvent::DeleteFile { file_hash, .. } => {
            miner.deals.forget(file_hash);
            if is_known(miner, file_hash) {
                wakes.tags.add(*file_hash);
                wakes.idle.notify_one();
                wakes.prune.notify_one();
            }
        }
        FileBankEvent::DealCancelled { .. } | FileBankEvent::DealExpired { .. } => {
            // Space that was locked for it is idle again.
            miner.deals.forget_all();
            wakes.idle.notify_one();
            wakes.prune.notify_one();
        }
        FileBankEvent::CalculateReport {
            miner: reporter,
            file_hash,
        } if *reporter == me => wakes.tags.add(*file_hash),
        FileBankEvent::TagMissed {
            miner: late,
            file_hash,
            ..
        } => {
            // Its restoral orders come without events of their own.
            wakes.orders.add(None);
            if *late == me {
                wakes.tags.add(*file_hash);
            }
        }
        FileBankEvent::GenerateRestoralOrder { fragment_hash, .. } => {
            wakes.orders.add(Some(*fragment_hash))
        }
        FileBankEvent::ClaimRestoralOrder { order_id, .. } => wakes.orders.add(Some(*order_id)),
        FileBankEvent::RecoveryCompleted { order_id, .. } => {
            wakes.orders.add(Some(*order_id));
            wakes.idle.notify_one();
            wakes.prune.notify_one();
        }
        FileBankEvent::IdleSpaceCert { acc, .. } | FileBankEvent::ReplaceIdleSpace { acc, .. }
            if *acc == me =>
        {
            miner.deals.forget_all();
            wakes.idle.notify_one();
        }
        _ => {}
    }
}

fn is_known(miner: &Miner, fid: &cess_primitives::Hash) -> bool {
    // When the database fails, looking once too often does no harm.
    miner.state.file(fid).map_or(true, |f| f.is_some())
}

fn on_audit(miner: &Miner, event: &AuditEvent) {
    let me = miner.account();
    match event {
        AuditEvent::GenerateChallenge { miner: challenged } if *challenged == me => {
            miner.set_challenged(true);
            miner.wakes.audit.notify_one();
        }
        AuditEvent::SubmitIdleProof { miner: challenged }
        | AuditEvent::SubmitServiceProof { miner: challenged }
        | AuditEvent::VerifierReassigned {
            miner: challenged, ..
        } if *challenged == me => {
            miner.wakes.audit.notify_one();
        }
        AuditEvent::ChallengePassed { miner: challenged } if *challenged == me => {
            tracing::info!("audit passed");
            after_challenge(miner);
        }
        AuditEvent::ChallengeFailed {
            miner: challenged,
            idle,
            service,
        } if *challenged == me => {
            tracing::warn!(idle, service, "audit failed");
            if *service {
                miner.wakes.scrub.add(Suspicion::Everything);
            }
            if *idle {
                suspect_idle_files(miner);
            }
            after_challenge(miner);
        }
        _ => {}
    }
}

/// Every idle file is to be looked at.
pub fn suspect_idle_files(miner: &Miner) {
    miner.wakes.idle_suspected.store(true, Ordering::Release);
    miner.wakes.idle.notify_one();
}

fn after_challenge(miner: &Miner) {
    miner.wakes.audit.notify_one();
    miner.wakes.idle.notify_one();
    miner.wakes.prune.notify_one();
}

fn on_sminer(miner: &Miner, event: &SminerEvent) {
    let me = miner.account();
    let about = match event {
        SminerEvent::RegisterPoisKey { miner } | SminerEvent::MinerExitPrep { miner } => miner,
        SminerEvent::IncreaseCollateral { acc, .. } => acc,
        SminerEvent::IncreaseDeclarationSpace { miner, .. }
        | SminerEvent::DecreaseDeclarationSpace { miner, .. } => miner,
        _ => return,
    };
    if *about == me {
        miner.deals.forget_all();
        miner.wakes.idle.notify_one();
    }
}
