//! What becomes of an upload whose bytes are all here.

use crate::auth::Caller;
use crate::drive;
use crate::envelope::ApiError;
use crate::gateway::Gateway;
use crate::look::View;
use crate::place;
use crate::records::{Progress, Upload};
use crate::refusal::{of_chain, of_segment};
use crate::spool::Received;
use crate::GatewayError;
use cess_chain::ChainError;
use cess_primitives::file::{DealInfo, DealTerms, DeclaredSegments, Name, UserBrief};
use cess_primitives::territory::TerritoryState;
use cess_primitives::{AccountId, Hash, ProtocolParams, FRAGMENT_COUNT};
use cess_segment::{Cipher, SegmentError, Summary};
use std::sync::Arc;

/// What a client wants to be done with a file.
pub(crate) struct Wish {
    pub(crate) caller: Caller,
    pub(crate) territory: Name,
    pub(crate) cipher: Cipher,
    /// The cipher is the published one.
    pub(crate) published: bool,
}

impl Wish {
    /// Whether the territory is good for a file of at least `size` bytes.
    pub(crate) async fn check_room(&self, gateway: &Gateway, size: u64) -> Result<(), ApiError> {
        let segments = self
            .cipher
            .segments_of(size, gateway.layout)
            .map_err(of_segment)?;
        self.check_segments(gateway, segments).await.map(drop)
    }

    async fn check_segments(
        &self,
        gateway: &Gateway,
        segments: u32,
    ) -> Result<ProtocolParams, ApiError> {
        let refused = |error| of_chain(error, &gateway.account());
        let name = String::from_utf8_lossy(&self.territory);
        let territory = gateway
            .chain
            .territory(&self.caller.account, &self.territory);
        let territory = territory.await.map_err(refused)?.ok_or_else(|| {
            ApiError::bad_request(format!(
                "the account has no territory `{name}`: rent one with StorageHandler.mint_territory"
            ))
        })?;
        if territory.state != TerritoryState::Active {
            return Err(ApiError::bad_request(format!(
                "the territory `{name}` is not active ({:?}): renew a frozen one with \
                 StorageHandler.renewal_territory, or name another one",
                territory.state
            )));
        }
        let params = gateway.chain.params().await.map_err(refused)?;
        let needed = params.file_space(segments);
        if territory.remaining_space <= needed {
            return Err(ApiError::bad_request(format!(
                "the territory `{name}` has {} bytes left, but the file needs more than {needed} \
                 (three times its size in whole segments): enlarge it with \
                 StorageHandler.expanding_territory",
                territory.remaining_space
            )));
        }
        Ok(params)
    }
}

/// Declares a file, unless the chain or this gateway has it already. Returns its fid when it is
/// declared; miners get it afterwards.
#[tracing::instrument(skip_all, fields(fid = %received.summary.fid))]
pub(crate) async fn accept(
    gateway: &Arc<Gateway>,
    wish: Wish,
    file_name: Name,
    received: Received,
) -> Result<Hash, ApiError> {
    let own = gateway.account();
    let refused = |error: ChainError| of_chain(error, &own);
    let fid = received.summary.fid;
    let size = received.summary.size;
    let count = |outcome| gateway.metrics.uploads.with_label_values(&[outcome]).inc();
    let _guard = gateway.lock(fid).await;

    let owner = wish.caller.account.clone();
    let declared = match gateway.look(&fid).await.map_err(refused)? {
        View::Stored(file) if file.owner.iter().any(|o| o.user == owner) => {
            count("repeated");
            return Ok(fid);
        }
        View::Stored(_) => {
            share(gateway, &wish, file_name, received).await?;
            count("shared");
            return Ok(fid);
        }
        View::Deal(deal, terms) => Some(check_own_deal(&own, &deal, &terms, &owner)?),
        View::Nothing => None,
    };
    let upload = gateway.records.upload(fid).await?;
    if let Some(upload) = upload {
        if upload.owner != owner {
            return Err(busy());
        }
        // It is on its way already.
        count("repeated");
        return Ok(fid);
    }

    let segments = received.summary.segments.len() as u32;
    if declared.is_none() {
        let params = wish.check_segments(gateway, segments).await?;
        let miners = gateway.chain.miners().await.map_err(refused)?;
        let able = place::eligible(&miners, params.column_space(segments)).len();
        if able < FRAGMENT_COUNT {
            return Err(ApiError::unavailable(format!(
                "the file needs {FRAGMENT_COUNT} positive miners with {} bytes of idle space each, \
                 but there are {able}: wait until miners have certified more, or add miners",
                params.column_space(segments)
            )));
        }
    }
    let upload = Upload {
        owner,
        file_name,
        territory: wish.territory.clone(),
        size,
        progress: declared.unwrap_or(Progress::Received),
        declarations: declared.map_or(0, |_| 1),
    };
    keep(gateway, &upload, received, wish.published).await?;
    if declared.is_none() {
        declare(gateway, fid, upload).await?;
    }
    gateway.drive(fid);
    gateway.metrics.received_bytes.inc_by(size);
    count("accepted");
    Ok(fid)
}

fn busy() -> ApiError {
    ApiError::conflict(
        "the same content is being stored for another account: try again when that is done, it \
         takes a moment then",
    )
}

/// The chain has a deal for this content already: it must be this account's and this gateway's,
/// whose record was lost.
fn check_own_deal(
    gateway: &AccountId,
    deal: &DealInfo,
    terms: &DealTerms,
    owner: &AccountId,
) -> Result<Progress, ApiError> {
    if deal.user.user != *owner {
        return Err(busy());
    }
    if terms.operator != *gateway {
        return Err(ApiError::conflict(
            "another gateway is storing this file for the account: wait until it is done, or cancel \
             it with DELETE /file/<fid> first",
        ));
    }
    let deadline = terms.deadline;
    Ok(Progress::Declared { deadline })
}

/// The file is stored already: the account becomes one more owner.
async fn share(
    gateway: &Gateway,
    wish: &Wish,
    file_name: Name,
    received: Received,
) -> Result<(), ApiError> {
    let Received { summary, file } = received;
    let count = summary.segments.len() as u32;
    wish.check_segments(gateway, count).await?;
    let brief = UserBrief {
        user: wish.caller.account.clone(),
        file_name,
        territory_name: wish.territory.clone(),
    };
    let Summary { fid, size, .. } = summary;
    let segments = declared(summary)?;
    let declaration = gateway
        .chain
        .upload_declaration(&fid, &segments, &brief, size);
    declaration
        .await
        .map_err(|e| of_chain(e, &gateway.account()))?;
    // The copy only saves a fetch; the file is stored without it.
    if let Err(error) = gateway.cache.adopt(fid, file, count, wish.published).await {
        tracing::warn!(%fid, %error, "the cache cannot take the file");
    }
    Ok(())
}

fn declared(summary: Summary) -> Result<DeclaredSegments, ApiError> {
    let largest = summary.size;
    DeclaredSegments::try_from(summary.segments)
        .map_err(|_| of_segment(SegmentError::TooManySegments { largest }))
}

/// Makes the record and the file durable, in the order that a crash in between leaves no file
/// without a record.
async fn keep(
    gateway: &Gateway,
    upload: &Upload,
    received: Received,
    published: bool,
) -> Result<(), ApiError> {
    let Received { summary, file } = received;
    let (fid, count) = (summary.fid, summary.segments.len() as u32);
    let segments = declared(summary)?;
    gateway.cache.pin(fid);
    gateway.records.begin(fid, upload.clone(), segments).await?;
    if let Err(error) = gateway.cache.adopt(fid, file, count, published).await {
        discard(gateway, fid).await?;
        return Err(ApiError::of_gateway(error, &gateway.account()));
    }
    Ok(())
}

async fn discard(gateway: &Gateway, fid: Hash) -> Result<(), ApiError> {
    gateway.cache.remove(fid).await;
    Ok(gateway.records.forget(fid).await?)
}

async fn declare(gateway: &Arc<Gateway>, fid: Hash, upload: Upload) -> Result<(), ApiError> {
    let Err(error) = drive::declare(gateway, fid, upload).await else {
        return Ok(());
    };
    let refused = matches!(
        error,
        GatewayError::Chain(ChainError::Dispatch { .. } | ChainError::Pool { .. })
    );
    if refused {
        discard(gateway, fid).await?;
        return Err(ApiError::of_gateway(error, &gateway.account()));
    }
    // Nobody knows whether the declaration took effect: the upload's task finds out.
    gateway.drive(fid);
    let mut answer = ApiError::of_gateway(error, &gateway.account());
    answer.msg += &format!(" (the gateway keeps trying; GET /file/deal/{fid} tells the outcome)");
    Err(answer)
}
