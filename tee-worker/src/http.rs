//! `/health` and `/metrics`.

use crate::byzantine::Strain;
use crate::metrics::Metrics;
use axum::{
    extract::State,
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
    Json, Router,
};
use cess_primitives::tee::attestation::Measurement;
use serde::Serialize;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What `/health` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// `starting` or `ready`.
    pub status: &'static str,
    /// What the worker does or waits for.
    pub step: String,
    /// The worker's account.
    pub account: String,
    /// `full`, `verifier` or `marker`.
    pub role: String,
    /// Whether it lies, and how.
    pub strain: Strain,
    /// MRENCLAVE of the running binary, hex.
    pub measurement: String,
    /// The name under which the chain lists the binary (`TeeWorker.add_ceseal`), hex.
    pub binary: String,
    /// The master key that it holds, hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key: Option<String>,
}

/// Where the worker stands; clones share it.
#[derive(Clone)]
pub struct Health(Arc<RwLock<Report>>);

impl Health {
    /// A worker that has just begun.
    pub fn new(account: String, role: String, strain: Strain, enclave: &Measurement) -> Self {
        let step = "connecting to the chain".into();
        Self(Arc::new(RwLock::new(Report {
            status: "starting",
            step,
            account,
            role,
            strain,
            measurement: hex::encode(enclave.mr_enclave),
            binary: format!("{:?}", enclave.hash()),
            master_key: None,
        })))
    }

    /// The worker waits or works for this.
    pub fn starting(&self, step: impl Into<String>) {
        let step = step.into();
        let mut report = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if report.step != step {
            tracing::info!(step, "not ready");
        }
        report.status = "starting";
        report.step = step;
    }

    /// The worker serves with this master key.
    pub fn ready(&self, master_key: &[u8; 32]) {
        let mut report = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if report.status != "ready" {
            tracing::info!("ready");
        }
        report.status = "ready";
        report.step = "serving".into();
        report.master_key = Some(hex::encode(master_key));
    }

    /// Where the worker stands now.
    pub fn report(&self) -> Report {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Serves both until `stop`.
pub async fn serve(
    listener: TcpListener,
    health: Health,
    metrics: Metrics,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/health", get(health_report))
        .route("/metrics", get(metrics_text))
        .with_state((health, metrics));
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
}

async fn health_report(State((health, _)): State<(Health, Metrics)>) -> Response {
    let report = health.report();
    let status = if report.status == "ready" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(report)).into_response()
}

async fn metrics_text(State((_, metrics)): State<(Health, Metrics)>) -> Response {
    match metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn health_is_503_with_the_step_until_the_worker_is_ready() {
        let health = Health::new(
            "cX".into(),
            "full".into(),
            Strain::Honest,
            &Measurement::default(),
        );
        let state = State((health.clone(), Metrics::new().unwrap()));
        health.starting("waiting for the holder");
        assert_eq!(
            health_report(state.clone()).await.status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(health.report().step, "waiting for the holder");
        health.ready(&[1; 32]);
        assert_eq!(health_report(state.clone()).await.status(), StatusCode::OK);
        assert_eq!(metrics_text(state).await.status(), StatusCode::OK);
    }
}
