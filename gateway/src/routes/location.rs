//! `GET /file/location/{fid}`: which miner holds which fragment.

use super::{Fid, Ready};
use crate::envelope::{ok, ApiError};
use crate::refusal::ss58;
use axum::response::Response;
use serde_json::{json, Value};

pub(super) async fn file(Ready(gateway): Ready, Fid(fid): Fid) -> Result<Response, ApiError> {
    let known = gateway.locate(fid).await?;
    let segments = known
        .file
        .segments
        .iter()
        .zip(1u32..)
        .map(|(segment, number)| {
            let fragments = segment
                .fragments
                .iter()
                .zip(1u32..)
                .map(|(fragment, column)| {
                    json!({
                        "index": column,
                        "hash": fragment.hash,
                        "miner": fragment.miner.as_ref().map(ss58),
                        "available": fragment.available,
                        "tagged": fragment.tagged,
                    })
                });
            json!({
                "index": number,
                "hash": segment.hash,
                "fragments": fragments.collect::<Vec<Value>>(),
            })
        });
    Ok(ok(json!({
        "fid": fid,
        "state": known.state,
        "segments": segments.collect::<Vec<Value>>(),
    })))
}
