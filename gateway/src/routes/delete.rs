//! `DELETE /file/{fid}`: a stored file, or an upload that is not stored yet.

use super::{Fid, Ready};
use crate::auth::{authenticate, Caller};
use crate::drive;
use crate::envelope::{ok, ApiError};
use crate::gateway::Gateway;
use crate::look::View;
use crate::refusal::{not_authorised, of_chain};
use axum::extract::Request;
use axum::response::Response;
use cess_chain::{ChainError, H256};
use cess_primitives::{AccountId, Hash};
use serde_json::json;
use std::sync::Arc;
use std::time::SystemTime;

pub(super) async fn file(
    Ready(gateway): Ready,
    Fid(fid): Fid,
    request: Request,
) -> Result<Response, ApiError> {
    let (method, path) = (request.method(), request.uri().path());
    let caller = authenticate(method, path, request.headers(), SystemTime::now())?;
    gateway.check_authority(&caller.account).await?;
    // What was begun is finished even when the client hangs up.
    let worker = Arc::clone(&gateway);
    let block = gateway
        .see_through(async move { delete(&worker, fid, caller).await })
        .await?;
    Ok(ok(json!({ "block hash": block })))
}

async fn delete(
    gateway: &Arc<Gateway>,
    fid: Hash,
    caller: Caller,
) -> Result<Option<H256>, ApiError> {
    let refused = |error: ChainError| of_chain(error, &gateway.account());
    let _guard = gateway.lock(fid).await;
    let view = gateway.look(&fid).await.map_err(refused)?;
    if let View::Stored(file) = &view {
        if !file.owner.iter().any(|o| o.user == caller.account) {
            return Err(ApiError::forbidden("the account does not own this file"));
        }
        caller.spend(&gateway.records).await?;
        let upload = gateway.records.upload(fid).await?;
        if upload.is_some_and(|u| file.owner.iter().any(|o| o.user == u.owner)) {
            // Its task has not heard yet that miners hold the file. When the file is gone, it would
            // take the deal for one that expired, and declare it again.
            gateway.halt(&fid).await;
            let failed = |error| ApiError::of_gateway(error, &gateway.account());
            drive::settle_stored(gateway, fid).await.map_err(failed)?;
        }
        let block = gateway
            .chain
            .delete_file(&caller.account, &fid)
            .await
            .map_err(refused)?;
        if gateway.chain.file(&fid).await.map_err(refused)?.is_none() {
            gateway.cache.remove(fid).await;
        }
        return Ok(Some(block));
    }
    let upload = gateway.records.upload(fid).await?;
    let deal = match view {
        View::Deal(deal, _) => Some(deal),
        _ => None,
    };
    let owner = deal
        .as_ref()
        .map(|d| &d.user.user)
        .or(upload.as_ref().map(|u| &u.owner));
    match owner {
        None => return Err(ApiError::not_found("there is no such file or upload")),
        Some(owner) if *owner != caller.account => {
            return Err(ApiError::forbidden("the account does not own this upload"));
        }
        Some(_) => caller.spend(&gateway.records).await?,
    }
    let ours = upload.is_some_and(|u| u.owner == caller.account);
    if ours {
        gateway.halt(&fid).await;
    }
    let cancelled = match &deal {
        Some(_) => gateway.chain.cancel_deal(&fid).await.map(Some),
        None => Ok(None),
    };
    let block = match cancelled {
        Ok(block) => block,
        Err(error) => {
            if ours {
                gateway.drive(fid);
            }
            return Err(refused(error));
        }
    };
    if ours {
        gateway.cache.remove(fid).await;
        gateway
            .records
            .end(fid, "the owner cancelled the upload".to_owned())
            .await?;
    }
    Ok(block)
}

impl Gateway {
    /// Whether the account lets this gateway act for it.
    pub(crate) async fn check_authority(&self, owner: &AccountId) -> Result<(), ApiError> {
        let own = self.account();
        if *owner == own {
            return Ok(());
        }
        let allowed = self
            .chain
            .authority_list(owner)
            .await
            .map_err(|e| of_chain(e, &own))?;
        match allowed.contains(&own) {
            true => Ok(()),
            false => Err(not_authorised(&own)),
        }
    }
}
