//! An upload's way from the declaration until miners hold it.
//!
//! Every step starts from what the records and the chain say now, so that it does not matter
//! whether the gateway was restarted in between.

use crate::distribute::{self, Distributed};
use crate::gateway::Gateway;
use crate::look::View;
use crate::records::{Progress, Upload};
use crate::signals::{EndedBy, Heard};
use crate::{refusal, GatewayError};
use cess_chain::ChainError;
use cess_primitives::file::DealTerms;
use cess_primitives::{Hash, Tick};
use prometheus::IntGauge;
use std::sync::Arc;
use tokio::sync::watch;

/// How often an upload is declared before it is given up.
pub(crate) const DECLARATIONS: u32 = 3;
/// A deal that is gone before its time may be back after a fork of the chain; it gets this long.
const VANISHED: Tick = 6;

enum Step {
    Again,
    Done,
}

/// Counts an upload as open for as long as somebody works on it.
struct Open(IntGauge);

impl Open {
    fn new(gateway: &Gateway) -> Self {
        let gauge = gateway.metrics.open_uploads.clone();
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Sees an upload through; returns when its record is settled.
#[tracing::instrument(skip(gateway))]
pub(crate) async fn drive(gateway: &Arc<Gateway>, fid: Hash) {
    let mut heard = gateway.signals.subscribe(fid);
    let _open = Open::new(gateway);
    loop {
        match step(gateway, fid, &mut heard).await {
            Ok(Step::Again) => {}
            Ok(Step::Done) => break,
            Err(error) => {
                tracing::warn!(%error, "an upload waits");
                gateway.next_tick().await;
            }
        }
    }
}

async fn step(
    gateway: &Arc<Gateway>,
    fid: Hash,
    heard: &mut watch::Receiver<Heard>,
) -> Result<Step, GatewayError> {
    let Some(mut upload) = gateway.records.upload(fid).await? else {
        return Ok(Step::Done);
    };
    match gateway.look(&fid).await? {
        View::Stored(file) if file.owner.iter().any(|o| o.user == upload.owner) => {
            let _guard = gateway.lock(fid).await;
            settle_stored(gateway, fid).await?;
            tracing::info!("miners hold the file");
            Ok(Step::Done)
        }
        View::Stored(_) => declare_again(gateway, fid, upload).await,
        View::Deal(deal, terms) => {
            if terms.operator != gateway.account() || deal.user.user != upload.owner {
                let reason = "another account or gateway declared the same content meanwhile: \
                              upload the file again when it is stored";
                return fail(gateway, fid, reason).await;
            }
            note_declared(gateway, fid, &terms, &mut upload).await?;
            match distribute::run(gateway, fid, heard).await? {
                Distributed::Over => Ok(Step::Again),
                Distributed::BadSpool(cause) => {
                    gateway.chain.cancel_deal(&fid).await?;
                    let reason =
                        format!("the gateway's copy is damaged ({cause}): upload it again");
                    fail(gateway, fid, &reason).await
                }
            }
        }
        View::Nothing => absent(gateway, fid, upload, heard).await,
    }
}

/// Miners hold the file: its copy here is like any other in the cache. The record goes last, because
/// an upload without one is over for all others.
pub(crate) async fn settle_stored(gateway: &Gateway, fid: Hash) -> Result<(), GatewayError> {
    gateway.cache.unpin(fid).await;
    gateway.metrics.deals.with_label_values(&["stored"]).inc();
    Ok(gateway.records.forget(fid).await?)
}

/// Notes the deal's deadline.
async fn note_declared(
    gateway: &Gateway,
    fid: Hash,
    terms: &DealTerms,
    upload: &mut Upload,
) -> Result<(), GatewayError> {
    let deadline = terms.deadline;
    if upload.progress != (Progress::Declared { deadline }) {
        upload.progress = Progress::Declared { deadline };
        upload.declarations = upload.declarations.max(1);
        gateway.records.update(fid, upload.clone()).await?;
    }
    Ok(())
}

/// There is neither a file nor a deal.
async fn absent(
    gateway: &Arc<Gateway>,
    fid: Hash,
    upload: Upload,
    heard: &mut watch::Receiver<Heard>,
) -> Result<Step, GatewayError> {
    let deadline = match upload.progress {
        Progress::Received => return declare_again(gateway, fid, upload).await,
        Progress::Declared { deadline } => deadline,
    };
    let ended = heard.borrow_and_update().ended;
    if ended == Some(EndedBy::Cancellation) {
        return fail(gateway, fid, "the deal was cancelled").await;
    }
    let now = gateway.chain.now().await?;
    if ended == Some(EndedBy::Deadline) || now >= deadline {
        if upload.declarations >= DECLARATIONS {
            let reason = format!(
                "twelve miners did not report the file in time, {DECLARATIONS} times: see which \
                 miners are positive and reachable, then upload it again"
            );
            return fail(gateway, fid, &reason).await;
        }
        return declare_again(gateway, fid, upload).await;
    }
    let patience = gateway.tick().saturating_add(VANISHED).min(deadline);
    tokio::select! {
        _ = heard.changed() => Ok(Step::Again),
        () = gateway.tick_reaches(patience) => {
            if gateway.look(&fid).await? != View::Nothing || patience >= deadline {
                return Ok(Step::Again);
            }
            fail(gateway, fid, "the deal was ended while the gateway did not watch").await
        }
    }
}

async fn declare_again(
    gateway: &Arc<Gateway>,
    fid: Hash,
    upload: Upload,
) -> Result<Step, GatewayError> {
    if !gateway.cache.is_whole(&fid) {
        return fail(
            gateway,
            fid,
            "the gateway lost its copy: upload the file again",
        )
        .await;
    }
    match declare(gateway, fid, upload).await {
        Ok(()) => Ok(Step::Again),
        // The chain knows more than it did a moment ago: look again.
        Err(GatewayError::Chain(e)) if e.is_dispatch("FileBank", "Existed") => Ok(Step::Again),
        Err(GatewayError::Chain(error @ ChainError::Dispatch { .. })) => {
            let reason = refusal::of_chain(error, &gateway.account()).msg;
            fail(gateway, fid, &reason).await
        }
        Err(error) => Err(error),
    }
}

/// Declares an upload whose record exists, and notes that.
pub(crate) async fn declare(
    gateway: &Gateway,
    fid: Hash,
    mut upload: Upload,
) -> Result<(), GatewayError> {
    let segments = gateway.records.segments(fid).await?.unwrap_or_default();
    let segments = cess_primitives::BVec::truncate_from(segments);
    let brief = upload.brief();
    gateway
        .chain
        .upload_declaration(&fid, &segments, &brief, upload.size)
        .await?;
    gateway.signals.begin(&fid);
    upload.declarations += 1;
    if let Some(terms) = gateway.chain.deal_terms(&fid).await? {
        upload.progress = Progress::Declared {
            deadline: terms.deadline,
        };
    }
    tracing::info!(%fid, times = upload.declarations, "declared");
    Ok(gateway.records.update(fid, upload).await?)
}

async fn fail(gateway: &Gateway, fid: Hash, reason: &str) -> Result<Step, GatewayError> {
    // Whoever uploads the same content again must find either all of this upload, or nothing.
    let _guard = gateway.lock(fid).await;
    tracing::warn!(%fid, reason, "an upload failed");
    gateway.cache.remove(fid).await;
    gateway.metrics.deals.with_label_values(&["failed"]).inc();
    gateway.records.end(fid, reason.to_owned()).await?;
    Ok(Step::Done)
}

/// Cancels deals of this gateway of which it knows nothing: its data was lost, so nobody could ever
/// complete them, and their space would stay locked until the deadline.
pub(crate) async fn cancel_orphans(gateway: &Gateway) -> Result<(), GatewayError> {
    for (fid, _) in gateway.chain.deals().await? {
        let ours = gateway.chain.deal_terms(&fid).await?;
        let ours = ours.is_some_and(|terms| terms.operator == gateway.account());
        if !ours || gateway.records.upload(fid).await?.is_some() {
            continue;
        }
        tracing::warn!(%fid, "cancelling a deal whose data is lost");
        match gateway.chain.cancel_deal(&fid).await {
            // It ended by itself, or waits for its deadline; nothing else can be done.
            Err(error @ ChainError::Dispatch { .. }) => {
                tracing::warn!(%fid, %error, "not cancelled")
            }
            Err(error) => return Err(error.into()),
            Ok(_) => {
                let reason = "the gateway lost its data: upload the file again".to_owned();
                gateway.records.end(fid, reason).await?;
            }
        }
    }
    Ok(())
}
