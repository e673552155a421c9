//! `/version`, `/health` and `/metrics`.

use super::Shell;
use crate::envelope::{ok, ApiError};
use crate::refusal::ss58;
use crate::status::Status;
use axum::extract::State;
use axum::http::{header, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::Json;
use serde_json::json;
use std::sync::Arc;

/// Name and version.
pub(super) async fn version() -> Response {
    ok(concat!("cessnet gateway v", env!("CARGO_PKG_VERSION")))
}

/// 200 once everything works, else 503 and the step that the start has come to.
pub(super) async fn health(State(shell): State<Arc<Shell>>) -> Response {
    let status = shell.status.borrow().clone();
    let (code, word) = match status {
        Status::Ready => (StatusCode::OK, "ready"),
        Status::Starting(_) => (StatusCode::SERVICE_UNAVAILABLE, "starting"),
        Status::Failed(_) => (StatusCode::SERVICE_UNAVAILABLE, "failed"),
    };
    let gateway = shell.gateway.get();
    let body = json!({
        "status": word,
        "step": status.step(),
        "account": gateway.map(|g| ss58(&g.account())),
        "tick": gateway.map(|g| g.tick()),
        "open_uploads": shell.metrics.open_uploads.get(),
    });
    (code, Json(body)).into_response()
}

/// Prometheus' text.
pub(super) async fn metrics(State(shell): State<Arc<Shell>>) -> Response {
    if let Some(gateway) = shell.gateway.get() {
        let bytes = i64::try_from(gateway.cache.bytes()).unwrap_or(i64::MAX);
        shell.metrics.cache_bytes.set(bytes);
    }
    match shell.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => ApiError::internal(error.to_string()).into_response(),
    }
}
