//! TEE workers over gRPC.

use super::choice::Choice;
use super::{Certified, NewKey, TagJob, TeeApi, TeeError};
use crate::byzantine::Conduct;
use crate::chain::{Certificate, ChainApi};
use crate::state::{TagRecord, Tagging};
use async_trait::async_trait;
use cess_chain::Signer;
use cess_podr2::{public_key, PublicKey};
use cess_pois::commit::{self, Challenge, Commitment};
use cess_pois::deletion::Deletion;
use cess_pois::space::RangeProof;
use cess_pois::{Append, Params};
use cess_primitives::audit::QElement;
use cess_primitives::file::DigestInfo;
use cess_primitives::miner::{PoISKey, SpaceProofInfo};
use cess_primitives::tee::{WorkerInfo, WorkerKey, WorkerRole};
use cess_primitives::BloomFilter;
use cess_tee_api::convert::{array, challenge_message, space_challenge_message, BadField};
use cess_tee_api::podr2::podr2_api_client::Podr2ApiClient;
use cess_tee_api::podr2::podr2_verifier_api_client::Podr2VerifierApiClient;
use cess_tee_api::podr2::{self, RequestBatchVerify, RequestGenTag};
use cess_tee_api::pois::pois_certifier_api_client::PoisCertifierApiClient;
use cess_tee_api::pois::pois_verifier_api_client::PoisVerifierApiClient;
use cess_tee_api::pois::{self, ResponseVerifyCommitOrDeletionProof};
use cess_tee_api::pubkeys::ceseal_pubkeys_provider_client::CesealPubkeysProviderClient;
use cess_tee_api::pubkeys::Request as KeyRequest;
use cess_tee_api::{retry_after, wire, MinerSigned, MAX_MESSAGE};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

const CONNECT: Duration = Duration::from_secs(3);
/// A worker that has not answered by then is passed over; tags of large fragments take long.
const ANSWER: Duration = Duration::from_secs(120);

const TAG: &str = "tag fragments";
const CERTIFY: &str = "certify idle space";
const VERIFY: &str = "verify the proof";

/// The workers that the chain lists. Those that may do a job are tried in turn, the least busy ones
/// first, so that the load is shared.
pub struct TeePool {
    chain: Arc<dyn ChainApi>,
    signer: Signer,
    channels: Mutex<HashMap<String, Channel>>,
    choice: Choice,
    /// The network's PoDR2 key does not change.
    podr2_key: tokio::sync::OnceCell<Arc<dyn PublicKey>>,
    conduct: Option<Arc<Conduct>>,
}

impl TeePool {
    /// Signs requests with `signer`.
    pub fn new(chain: Arc<dyn ChainApi>, signer: Signer) -> Self {
        Self {
            chain,
            signer,
            channels: Mutex::default(),
            choice: Choice::default(),
            podr2_key: tokio::sync::OnceCell::new(),
            conduct: None,
        }
    }

    /// Lets a strain change what is signed.
    pub fn with_conduct(self, conduct: Arc<Conduct>) -> Self {
        Self {
            conduct: Some(conduct),
            ..self
        }
    }

    fn miner_id(&self) -> Vec<u8> {
        self.signer.public_key().to_vec()
    }

    fn channel(&self, worker: &WorkerInfo) -> Result<Channel, Status> {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(&worker.endpoint) {
            return Ok(channel.clone());
        }
        let endpoint = Endpoint::from_shared(worker.endpoint.clone()).map_err(|e| {
            Status::unavailable(format!("its endpoint `{}` is no URL: {e}", worker.endpoint))
        })?;
        let channel = endpoint
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .connect_lazy();
        channels.insert(worker.endpoint.clone(), channel.clone());
        Ok(channel)
    }

    async fn workers(&self) -> Result<Vec<WorkerInfo>, TeeError> {
        self.chain
            .workers()
            .await
            .map_err(|e| TeeError::Chain(e.to_string()))
    }

    /// Does a job with the first worker of these roles that can.
    async fn with_any<T, F, Fut>(
        &self,
        what: &'static str,
        roles: &[WorkerRole],
        job: F,
    ) -> Result<T, TeeError>
    where
        F: Fn(Channel, WorkerKey) -> Fut,
        Fut: Future<Output = Result<T, Status>>,
    {
        let mut able = self.workers().await?;
        able.retain(|w| roles.contains(&w.role) && !w.endpoint.is_empty());
        if able.is_empty() {
            return Err(TeeError::NoWorker(what));
        }
        self.choice.order(&mut able);
        let (mut busy, mut failed) = (None, None);
        for worker in able {
            let _job = self.choice.begin(worker.pubkey);
            let status = match self.channel(&worker) {
                Ok(channel) => match in_time(job(channel, worker.pubkey)).await {
                    Ok(answer) => {
                        self.choice.did(&worker.pubkey);
                        return Ok(answer);
                    }
                    Err(status) => status,
                },
                Err(status) => status,
            };
            self.choice
                .could_not(&worker.pubkey, &status, retry_after(&status));
            tracing::debug!(worker = %hex::encode(worker.pubkey), %status, "a TEE worker could not {what}");
            match retry_after(&status) {
                Some(wait) => busy = Some(busy.map_or(wait, |w: Duration| w.min(wait))),
                None => failed = Some(status),
            }
        }
        match (busy, failed) {
            (Some(wait), _) => Err(TeeError::Busy(wait)),
            (None, status) => Err(failure(what, status)),
        }
    }

    /// Does a job with the worker that the chain chose.
    async fn with_worker<T, F, Fut>(&self, worker: &WorkerKey, job: F) -> Result<T, TeeError>
    where
        F: FnOnce(Channel) -> Fut,
        Fut: Future<Output = Result<T, Status>>,
    {
        let found = self
            .workers()
            .await?
            .into_iter()
            .find(|w| w.pubkey == *worker);
        let found = found.ok_or(TeeError::NoWorker(VERIFY))?;
        let channel = self.channel(&found).map_err(|s| failure(VERIFY, Some(s)))?;
        in_time(job(channel))
            .await
            .map_err(|status| match retry_after(&status) {
                Some(wait) => TeeError::Busy(wait),
                None => failure(VERIFY, Some(status)),
            })
    }

    fn signed<R: MinerSigned + 'static>(&self, mut request: R) -> R {
        if let Some(conduct) = &self.conduct {
            conduct.tell(&mut request);
        }
        let signature = self.signer.sign(&request.digest());
        request.set_signature(signature);
        request
    }

    async fn public_key(&self) -> Result<&Arc<dyn PublicKey>, TeeError> {
        self.podr2_key
            .get_or_try_init(|| async {
                let bytes = self.podr2_key().await?;
                public_key(&bytes).map_err(|e| TeeError::Answer(e.to_string()))
            })
            .await
    }
}

/// A stream that falls silent must not hold a task up.
async fn in_time<T>(job: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
    let late = |_| Status::deadline_exceeded("it did not answer in time");
    tokio::time::timeout(ANSWER, job).await.map_err(late)?
}

fn failure(what: &'static str, status: Option<Status>) -> TeeError {
    let Some(status) = status else {
        let reason = "none answered".into();
        return TeeError::Failed { what, reason };
    };
    let reason = format!("{}: {}", status.code(), status.message());
    match status.code() {
        Code::InvalidArgument => TeeError::Refused { what, reason },
        _ => TeeError::Failed { what, reason },
    }
}

fn unusable(error: BadField) -> Status {
    Status::data_loss(format!("its answer cannot be used: {error}"))
}

fn too_many() -> TeeError {
    TeeError::Answer("the idle files count beyond what a message can hold".into())
}

fn certified(
    before: &SpaceProofInfo,
    tee_puk: WorkerKey,
    answer: ResponseVerifyCommitOrDeletionProof,
) -> Result<(SpaceProofInfo, Certificate), Status> {
    let status = answer
        .pois_status
        .ok_or_else(|| unusable(BadField::Missing("pois_status")))?;
    let info = wire::pois::new_state(before, &status).map_err(unusable)?;
    let certificate = Certificate {
        with_worker: array(
            &answer.signature_with_tee_controller,
            "signature_with_tee_controller",
        )
        .map_err(unusable)?,
        plain: array(&answer.status_tee_sign, "status_tee_sign").map_err(unusable)?,
        tee_puk,
    };
    Ok((info, certificate))
}

/// The roles that tag and certify.
const MARKERS: [WorkerRole; 2] = [WorkerRole::Marker, WorkerRole::Full];
const ALL: [WorkerRole; 3] = [WorkerRole::Full, WorkerRole::Marker, WorkerRole::Verifier];

#[async_trait]
impl TeeApi for TeePool {
    async fn podr2_key(&self) -> Result<Vec<u8>, TeeError> {
        let request = KeyRequest {
            storage_miner_account_id: self.miner_id(),
        };
        self.with_any("tell the network's key", &ALL, |channel, _| {
            let request = request.clone();
            async move {
                let answer = CesealPubkeysProviderClient::new(channel)
                    .get_podr2_pubkey(request)
                    .await?;
                Ok(answer.into_inner().pubkey)
            }
        })
        .await
    }

    async fn new_key(&self) -> Result<NewKey, TeeError> {
        let request = pois::RequestMinerInitParam {
            miner_id: self.miner_id(),
        };
        let miner = self.signer.account_id();
        self.with_any(CERTIFY, &MARKERS, |channel, tee_puk| {
            let (request, miner) = (request.clone(), miner.clone());
            async move {
                let answer = PoisCertifierApiClient::new(channel)
                    .request_miner_get_new_key(request)
                    .await?
                    .into_inner();
                let info = SpaceProofInfo {
                    miner,
                    front: 0,
                    rear: 0,
                    pois_key: PoISKey {
                        g: array(&answer.key_g, "key_g").map_err(unusable)?,
                        n: array(&answer.key_n, "key_n").map_err(unusable)?,
                    },
                    accumulator: array(&answer.acc, "acc").map_err(unusable)?,
                };
                let certificate = Certificate {
                    with_worker: array(
                        &answer.signature_with_tee_controller,
                        "signature_with_tee_controller",
                    )
                    .map_err(unusable)?,
                    plain: array(&answer.status_tee_sign, "status_tee_sign").map_err(unusable)?,
                    tee_puk,
                };
                Ok(NewKey { info, certificate })
            }
        })
        .await
    }

    async fn tag(&self, job: TagJob) -> Result<(TagRecord, Tagging), TeeError> {
        let key = self.public_key().await?;
        let chunks = self
            .chain
            .params()
            .await
            .map_err(|e| TeeError::Chain(e.to_string()))?
            .chunk_count;
        let list = job.progress.digests.iter().map(|d| podr2::DigestInfo {
            fragment_name: d.fragment.0.to_vec(),
            tee_account_id: d.tee_puk.to_vec(),
        });
        let list: Vec<_> = list.collect();
        // The worker serves miners and files in turn.
        let ask = RequestGenTag {
            miner_id: self.miner_id(),
            file_name: job.fid.to_text(),
            ..RequestGenTag::default()
        };
        self.with_any(TAG, &MARKERS, |channel, tee_puk| {
            let ask = ask.clone();
            let full = RequestGenTag {
                fragment_data: job.data.to_vec(),
                fragment_name: job.fragment.to_text(),
                custom_data: String::new(),
                tee_digest_list: list.clone(),
                last_tee_signature: job.progress.signature.clone(),
                ..ask.clone()
            };
            let (fragment, mut digests) = (job.fragment, job.progress.digests.clone());
            async move {
                let mut client = Podr2ApiClient::new(channel)
                    .max_decoding_message_size(MAX_MESSAGE)
                    .max_encoding_message_size(MAX_MESSAGE);
                let (sender, requests) = tokio::sync::mpsc::channel(1);
                let closed = |_| Status::unavailable("it closed the stream");
                sender.send(ask).await.map_err(closed)?;
                let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
                let mut answers = client.request_gen_tag(requests).await?.into_inner();
                // The worker has a place for us: now the fragment is worth sending.
                let ended = || Status::unavailable("it ended the stream without an answer");
                answers.message().await?.ok_or_else(ended)?;
                sender.send(full).await.map_err(closed)?;
                let answer = answers.message().await?.ok_or_else(ended)?;
                let message = answer
                    .msg
                    .ok_or_else(|| unusable(BadField::Missing("msg")))?;
                let signature = message.signature.clone();
                let tagged = wire::podr2::tagged(message).map_err(unusable)?;
                key.check_tag(&tagged, &fragment, chunks, b"")
                    .map_err(|e| Status::data_loss(format!("its tag is false: {e}")))?;
                digests.push(DigestInfo { fragment, tee_puk });
                let core = tagged.tag.t;
                let record = TagRecord {
                    name: core.name,
                    u: core.u,
                    phi: core.phi,
                    u_sig: tagged.u_sig,
                };
                Ok((record, Tagging { digests, signature }))
            }
        })
        .await
    }

    async fn question(&self, commitment: &Commitment) -> Result<Challenge, TeeError> {
        let protocol = self.chain.params().await;
        let protocol = protocol.map_err(|e| TeeError::Chain(e.to_string()))?;
        let params = Params::of(&protocol).map_err(|e| TeeError::Chain(e.to_string()))?;
        let request = self.signed(pois::RequestMinerCommitGenChall {
            miner_id: self.miner_id(),
            commit: Some(wire::pois::commitment_message(commitment).ok_or_else(too_many)?),
            miner_sign: Vec::new(),
        });
        self.with_any(CERTIFY, &MARKERS, |channel, _| {
            let request = request.clone();
            async move {
                let answer = PoisCertifierApiClient::new(channel)
                    .request_miner_commit_gen_chall(request)
                    .await?;
                wire::pois::challenge(&params, &answer.into_inner()).map_err(unusable)
            }
        })
        .await
    }

    async fn certify(
        &self,
        state: &Certified,
        commitment: &Commitment,
        proof: &commit::Proof,
        append: &Append,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        let info = wire::pois::state_message(&state.info, &state.signature);
        let group = wire::pois::commit_proof_message(proof);
        let request = self.signed(pois::RequestVerifyCommitAndAccProof {
            commit_proof_group: Some(group.ok_or_else(too_many)?),
            acc_proof: Some(wire::pois::append_message(append).ok_or_else(too_many)?),
            miner_id: self.miner_id(),
            pois_info: Some(info.ok_or_else(too_many)?),
            miner_sign: Vec::new(),
            commit: Some(wire::pois::commitment_message(commitment).ok_or_else(too_many)?),
        });
        self.with_any(CERTIFY, &MARKERS, |channel, tee_puk| {
            let request = request.clone();
            async move {
                let mut client =
                    PoisCertifierApiClient::new(channel).max_encoding_message_size(MAX_MESSAGE);
                certified(
                    &state.info,
                    tee_puk,
                    client
                        .request_verify_commit_proof(request)
                        .await?
                        .into_inner(),
                )
            }
        })
        .await
    }

    async fn give_up(
        &self,
        state: &Certified,
        deletion: &Deletion,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError> {
        let info = wire::pois::state_message(&state.info, &state.signature);
        let request = self.signed(pois::RequestVerifyDeletionProof {
            miner_id: self.miner_id(),
            pois_info: Some(info.ok_or_else(too_many)?),
            ..wire::pois::deletion_message(deletion)
        });
        self.with_any(CERTIFY, &MARKERS, |channel, tee_puk| {
            let request = request.clone();
            async move {
                certified(
                    &state.info,
                    tee_puk,
                    PoisCertifierApiClient::new(channel)
                        .request_verify_deletion_proof(request)
                        .await?
                        .into_inner(),
                )
            }
        })
        .await
    }

    async fn deliver_idle(
        &self,
        worker: &WorkerKey,
        state: &Certified,
        challenge: &[u64; 8],
        proofs: &[RangeProof],
    ) -> Result<bool, TeeError> {
        let pois_info =
            wire::pois::state_message(&state.info, &state.signature).ok_or_else(too_many)?;
        let space_chals = space_challenge_message(challenge);
        let mut proof_list = Vec::with_capacity(proofs.len());
        for proof in proofs {
            // One at a time: each may be a megabyte, and has a time limit of its own.
            let message = wire::pois::space_proof_message(proof).ok_or_else(too_many)?;
            let content = pois::ProofHashAndLeftRight {
                space_proof_hash: proof.hash().to_vec(),
                left: message.left,
                right: message.right,
                tee_id: worker.to_vec(),
            };
            let single = self.signed(pois::RequestSpaceProofVerify {
                space_chals: space_chals.clone(),
                miner_id: self.miner_id(),
                pois_info: Some(pois_info.clone()),
                proof: Some(message),
                miner_space_proof_hash_polkadot_sig: Vec::new(),
            });
            let signature = self
                .with_worker(worker, |channel| async move {
                    let mut client =
                        PoisVerifierApiClient::new(channel).max_encoding_message_size(MAX_MESSAGE);
                    let answer = client.request_space_proof_verify_single_block(single);
                    Ok(answer.await?.into_inner().signature)
                })
                .await?;
            proof_list.push(pois::BlocksProof {
                proof_hash_and_left_right: Some(content),
                signature,
            });
        }
        let total = self.signed(pois::RequestSpaceProofVerifyTotal {
            miner_id: self.miner_id(),
            proof_list,
            front: pois_info.front,
            rear: pois_info.rear,
            acc: pois_info.acc,
            space_chals,
            miner_sign: Vec::new(),
        });
        self.with_worker(worker, |channel| async move {
            let mut client =
                PoisVerifierApiClient::new(channel).max_encoding_message_size(MAX_MESSAGE);
            let answer = client.request_verify_space_total(total);
            Ok(answer.await?.into_inner().idle_result)
        })
        .await
    }

    async fn deliver_service(
        &self,
        worker: &WorkerKey,
        challenge: &QElement,
        before: &BloomFilter,
        proof: cess_podr2::Proof,
    ) -> Result<bool, TeeError> {
        let (agg_proof, u_sigs) = wire::podr2::proof_message(proof);
        let request = self.signed(RequestBatchVerify {
            agg_proof: Some(agg_proof),
            qslices: Some(challenge_message(challenge)),
            u_sigs,
            miner_id: self.miner_id(),
            service_bloom_filter: before.0.to_vec(),
            miner_sign: Vec::new(),
        });
        self.with_worker(worker, |channel| async move {
            let mut client =
                Podr2VerifierApiClient::new(channel).max_encoding_message_size(MAX_MESSAGE);
            Ok(client
                .request_batch_verify(request)
                .await?
                .into_inner()
                .batch_verify_result)
        })
        .await
    }
}
