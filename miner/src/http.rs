//! What operators and scripts ask a miner: `/health`, `/metrics`, `/status`, and how it cheats:
//! `/byzantine`.

use crate::byzantine::{self, TurnError};
use crate::miner::Miner;
use crate::status::Step;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{header, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{json, Value};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the handlers need.
#[derive(Clone)]
pub struct Site {
    /// The miner.
    pub miner: Arc<Miner>,
    /// The account with CESS's prefix.
    pub address: String,
    /// The libp2p address.
    pub p2p: String,
}

/// Serves until `stop`.
pub async fn serve(listener: TcpListener, site: Site, stop: CancellationToken) {
    let app = Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .route("/status", get(status))
        .route("/byzantine", get(strain))
        .route("/byzantine/{strain}", put(turn))
        .with_state(site)
        .into_make_service_with_connect_info::<SocketAddr>();
    let stopped = async move { stop.cancelled().await };
    if let Err(error) = axum::serve(listener, app)
        .with_graceful_shutdown(stopped)
        .await
    {
        tracing::error!(%error, "the HTTP interface ended");
    }
}

async fn health(State(site): State<Site>) -> Response {
    let strain = site.miner.conduct.name();
    match site.miner.status.step() {
        Step::Ready => Json(json!({
            "status": "ready", "strain": strain, "account": site.address, "p2p": site.p2p,
        }))
        .into_response(),
        Step::Starting(step) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "starting", "strain": strain, "step": step })),
        )
            .into_response(),
    }
}

async fn metrics(State(site): State<Site>) -> Response {
    match site.miner.status.metrics() {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn status(State(site): State<Site>) -> Response {
    match collect(&site).await {
        Ok(value) => Json(value).into_response(),
        Err(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "error": error.to_string() })),
        )
            .into_response(),
    }
}

async fn strain(State(site): State<Site>) -> Response {
    Json(json!({ "strain": site.miner.conduct.name(), "strains": byzantine::list() }))
        .into_response()
}

/// Whoever shares the machine may make a miner cheat, nobody else.
async fn turn(
    State(site): State<Site>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Path(name): Path<String>,
) -> Response {
    let refused = |status: StatusCode, error: String| {
        (status, Json(json!({ "error": error }))).into_response()
    };
    if !from.ip().is_loopback() {
        return refused(
            StatusCode::FORBIDDEN,
            "strains are changed from the miner's own machine".into(),
        );
    }
    match byzantine::turn(&site.miner, &name).await {
        Ok(()) => Json(json!({ "strain": site.miner.conduct.name() })).into_response(),
        Err(error @ TurnError::Unknown(_)) => refused(StatusCode::NOT_FOUND, error.to_string()),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

async fn collect(site: &Site) -> Result<Value, crate::error::MinerError> {
    let miner = &site.miner;
    let info = miner.chain.miner(&miner.account()).await?;
    // What there is, not what a strain makes of it.
    let challenge = miner.conduct.world().chain.challenge().await?;
    let fragments = miner.with_store(|store| store.list()).await?;
    let files = miner.state.files()?;
    let step = match miner.status.step() {
        Step::Ready => "ready".to_owned(),
        Step::Starting(step) => step,
    };
    let on_chain = info.map(|m| {
        json!({
            "state": String::from_utf8_lossy(&m.state),
            "endpoint": String::from_utf8_lossy(&m.endpoint),
            "collateral": m.collaterals.to_string(),
            "debt": m.debt.to_string(),
            "space": {
                "declared": text(m.declaration_space),
                "idle": text(m.idle_space),
                "locked": text(m.lock_space),
                "service": text(m.service_space),
            },
            "idleFiles": m.space_proof_info.map(|s| json!({ "front": s.front, "rear": s.rear })),
        })
    });
    let open = challenge.map(|c| {
        let element = c.challenge_element;
        json!({
            "start": element.start,
            "idleSlip": element.idle_slip,
            "serviceSlip": element.service_slip,
            "verifySlip": element.verify_slip,
            "idleSubmitted": c.prove_info.idle_prove.is_some(),
            "serviceSubmitted": c.prove_info.service_prove.is_some(),
            "idleVerdict": c.prove_info.idle_prove.and_then(|p| p.verify_result),
            "serviceVerdict": c.prove_info.service_prove.and_then(|p| p.verify_result),
        })
    });
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
        "account": site.address,
        "p2p": site.p2p,
        "step": step,
        "strain": miner.conduct.name(),
        "tick": miner.tick(),
        "idleWork": miner.status.idle_work().to_string(),
        "miner": on_chain,
        "challenge": open,
        "fragments": fragments.len(),
        "files": files.iter().map(|(fid, _)| fid.to_text()).collect::<Vec<_>>(),
    }))
}

/// Bytes as text: JSON's numbers are too small for them.
fn text(bytes: u128) -> String {
    bytes.to_string()
}
