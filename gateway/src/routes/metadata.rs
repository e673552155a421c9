//! `GET /file/metadata/{fid}`: size, state and owners.

use super::{Fid, Known, Ready};
use crate::envelope::{ok, ApiError};
use crate::refusal::ss58;
use axum::response::Response;
use serde_json::{json, Value};

pub(super) async fn file(Ready(gateway): Ready, Fid(fid): Fid) -> Result<Response, ApiError> {
    let Known {
        file,
        owners,
        state,
    } = gateway.locate(fid).await?;
    let owners = owners.iter().map(|owner| {
        json!({
            "user": ss58(&owner.user),
            "file_name": String::from_utf8_lossy(&owner.file_name),
            "territory_name": String::from_utf8_lossy(&owner.territory_name),
        })
    });
    Ok(ok(json!({
        "fid": fid,
        "size": file.size,
        "segments": file.segments.len(),
        "state": state,
        "owner": owners.collect::<Vec<Value>>(),
    })))
}
