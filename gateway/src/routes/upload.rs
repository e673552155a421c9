//! `PUT /file` (a form with the field `file`) and `PUT /object/{name}` (the bytes themselves).

use super::Ready;
use crate::accept::{accept, Wish};
use crate::auth::authenticate;
use crate::envelope::{ok, ApiError};
use crate::gateway::Gateway;
use crate::refusal::{of_io, of_segment};
use crate::spool::{Received, Receiving, SpoolError};
use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Multipart, Path, Request};
use axum::http::request::Parts;
use axum::http::{header, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cess_primitives::file::Name;
use cess_primitives::{NAME_MAX, NAME_MIN};
use cess_segment::Cipher;
use futures::{Stream, StreamExt};
use percent_encoding::percent_decode;
use serde_json::json;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

/// A client may be silent for this long in the middle of an upload.
const SILENCE: Duration = Duration::from_secs(60);
/// A refused upload is read on for so long and so many bytes after the answer, because a client that
/// is still sending when the connection closes never reads it.
const DRAIN_TIME: Duration = Duration::from_secs(10);
const DRAIN_BYTES: usize = 32 << 20;
/// Bytes that a form may need around its file.
const FORM_OVERHEAD: u64 = 64 << 10;

/// A body that can be read on after its reader gave up.
#[derive(Clone)]
pub(super) struct SharedBody(Arc<Mutex<BodyDataStream>>);

impl Stream for SharedBody {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .poll_next_unpin(cx)
    }
}

impl SharedBody {
    pub(super) fn of(body: Body) -> Self {
        Self(Arc::new(Mutex::new(body.into_data_stream())))
    }

    async fn drain(mut self) {
        let read = async {
            let mut left = DRAIN_BYTES;
            while let Some(Ok(data)) = self.next().await {
                left = left.saturating_sub(data.len());
                if left == 0 {
                    break;
                }
            }
        };
        // Best effort: the answer is on its way.
        let _ = tokio::time::timeout(DRAIN_TIME, read).await;
    }
}

pub(super) async fn file(Ready(gateway): Ready, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = SharedBody::of(body);
    let result = upload_form(&gateway, parts, body.clone()).await;
    answer(&gateway, result, body).await
}

pub(super) async fn object(
    Ready(gateway): Ready,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = SharedBody::of(body);
    let result = upload_object(&gateway, name, parts, body.clone()).await;
    answer(&gateway, result, body).await
}

pub(super) async fn answer(
    gateway: &Gateway,
    result: Result<Response, ApiError>,
    body: SharedBody,
) -> Response {
    match result {
        Ok(response) => response,
        Err(error) => {
            gateway
                .metrics
                .uploads
                .with_label_values(&["refused"])
                .inc();
            // Beside the answer, so that the client finds it while it is still sending.
            tokio::spawn(body.drain());
            error.into_response()
        }
    }
}

async fn upload_form(
    gateway: &Arc<Gateway>,
    parts: Parts,
    body: SharedBody,
) -> Result<Response, ApiError> {
    let wish = admit(gateway, &parts).await?;
    let header_name = parts
        .headers
        .get("Filename")
        .map(|n| file_name(n.as_bytes()))
        .transpose()?;
    if let Some(length) = content_length(&parts)? {
        wish.check_room(gateway, length.saturating_sub(FORM_OVERHEAD).max(1))
            .await?;
    }
    let request = Request::from_parts(parts, Body::from_stream(body));
    let mut form = Multipart::from_request(request, &()).await.map_err(|e| {
        let cause = e.body_text();
        ApiError::bad_request(format!(
            "send a multipart form with the field `file` ({cause})"
        ))
    })?;
    let mut taken: Option<(Name, Received)> = None;
    while let Some(mut field) = patiently(form.next_field()).await?.map_err(cut_off)? {
        if field.name() != Some("file") {
            continue;
        }
        if taken.is_some() {
            let msg = "the form has more than one field `file`: send one file for each request";
            return Err(ApiError::bad_request(msg));
        }
        let name = match (&header_name, field.file_name()) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => file_name(name.as_bytes())?,
            (None, None) => {
                let msg = "the file has no name: give one in the form or in the header Filename";
                return Err(ApiError::bad_request(msg));
            }
        };
        wish.caller.spend(&gateway.records).await?;
        let _place = gateway.limits.uploads.acquire().await;
        let mut receiving = gateway
            .spool
            .receive(gateway.layout, wish.cipher.clone(), None);
        while let Some(data) = patiently(field.chunk()).await?.map_err(cut_off)? {
            receiving.push(data).await.map_err(of_spool)?;
        }
        taken = Some((name, receiving.finish().await.map_err(of_spool)?));
    }
    match taken {
        Some((name, received)) => conclude(gateway, wish, name, received).await,
        None => Err(ApiError::bad_request("the form has no field `file`")),
    }
}

async fn upload_object(
    gateway: &Arc<Gateway>,
    name: Result<Path<String>, PathRejection>,
    parts: Parts,
    mut body: SharedBody,
) -> Result<Response, ApiError> {
    let wish = admit(gateway, &parts).await?;
    let name = match (parts.headers.get("Filename"), name) {
        (Some(name), _) => file_name(name.as_bytes())?,
        (None, Ok(Path(name))) => checked_name(name.into_bytes())?,
        (None, Err(rejection)) => return Err(ApiError::bad_request(rejection.body_text())),
    };
    let announced = content_length(&parts)?;
    if let Some(length) = announced {
        wish.check_room(gateway, length).await?;
    }
    wish.caller.spend(&gateway.records).await?;
    let place = gateway.limits.uploads.acquire().await;
    let mut receiving = gateway
        .spool
        .receive(gateway.layout, wish.cipher.clone(), announced);
    pump(&mut body, &mut receiving).await?;
    let received = receiving.finish().await.map_err(of_spool)?;
    drop(place);
    conclude(gateway, wish, name, received).await
}

async fn pump(body: &mut SharedBody, receiving: &mut Receiving) -> Result<(), ApiError> {
    while let Some(data) = patiently(body.next()).await? {
        let data = data.map_err(|error| {
            ApiError::bad_request(format!("the upload was cut off ({error}): send it again"))
        })?;
        receiving.push(data).await.map_err(of_spool)?;
    }
    Ok(())
}

/// Everything that can be said before the body is read.
pub(super) async fn admit(gateway: &Gateway, parts: &Parts) -> Result<Wish, ApiError> {
    let (method, path) = (&parts.method, parts.uri.path());
    let caller = authenticate(method, path, &parts.headers, SystemTime::now())?;
    gateway.check_authority(&caller.account).await?;
    let territory = parts
        .headers
        .get("Territory")
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let territory = percent_decode(territory).collect::<Vec<u8>>();
    let territory = Name::try_from(territory)
        .ok()
        .filter(|t| !t.is_empty())
        .ok_or_else(|| {
            ApiError::bad_request(format!(
                "name the territory that pays in the header Territory (1 to {NAME_MAX} bytes)"
            ))
        })?;
    let (cipher, published) = cipher(parts)?;
    let wish = Wish {
        caller,
        territory,
        cipher,
        published,
    };
    wish.check_room(gateway, 1).await?;
    Ok(wish)
}

fn cipher(parts: &Parts) -> Result<(Cipher, bool), ApiError> {
    let password = parts
        .headers
        .get("Cipher")
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let format = parts
        .headers
        .get("Cipher-Format")
        .map(HeaderValue::as_bytes);
    let published = match format {
        None | Some(b"sealed") => false,
        Some(b"published") => true,
        Some(_) => {
            let msg = "the header Cipher-Format is `sealed` (AES-256-GCM, the default) or \
                       `published` (AES-256-CBC, for published clients)";
            return Err(ApiError::bad_request(msg));
        }
    };
    let cipher = match (password, published) {
        (b"", _) if format.is_some() => {
            let msg = "Cipher-Format needs a password in the header Cipher";
            return Err(ApiError::bad_request(msg));
        }
        (b"", _) => Ok(Cipher::none()),
        (password, true) => Cipher::published(password),
        (password, false) => Cipher::sealed(password),
    };
    Ok((cipher.map_err(of_segment)?, published))
}

fn content_length(parts: &Parts) -> Result<Option<u64>, ApiError> {
    let Some(length) = parts.headers.get(header::CONTENT_LENGTH) else {
        return Ok(None);
    };
    let length = length.to_str().ok().and_then(|text| text.parse().ok());
    length
        .map(Some)
        .ok_or_else(|| ApiError::bad_request("the header Content-Length is no number"))
}

/// A name as it was sent, with `%xx` for bytes that HTTP cannot carry.
fn file_name(sent: &[u8]) -> Result<Name, ApiError> {
    checked_name(percent_decode(sent).collect())
}

pub(super) fn checked_name(name: Vec<u8>) -> Result<Name, ApiError> {
    let length = name.len();
    if std::str::from_utf8(&name).is_err() {
        return Err(ApiError::bad_request("the file name is not UTF-8"));
    }
    let long_enough = length >= NAME_MIN as usize;
    Name::try_from(name)
        .ok()
        .filter(|_| long_enough)
        .ok_or_else(|| {
            ApiError::bad_request(format!(
                "a file name has {NAME_MIN} to {NAME_MAX} bytes, this one has {length}"
            ))
        })
}

/// Waits for the client, but not for ever.
pub(super) async fn patiently<T>(
    next: impl std::future::Future<Output = T>,
) -> Result<T, ApiError> {
    tokio::time::timeout(SILENCE, next).await.map_err(|_| {
        ApiError::timeout(format!(
            "nothing came for {} s: send the file again",
            SILENCE.as_secs()
        ))
    })
}

fn cut_off(error: MultipartError) -> ApiError {
    let cause = error.body_text();
    ApiError::bad_request(format!(
        "the form was cut off or is malformed ({cause}): send it again"
    ))
}

pub(super) fn of_spool(error: SpoolError) -> ApiError {
    match error {
        SpoolError::Segment(error) => of_segment(error),
        SpoolError::Io(error) => of_io(&error),
        SpoolError::Aborted => ApiError::internal("the upload was broken off by the gateway"),
    }
}

/// What was received is seen through even when the client hangs up now.
pub(super) async fn conclude(
    gateway: &Arc<Gateway>,
    wish: Wish,
    name: Name,
    received: Received,
) -> Result<Response, ApiError> {
    let worker = Arc::clone(gateway);
    let work = async move { accept(&worker, wish, name, received).await };
    let fid = gateway.see_through(work).await?;
    Ok(ok(json!({ "fid": fid })))
}
