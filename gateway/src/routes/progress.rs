//! `GET /file/deal/{fid}`: how far an upload has come.
//!
//! States: `declaring`, `distributing` (until 12 miners have reported), `tagging` (until TEE workers
//! have tagged every fragment), `active`, `failed` (with the reason).

use super::{Fid, Known, Ready};
use crate::drive::DECLARATIONS;
use crate::envelope::{ok, ApiError};
use crate::look::View;
use crate::refusal::{of_chain, ss58};
use axum::response::Response;
use cess_primitives::FRAGMENT_COUNT;
use serde_json::{json, Value};

pub(super) async fn file(Ready(gateway): Ready, Fid(fid): Fid) -> Result<Response, ApiError> {
    let refused = |error| of_chain(error, &gateway.account());
    let upload = gateway.records.upload(fid).await?;
    let declarations = upload.as_ref().map(|u| u.declarations);
    match gateway.look(&fid).await.map_err(refused)? {
        View::Deal(deal, terms) => {
            let reports = deal.complete_list.iter();
            let reports = reports.map(|r| json!({ "column": r.index, "miner": ss58(&r.miner) }));
            return Ok(ok(json!({
                "fid": fid,
                "state": "distributing",
                "reports": reports.collect::<Vec<Value>>(),
                "reports_needed": FRAGMENT_COUNT,
                "deadline": terms.deadline,
                "operator": ss58(&terms.operator),
                "tick": gateway.tick(),
                "declarations": declarations,
                "declarations_allowed": DECLARATIONS,
            })));
        }
        View::Stored(file) => {
            let known = Known::stored(fid, &file);
            let all = known.file.segments.iter().flat_map(|s| &s.fragments);
            let (fragments, tagged) = (all.clone().count(), all.filter(|f| f.tagged).count());
            return Ok(ok(json!({
                "fid": fid,
                "state": known.state,
                "fragments": fragments,
                "tagged": tagged,
            })));
        }
        View::Nothing => {}
    }
    if upload.is_some() {
        return Ok(ok(
            json!({ "fid": fid, "state": "declaring", "declarations": declarations }),
        ));
    }
    match gateway.records.ended(fid).await? {
        Some(ended) => Ok(ok(
            json!({ "fid": fid, "state": "failed", "reason": ended.reason, "at": ended.at }),
        )),
        None => Err(ApiError::not_found(
            "neither the chain nor this gateway knows this upload",
        )),
    }
}
