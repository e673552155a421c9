//! The shape of every answer: `{"code", "msg", "data"}`, with the HTTP status equal to the code.

use axum::http::{header, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::Json;
use serde::Serialize;
use serde_json::{json, Value};

/// A request that failed: its status, the cause and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {msg}")]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) msg: String,
    /// The `Content-Range` that a 416 owes to the client.
    content_range: Option<String>,
}

macro_rules! kinds {
    ($($name:ident = $status:ident),* $(,)?) => {
        impl ApiError {$(
            pub(crate) fn $name(msg: impl Into<String>) -> Self {
                Self { status: StatusCode::$status, msg: msg.into(), content_range: None }
            }
        )*}
    };
}

kinds! {
    bad_request = BAD_REQUEST,
    unauthorized = UNAUTHORIZED,
    forbidden = FORBIDDEN,
    not_found = NOT_FOUND,
    method_not_allowed = METHOD_NOT_ALLOWED,
    conflict = CONFLICT,
    too_large = PAYLOAD_TOO_LARGE,
    timeout = REQUEST_TIMEOUT,
    internal = INTERNAL_SERVER_ERROR,
    bad_gateway = BAD_GATEWAY,
    unavailable = SERVICE_UNAVAILABLE,
    gateway_timeout = GATEWAY_TIMEOUT,
    no_space = INSUFFICIENT_STORAGE,
}

impl ApiError {
    /// The range asked for is not within the file's `size` bytes.
    pub(crate) fn range(msg: impl Into<String>, size: u64) -> Self {
        Self {
            status: StatusCode::RANGE_NOT_SATISFIABLE,
            msg: msg.into(),
            content_range: Some(format!("bytes */{size}")),
        }
    }
}

fn envelope(status: StatusCode, msg: &str, data: Value) -> Response {
    let body = json!({ "code": status.as_u16(), "msg": msg, "data": data });
    (status, Json(body)).into_response()
}

/// 200 with data.
pub(crate) fn ok(data: impl Serialize) -> Response {
    match serde_json::to_value(data) {
        Ok(data) => envelope(StatusCode::OK, "ok", data),
        Err(error) => ApiError::internal(error.to_string()).into_response(),
    }
}

/// 308: these first bytes of a file are here and more are to come. Published clients look at the status,
/// at the range that they sent, or for the message `ok`.
pub(crate) fn incomplete(here: u64, sent: Option<HeaderValue>) -> Response {
    let data = json!({ "received": here });
    let mut response = envelope(StatusCode::PERMANENT_REDIRECT, "ok", data);
    let headers = response.headers_mut();
    if let Some(last) = here.checked_sub(1) {
        let range = HeaderValue::from_str(&format!("bytes=0-{last}"));
        range.into_iter().for_each(|range| {
            headers.insert(header::RANGE, range);
        });
    }
    if let Some(sent) = sent {
        headers.insert(header::CONTENT_RANGE, sent);
    }
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::warn!(
                status = self.status.as_u16(),
                cause = self.msg,
                "a request failed"
            );
        }
        let mut response = envelope(self.status, &self.msg, Value::Null);
        let range = self
            .content_range
            .and_then(|r| HeaderValue::from_str(&r).ok());
        if let Some(range) = range {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
