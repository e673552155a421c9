//! The HTTP interface.

mod delete;
mod download;
mod health;
mod location;
mod metadata;
mod progress;
mod resume;
mod upload;

use crate::envelope::ApiError;
use crate::fetch::OnChain;
use crate::gateway::Gateway;
use crate::look::View;
use crate::metrics::Metrics;
use crate::refusal;
use crate::status::Status;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::Method;
use axum::routing::{get, put};
use axum::Router;
use cess_primitives::file::{FileInfo, FileState, UserBrief};
use cess_primitives::Hash;
use std::sync::{Arc, OnceLock};
use tokio::sync::watch;
use tower_http::cors::{Any, CorsLayer};

/// What is served before the chain is reached, and after.
pub(crate) struct Shell {
    pub(crate) status: watch::Sender<Status>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) gateway: OnceLock<Arc<Gateway>>,
}

impl Shell {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Arc<Self> {
        let status = watch::Sender::new(Status::Starting("opening".into()));
        Arc::new(Self {
            status,
            metrics,
            gateway: OnceLock::new(),
        })
    }
}

/// All routes.
pub(crate) fn router(shell: Arc<Shell>) -> Router {
    let methods = [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_headers(Any)
        .expose_headers(Any);
    Router::new()
        .route("/file", put(upload::file))
        .route("/object/{name}", put(upload::object))
        .route("/resume/{name}", put(resume::file))
        .route("/file/{fid}", axum::routing::delete(delete::file))
        .route("/file/download/{fid}", get(download::file))
        .route("/file/metadata/{fid}", get(metadata::file))
        .route("/file/location/{fid}", get(location::file))
        .route("/file/deal/{fid}", get(progress::file))
        .route("/version", get(health::version))
        .route("/health", get(health::health))
        .route("/metrics", get(health::metrics))
        .fallback(|| async {
            ApiError::not_found("there is no such route; see the gateway's documentation")
        })
        .method_not_allowed_fallback(|| async {
            ApiError::method_not_allowed(
                "this path does not take this method; see the gateway's documentation",
            )
        })
        // Files stream, so their size is bounded by the protocol and not here.
        .layer(DefaultBodyLimit::disable())
        .layer(cors.allow_methods(methods))
        .with_state(shell)
}

/// The gateway, once it is ready.
pub(crate) struct Ready(pub(crate) Arc<Gateway>);

impl FromRequestParts<Arc<Shell>> for Ready {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, shell: &Arc<Shell>) -> Result<Self, ApiError> {
        match shell.gateway.get() {
            Some(gateway) => Ok(Self(Arc::clone(gateway))),
            None => {
                let step = shell.status.borrow().step();
                Err(ApiError::unavailable(format!(
                    "the gateway is starting ({step}): try again"
                )))
            }
        }
    }
}

/// The fid in a path.
pub(crate) struct Fid(pub(crate) Hash);

impl<S: Send + Sync> FromRequestParts<S> for Fid {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path: Result<Path<String>, PathRejection> =
            Path::from_request_parts(parts, state).await;
        let text = path.map(|Path(text)| text).unwrap_or_default();
        text.parse().map(Self).map_err(|_| {
            ApiError::bad_request("this is not a fid: it has 64 characters of lower-case hex")
        })
    }
}

/// A file as the chain knows it.
pub(crate) struct Known {
    pub(crate) file: OnChain,
    pub(crate) owners: Vec<UserBrief>,
    pub(crate) state: &'static str,
}

impl Known {
    pub(crate) fn stored(fid: Hash, file: &FileInfo) -> Self {
        let state = match file.stat {
            FileState::Active => "active",
            _ => "tagging",
        };
        Self {
            file: OnChain::of_file(fid, file),
            owners: file.owner.to_vec(),
            state,
        }
    }
}

impl Gateway {
    /// Finds a file on the chain, stored or being stored.
    pub(crate) async fn locate(&self, fid: Hash) -> Result<Known, ApiError> {
        let refused = |error| refusal::of_chain(error, &self.account());
        match self.look(&fid).await.map_err(refused)? {
            View::Stored(file) => Ok(Known::stored(fid, &file)),
            View::Deal(deal, _) => Ok(Known {
                file: OnChain::of_deal(fid, &deal),
                owners: vec![deal.user],
                state: "distributing",
            }),
            View::Nothing => Err(ApiError::not_found(
                "the chain knows no file with this fid; it was never stored, or it was deleted",
            )),
        }
    }
}
