//! The gRPC server: which services a role offers, and how much each may do at once.

use crate::{
    identity::Identity, intake::Intake, master::Keyring, metrics::Metrics, podr2, pois, pool::Pool,
    pubkeys::Pubkeys, verdicts::Verdicts, view::View,
};
use cess_primitives::tee::WorkerRole;
use cess_tee_api::{
    podr2::{podr2_api_server::Podr2ApiServer, podr2_verifier_api_server::Podr2VerifierApiServer},
    pois::{
        pois_certifier_api_server::PoisCertifierApiServer,
        pois_verifier_api_server::PoisVerifierApiServer,
    },
    pubkeys::ceseal_pubkeys_provider_server::CesealPubkeysProviderServer,
    MAX_CERTIFICATE, MAX_MESSAGE, MAX_SPACE_PROOF,
};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

/// Largest message of a service that takes fragments: those of preset `reference` have 8 MiB.
const MAX_FRAGMENT_MESSAGE: usize = 16 << 20;
/// Largest question for a key.
const MAX_KEY_MESSAGE: usize = 4 << 10;
/// Requests at a time over one connection.
const MAX_STREAMS: u32 = 128;
/// A connection over which nothing comes for so long is asked whether it lives.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Places for each kind of work. A queued tag request holds no data yet, a queued proof does. Tags
/// wait in lines, one for each miner and file.
#[derive(Clone)]
pub struct Pools {
    /// Tags.
    pub tags: Pool,
    /// Certificates and deletions.
    pub certificates: Pool,
    /// Verdicts.
    pub audits: Pool,
}

impl Pools {
    /// Pools for a machine with so many cores.
    pub fn new(cores: usize) -> Self {
        let second = Duration::from_secs(1);
        Self {
            tags: Pool::with_lines("tags", cores.max(1), 256, 32, 2 * second),
            certificates: Pool::new("certificates", (cores / 2).max(1), 64, second),
            audits: Pool::new("verdicts", cores.max(2), 64, second),
        }
    }
}

/// What the services share.
#[derive(Clone)]
pub struct Services {
    /// The chain.
    pub view: View,
    /// The worker.
    pub identity: Identity,
    /// The master key.
    pub keyring: Keyring,
    /// Where verdicts go.
    pub verdicts: Verdicts,
    /// Counters.
    pub metrics: Metrics,
    /// Places for work.
    pub pools: Pools,
}

impl Services {
    /// Serves what the role offers until `stop`.
    pub async fn serve(
        self,
        role: WorkerRole,
        listener: TcpListener,
        stop: CancellationToken,
    ) -> Result<(), tonic::transport::Error> {
        let marks = matches!(role, WorkerRole::Full | WorkerRole::Marker);
        let gives_verdicts = matches!(role, WorkerRole::Full | WorkerRole::Verifier);
        let Self {
            view,
            identity,
            keyring,
            verdicts,
            metrics,
            pools,
        } = self;

        // A macro, because the generated server types share no trait with these methods.
        macro_rules! sized {
            ($server:ident, $service:expr, $most:expr) => {
                $server::new($service)
                    .max_decoding_message_size($most)
                    .max_encoding_message_size(MAX_MESSAGE)
            };
        }
        let tagger = podr2::Tagger::new(
            View::clone(&view),
            identity.clone(),
            keyring.clone(),
            pools.tags,
            metrics.clone(),
        );
        let keys = pois::Keys::default();
        let certifier = pois::Certifier::new(
            View::clone(&view),
            identity.clone(),
            keyring.clone(),
            keys.clone(),
            pools.certificates,
            metrics.clone(),
        );
        let service_verifier = podr2::Verifier::new(
            View::clone(&view),
            identity.clone(),
            keyring.clone(),
            verdicts.clone(),
            pools.audits.clone(),
            metrics.clone(),
        );
        let idle_verifier = pois::Verifier::new(
            View::clone(&view),
            identity.clone(),
            keyring.clone(),
            keys,
            verdicts,
            pools.audits,
            metrics.clone(),
        );
        Server::builder()
            .max_concurrent_streams(MAX_STREAMS)
            .http2_keepalive_interval(Some(KEEPALIVE))
            .layer(Intake::default())
            .add_service(sized!(
                CesealPubkeysProviderServer,
                Pubkeys::new(view, identity, keyring, metrics),
                MAX_KEY_MESSAGE
            ))
            .add_optional_service(
                marks.then(|| sized!(Podr2ApiServer, tagger, MAX_FRAGMENT_MESSAGE)),
            )
            .add_optional_service(
                marks.then(|| sized!(PoisCertifierApiServer, certifier, MAX_CERTIFICATE)),
            )
            .add_optional_service(
                gives_verdicts
                    .then(|| sized!(Podr2VerifierApiServer, service_verifier, MAX_MESSAGE)),
            )
            .add_optional_service(
                gives_verdicts
                    .then(|| sized!(PoisVerifierApiServer, idle_verifier, MAX_SPACE_PROOF)),
            )
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), stop.cancelled_owned())
            .await
    }
}
