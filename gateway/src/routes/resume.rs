//! `PUT /resume/{name}`: a file in several requests, each with its `Content-Range: bytes a-b/total`.
//!
//! A request that leaves bytes to come is answered with 308 and, in the header `Range`, what is here; the
//! last one as an upload is. Bytes may be sent again: what lies behind a request's first byte gives way.
//! `Content-Range: bytes */total` with an empty body only asks how much is here.

use super::upload::{admit, answer, checked_name, conclude, of_spool, patiently, SharedBody};
use super::Ready;
use crate::accept::Wish;
use crate::envelope::{incomplete, ApiError};
use crate::gateway::Gateway;
use crate::parts::{Key, Part, UNFINISHED};
use crate::refusal::of_io;
use crate::spool::Received;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request};
use axum::http::{header, HeaderMap};
use axum::response::Response;
use cess_primitives::Hash;
use futures::StreamExt;
use std::sync::Arc;
use std::time::SystemTime;

/// What a request brings of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// First and last byte; `None` asks what is here.
    span: Option<(u64, u64)>,
    /// Bytes of the whole file.
    total: u64,
}

impl Piece {
    fn parse(headers: &HeaderMap) -> Result<Self, ApiError> {
        let Some(range) = headers.get(header::CONTENT_RANGE) else {
            return Err(ApiError::bad_request(
                "Content-Range is missing from the request header: send `Content-Range: bytes \
                 <first>-<last>/<total>`",
            ));
        };
        let parsed = range.to_str().ok().and_then(Self::read);
        parsed.ok_or_else(|| {
            ApiError::bad_request(
                "Illegal Content-Range content: it is `bytes <first>-<last>/<total>`, the last byte \
                 not before the first and within the total; or `bytes */<total>` to ask what is here",
            )
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (span, total) = text.trim().strip_prefix("bytes")?.trim().split_once('/')?;
        let total: u64 = total.parse().ok().filter(|total| *total > 0)?;
        if span == "*" {
            return Some(Self { span: None, total });
        }
        let (first, last) = span.split_once('-')?;
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last && last < total).then_some(Self {
            span: Some((first, last)),
            total,
        })
    }
}

pub(super) async fn file(
    Ready(gateway): Ready,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = SharedBody::of(body);
    let result = go_on(&gateway, name, parts, body.clone()).await;
    answer(&gateway, result, body).await
}

async fn go_on(
    gateway: &Arc<Gateway>,
    name: Result<Path<String>, PathRejection>,
    request: axum::http::request::Parts,
    body: SharedBody,
) -> Result<Response, ApiError> {
    let wish = admit(gateway, &request).await?;
    let piece = Piece::parse(&request.headers)?;
    let name = match name {
        Ok(Path(name)) => checked_name(name.into_bytes())?,
        Err(rejection) => return Err(ApiError::bad_request(rejection.body_text())),
    };
    let key = Key {
        account: wish.caller.account.clone(),
        territory: wish.territory.clone(),
        name: name.clone(),
        total: piece.total,
        is_secret: !wish.cipher.is_none(),
        once: wish.caller.once(),
    };
    let part = gateway.parts.part(&key);
    let _guard = gateway.lock(Hash::of(&key.digest())).await;
    let here = part.length().await.map_err(|e| of_io(&e))?;
    let Some((first, last)) = piece.span else {
        return Ok(incomplete(here, None));
    };
    if first > here {
        let msg = format!("{here} bytes of this file are here: go on from there");
        return Err(ApiError::range(msg, piece.total));
    }
    if here == 0 {
        begin(gateway, &wish, &key).await?;
    }
    write(&part, first, last - first + 1, body).await?;
    if last + 1 < piece.total {
        let range = request.headers.get(header::CONTENT_RANGE).cloned();
        return Ok(incomplete(last + 1, range));
    }
    let received = take_in(gateway, &wish, &part, piece.total).await?;
    let done = conclude(gateway, wish, name, received).await?;
    part.remove().await.map_err(|e| of_io(&e))?;
    Ok(done)
}

/// A message that is good once is good for all requests of one upload, which begins here.
async fn begin(gateway: &Gateway, wish: &Wish, key: &Key) -> Result<(), ApiError> {
    wish.check_room(gateway, key.total).await?;
    let parts = &gateway.parts;
    parts.sweep(SystemTime::now()).map_err(|e| of_io(&e))?;
    let unfinished = parts.unfinished(&key.account).map_err(|e| of_io(&e))?;
    if unfinished >= UNFINISHED {
        return Err(ApiError::conflict(format!(
            "the account has {unfinished} unfinished uploads here: finish one, or wait a day until they \
             are dropped"
        )));
    }
    wish.caller.spend(&gateway.records).await
}

/// Writes exactly so many bytes of the body; what came before it broke off stays.
async fn write(part: &Part, first: u64, length: u64, mut body: SharedBody) -> Result<(), ApiError> {
    let disk = |error: std::io::Error| of_io(&error);
    let mut open = part.write_from(first).await.map_err(disk)?;
    let mut left = length;
    let mut broken = None;
    loop {
        let data = match patiently(body.next()).await {
            Ok(None) => break,
            Ok(Some(data)) => data,
            Err(silent) => {
                open.close().await.map_err(disk)?;
                return Err(silent);
            }
        };
        match data {
            Ok(data) if data.len() as u64 <= left => {
                open.write(&data).await.map_err(disk)?;
                left -= data.len() as u64;
            }
            Ok(_) => {
                open.cut(first).await.map_err(disk)?;
                let msg = format!(
                    "received more file content than the {length} bytes of the Content-Range"
                );
                return Err(ApiError::bad_request(msg));
            }
            Err(error) => {
                broken = Some(error);
                break;
            }
        }
    }
    open.close().await.map_err(disk)?;
    match broken {
        None if left == 0 => Ok(()),
        None => Err(ApiError::bad_request(format!(
            "received less file content than the {length} bytes of the Content-Range: go on from byte {}",
            first + length - left
        ))),
        Some(error) => Err(ApiError::bad_request(format!(
            "Failed to receive data ({error}): ask with `Content-Range: bytes */<total>` what is here, and \
             go on from there"
        ))),
    }
}

/// Cuts and encodes the whole file.
async fn take_in(
    gateway: &Gateway,
    wish: &Wish,
    part: &Part,
    total: u64,
) -> Result<Received, ApiError> {
    let disk = |error: std::io::Error| of_io(&error);
    let mut open = part.read().await.map_err(disk)?;
    let _place = gateway.limits.uploads.acquire().await;
    let cipher = wish.cipher.clone();
    let mut receiving = gateway.spool.receive(gateway.layout, cipher, Some(total));
    loop {
        let piece = open.next().await.map_err(disk)?;
        if piece.is_empty() {
            break;
        }
        receiving.push(piece.into()).await.map_err(of_spool)?;
    }
    receiving.finish().await.map_err(of_spool)
}

#[cfg(test)]
mod tests {
    use super::Piece;

    #[test]
    fn a_content_range_is_a_span_of_a_total_or_a_question() {
        let piece = |span, total| Some(Piece { span, total });
        for (text, expected) in [
            ("bytes 0-9/10", piece(Some((0, 9)), 10)),
            ("bytes=5-5/10", None),
            ("bytes 5-5/10", piece(Some((5, 5)), 10)),
            ("bytes */10", piece(None, 10)),
            ("bytes 5-4/10", None),
            ("bytes 0-10/10", None),
            ("bytes 0-0/0", None),
            ("bytes */*", None),
            ("bytes 0-/10", None),
            ("bytes -5/10", None),
            ("items 0-9/10", None),
            ("bytes 0-18446744073709551616/18446744073709551617", None),
            ("", None),
        ] {
            assert_eq!(Piece::read(text), expected, "{text}");
        }
    }
}
