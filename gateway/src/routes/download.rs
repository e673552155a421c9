//! `GET /file/download/{fid}`, with `Range` and `Cipher`.
//!
//! The first bytes are fetched and opened before the answer begins, so that everything that can go
//! wrong with a password or with missing miners is said in the envelope. A failure further on breaks
//! the connection, which the client sees by the length.

use super::{Fid, Ready};
use crate::envelope::ApiError;
use crate::fetch::{FetchError, OnChain};
use crate::gateway::Gateway;
use crate::range;
use crate::refusal::of_segment;
use axum::body::Body;
use axum::http::{header, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cess_segment::{Opener, Piece};
use futures::{stream, StreamExt};
use percent_encoding::{utf8_percent_encode, NON_ALPHANUMERIC};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// Segments that are fetched while the client reads the one before.
const AHEAD: usize = 2;
/// How long a download waits for others to end.
const QUEUE: Duration = Duration::from_secs(30);

/// A download that has begun.
struct Reading {
    gateway: Arc<Gateway>,
    file: OnChain,
    opener: Opener,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn file(
    Ready(gateway): Ready,
    Fid(fid): Fid,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let known = gateway.locate(fid).await?;
    let (size, tag) = (known.file.size, format!("\"{fid}\""));
    let same = |name| {
        headers
            .get(name)
            .is_none_or(|v| v.as_bytes() == tag.as_bytes())
    };
    // `If-Range` with another tag asks for the whole file.
    let header = headers
        .get(header::RANGE)
        .filter(|_| same(header::IF_RANGE));
    let part = range::wanted(header, size).map_err(|e| ApiError::range(e.to_string(), size))?;
    let range = part.clone().unwrap_or(0..size);

    let password = headers
        .get("Cipher")
        .map(HeaderValue::as_bytes)
        .filter(|c| !c.is_empty());
    let name = known
        .owners
        .first()
        .map(|o| String::from_utf8_lossy(&o.file_name).into_owned());
    let reading = Arc::new(open(gateway, known.file, password).await?);
    let pieces: Vec<Piece> = reading
        .opener
        .pieces(range.clone())
        .map_err(of_segment)?
        .collect();
    let reader = Arc::clone(&reading);
    let chunks = stream::iter(pieces).map(move |piece| read(Arc::clone(&reader), piece));
    let mut chunks = Box::pin(chunks.buffered(AHEAD).peekable());
    let trouble = chunks
        .as_mut()
        .peek()
        .await
        .and_then(|first| first.as_ref().err().cloned());
    if let Some(error) = trouble {
        return Err(error);
    }

    let length = range.end - range.start;
    reading.gateway.metrics.served_bytes.inc_by(length);
    let status = if part.is_some() {
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    let name = utf8_percent_encode(name.as_deref().unwrap_or("file"), NON_ALPHANUMERIC);
    let mut response = (status, Body::from_stream(chunks)).into_response();
    let fields = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, tag),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
    ];
    let range = part.map(|p| format!("bytes {}-{}/{size}", p.start, p.end - 1));
    let range = range.map(|range| (header::CONTENT_RANGE, range));
    for (name, value) in fields.into_iter().chain(range) {
        let value = HeaderValue::from_str(&value).map_err(|e| ApiError::internal(e.to_string()))?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// Finds out how the file is to be opened, from its first segment.
async fn open(
    gateway: Arc<Gateway>,
    file: OnChain,
    password: Option<&[u8]>,
) -> Result<Reading, ApiError> {
    let place = Arc::clone(&gateway.limits.downloads).acquire_owned();
    let place = tokio::time::timeout(QUEUE, place)
        .await
        .ok()
        .and_then(Result::ok);
    let place = place.ok_or_else(|| {
        ApiError::unavailable("too many downloads are under way: try again in a moment")
    })?;
    if password.is_none() && gateway.cache.is_published(&file.fid) {
        return Err(of_segment(cess_segment::SegmentError::PasswordNeeded));
    }
    let first = gateway.segment(&file, 0).await.map_err(of_fetch)?;
    let (layout, size, segments) = (gateway.layout, file.size, file.segments.len() as u32);
    let password = password.map(<[u8]>::to_vec);
    // Deriving the key takes tens of milliseconds.
    let opener = tokio::task::spawn_blocking(move || {
        Opener::new(layout, segments, size, password.as_deref(), &first)
    });
    let opener = opener
        .await
        .map_err(|_| of_fetch(FetchError::CutOff))?
        .map_err(of_segment)?;
    Ok(Reading {
        gateway,
        file,
        opener,
        _place: place,
    })
}

async fn read(reading: Arc<Reading>, piece: Piece) -> Result<Bytes, ApiError> {
    let Piece { segment, within } = piece;
    let stored = reading
        .gateway
        .segment(&reading.file, segment as usize)
        .await
        .map_err(of_fetch)?;
    let opened = tokio::task::spawn_blocking(move || {
        let stored = Arc::try_unwrap(stored).unwrap_or_else(|shared| shared.to_vec());
        reading.opener.open(segment, stored)
    });
    let opened = opened
        .await
        .map_err(|_| of_fetch(FetchError::CutOff))?
        .map_err(of_segment)?;
    Ok(Bytes::from(opened).slice(within))
}

fn of_fetch(error: FetchError) -> ApiError {
    let msg = error.to_string();
    match error {
        FetchError::TooFew { .. } | FetchError::CutOff => ApiError::unavailable(msg),
        FetchError::Rebuild { .. } | FetchError::NoSuch(_) => ApiError::bad_gateway(msg),
    }
}
