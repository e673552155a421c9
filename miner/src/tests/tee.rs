//! The pool of TEE workers against workers that listen on real sockets.

use crate::chain::ChainApi;
use crate::state::Tagging;
use crate::tee::{TagJob, TeeApi, TeeError, TeePool};
use crate::testing::{params, MemoryChain};
use cess_chain::Signer;
use cess_podr2::{MasterKey, SecretKey};
use cess_primitives::tee::{WorkerInfo, WorkerRole};
use cess_primitives::Hash;
use cess_tee_api::podr2::podr2_api_server::{Podr2Api, Podr2ApiServer};
use cess_tee_api::podr2::{EchoMessage, RequestGenTag, ResponseGenTag};
use cess_tee_api::pubkeys::ceseal_pubkeys_provider_server::{
    CesealPubkeysProvider, CesealPubkeysProviderServer,
};
use cess_tee_api::pubkeys::{
    IdentityPubkeyResponse, MasterPubkeyResponse, Podr2PubkeyResponse, Request as KeyRequest,
};
use cess_tee_api::{busy, wire};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::{Request, Response, Status, Streaming};

/// A worker that tags, is busy, or gives tags by a key of its own.
#[derive(Clone)]
struct Worker {
    key: Arc<MasterKey>,
    network_key: Arc<MasterKey>,
    is_busy: bool,
    asked: Arc<AtomicU32>,
}

#[tonic::async_trait]
impl Podr2Api for Worker {
    type request_gen_tagStream = ReceiverStream<Result<ResponseGenTag, Status>>;

    async fn request_gen_tag(
        &self,
        request: Request<Streaming<RequestGenTag>>,
    ) -> Result<Response<Self::request_gen_tagStream>, Status> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = tokio::sync::mpsc::channel(2);
        let (this, mut requests) = (self.clone(), request.into_inner());
        tokio::spawn(async move {
            if this.is_busy {
                sender
                    .send(Err(busy("tags", Duration::from_secs(7))))
                    .await
                    .unwrap();
                return;
            }
            assert!(requests
                .message()
                .await
                .unwrap()
                .unwrap()
                .fragment_data
                .is_empty());
            sender
                .send(Ok(ResponseGenTag {
                    processing: true,
                    msg: None,
                }))
                .await
                .unwrap();
            let full = requests.message().await.unwrap().unwrap();
            let name = full.fragment_name.parse().unwrap();
            let tagged = this
                .key
                .tag(&name, &full.fragment_data, params().chunk_count, b"")
                .unwrap();
            let msg = Some(wire::podr2::tag_message(tagged, [3; 64]));
            sender
                .send(Ok(ResponseGenTag {
                    processing: false,
                    msg,
                }))
                .await
                .unwrap();
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn echo(&self, request: Request<EchoMessage>) -> Result<Response<EchoMessage>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

#[tonic::async_trait]
impl CesealPubkeysProvider for Worker {
    async fn get_identity_pubkey(
        &self,
        _: Request<KeyRequest>,
    ) -> Result<Response<IdentityPubkeyResponse>, Status> {
        Err(Status::unimplemented("not in this test"))
    }
    async fn get_master_pubkey(
        &self,
        _: Request<KeyRequest>,
    ) -> Result<Response<MasterPubkeyResponse>, Status> {
        Err(Status::unimplemented("not in this test"))
    }
    async fn get_podr2_pubkey(
        &self,
        _: Request<KeyRequest>,
    ) -> Result<Response<Podr2PubkeyResponse>, Status> {
        let pubkey = self.network_key.public().to_bytes().unwrap();
        Ok(Response::new(Podr2PubkeyResponse {
            pubkey,
            ..Default::default()
        }))
    }
}

/// What is wrong with a worker of the test.
enum Fault {
    None,
    Busy,
    FalseKey,
    Gone,
}

async fn pool(faults: &[Fault]) -> (TeePool, Vec<Arc<AtomicU32>>) {
    let network_key = Arc::new(MasterKey::generate().unwrap());
    let signer = Signer::from_uri("//Miner//1").unwrap();
    let chain = MemoryChain::new(signer.account_id());
    let mut counters = Vec::new();
    for (i, fault) in faults.iter().enumerate() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<AtomicU32>::default();
        counters.push(Arc::clone(&asked));
        let key = match fault {
            Fault::FalseKey => Arc::new(MasterKey::generate().unwrap()),
            _ => Arc::clone(&network_key),
        };
        let is_busy = matches!(fault, Fault::Busy);
        let worker = Worker {
            key,
            network_key: Arc::clone(&network_key),
            is_busy,
            asked,
        };
        if !matches!(fault, Fault::Gone) {
            let server = tonic::transport::Server::builder()
                .add_service(Podr2ApiServer::new(worker.clone()))
                .add_service(CesealPubkeysProviderServer::new(worker))
                .serve_with_incoming(TcpListenerStream::new(listener));
            tokio::spawn(server);
        }
        chain.lock().workers.push(WorkerInfo {
            pubkey: [i as u8; 32],
            ecdh_pubkey: [0; 32],
            version: 0,
            last_updated: 0,
            stash_account: None,
            attestation_provider: None,
            confidence_level: 128,
            features: Vec::new(),
            role: WorkerRole::Full,
            endpoint,
        });
    }
    let chain: Arc<dyn ChainApi> = Arc::new(chain);
    (TeePool::new(chain, signer), counters)
}

fn job() -> TagJob {
    let data = vec![5; 1024];
    TagJob {
        fid: Hash::of(b"file"),
        fragment: Hash::of(&data),
        data: data.into(),
        progress: Tagging::default(),
    }
}

#[tokio::test]
async fn a_tag_comes_back_checked_and_with_its_worker() {
    let (pool, _) = pool(&[Fault::None]).await;
    let (tag, progress) = pool.tag(job()).await.unwrap();
    assert_eq!((tag.name, tag.phi.len()), (job().fragment, 4));
    assert_eq!(
        (progress.digests[0].tee_puk, progress.signature),
        ([0; 32], vec![3; 64])
    );
}

#[tokio::test]
async fn workers_that_are_busy_or_gone_are_passed_over() {
    let (pool, asked) = pool(&[Fault::Busy, Fault::Gone, Fault::None]).await;
    for _ in 0..4 {
        let (_, progress) = pool.tag(job()).await.unwrap();
        assert_eq!(progress.digests[0].tee_puk, [2; 32]);
    }
    assert_eq!(asked[2].load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn when_all_are_busy_the_shortest_wait_is_told() {
    let (pool, asked) = pool(&[Fault::Busy, Fault::Busy]).await;
    assert_eq!(
        pool.tag(job()).await.unwrap_err(),
        TeeError::Busy(Duration::from_secs(7))
    );
    assert_eq!(
        asked.iter().map(|a| a.load(Ordering::Relaxed)).sum::<u32>(),
        2
    );
}

#[tokio::test]
async fn a_tag_by_a_false_key_is_refused() {
    let (pool, _) = pool(&[Fault::FalseKey]).await;
    let error = pool.tag(job()).await.unwrap_err();
    assert!(
        matches!(&error, TeeError::Failed { reason, .. } if reason.contains("false")),
        "{error}"
    );
}

#[tokio::test]
async fn without_a_worker_the_remedy_is_named() {
    let (pool, _) = pool(&[]).await;
    let error = pool.new_key().await.unwrap_err();
    assert!(error.to_string().contains("start one"), "{error}");
}
