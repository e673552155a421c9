//! `pois.PoisCertifierApi`: keys, certificates over new idle files, and deletions.
//!
//! The worker remembers nothing between two requests: keys and challenges follow from the master
//! key and from what the chain has of the miner, so that asking twice gives the same answer, and
//! any worker can finish what another one began.

use super::{check_signed, check_state, params, refused, too_many_files, Keys};
use crate::{
    identity::Identity,
    master::{Keyring, Master},
    metrics::Metrics,
    podr2,
    pool::Pool,
    view::{unavailable, View},
};
use cess_pois::{commit, deletion, new_miner, SpaceProofInfo};
use cess_primitives::{
    miner::MinerInfo,
    payload::{master_digest, space_proof_digest},
    AccountId,
};
use cess_tee_api::{
    convert::{account, required},
    pois::{
        pois_certifier_api_server::PoisCertifierApi, Challenge, RequestMinerCommitGenChall,
        RequestMinerInitParam, RequestVerifyCommitAndAccProof, RequestVerifyDeletionProof,
        ResponseMinerInitParam, ResponseVerifyCommitOrDeletionProof,
    },
    wire,
};
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// The certification service.
#[derive(Clone)]
pub struct Certifier {
    view: View,
    identity: Identity,
    keyring: Keyring,
    keys: Keys,
    pool: Pool,
    metrics: Metrics,
}

impl Certifier {
    /// A service that certifies in the places of this pool.
    pub(crate) fn new(
        view: View,
        identity: Identity,
        keyring: Keyring,
        keys: Keys,
        pool: Pool,
        metrics: Metrics,
    ) -> Self {
        Self {
            view,
            identity,
            keyring,
            keys,
            pool,
            metrics,
        }
    }

    async fn new_key(
        &self,
        request: RequestMinerInitParam,
    ) -> Result<ResponseMinerInitParam, Status> {
        let account = account(&request.miner_id, "miner_id")?;
        if self.registered(&account).await?.space_proof_info.is_some() {
            return Err(Status::already_exists(
                "You have already registered the POIS key!",
            ));
        }
        let master = self.keyring.master()?;
        let podr2_key = podr2::key(&self.view, &master).await?.public();
        let podr2_pbk = podr2::public_bytes(&*podr2_key)?;
        let place = self.pool.enter().await?;
        let (keys, maker, miner) = (self.keys.clone(), Arc::clone(&master), account.clone());
        let (key, _place) = place.run(move || keys.of(&maker, &miner)).await?;
        let info = new_miner(account, key.map_err(refused)?.public.clone());
        Ok(ResponseMinerInitParam {
            acc: info.accumulator.to_vec(),
            key_n: info.pois_key.n.to_vec(),
            key_g: info.pois_key.g.to_vec(),
            front: 0,
            rear: 0,
            miner_id: request.miner_id,
            status_tee_sign: master.sign(&master_digest(&info)).to_vec(),
            signature_with_tee_controller: self.sign_with_me(&master, &info).to_vec(),
            podr2_pbk,
        })
    }

    async fn challenge(&self, request: RequestMinerCommitGenChall) -> Result<Challenge, Status> {
        let account = account(&request.miner_id, "miner_id")?;
        check_signed(&account, &request)?;
        let commitment = wire::pois::commitment(required(request.commit.as_ref(), "commit")?)?;
        let state = self.state(&account).await?;
        let params = params(&self.view).await?;
        let master = self.keyring.master()?;
        let challenge =
            commit::challenge(&params, &state, &commitment, &secret(&master)).map_err(refused)?;
        let signature = master.sign(&challenge_digest(&account, &commitment, &challenge));
        let mut message = wire::pois::challenge_message(&challenge);
        message.chall_tee_sign = signature.to_vec();
        Ok(message)
    }

    async fn certify(
        &self,
        request: RequestVerifyCommitAndAccProof,
    ) -> Result<ResponseVerifyCommitOrDeletionProof, Status> {
        let account = account(&request.miner_id, "miner_id")?;
        check_signed(&account, &request)?;
        let state = self.state(&account).await?;
        check_state(&request.miner_id, request.pois_info.as_ref(), &state)?;
        let commitment = wire::pois::commitment(required(request.commit.as_ref(), "commit")?)?;
        let proof = required(request.commit_proof_group.as_ref(), "commit_proof_group")?;
        let proof = wire::pois::commit_proof(proof)?;
        let append = wire::pois::append(required(request.acc_proof.as_ref(), "acc_proof")?)?;
        drop(request);
        let params = params(&self.view).await?;
        let master = self.keyring.master()?;
        let place = self.pool.enter().await?;
        let (keys, maker) = (self.keys.clone(), Arc::clone(&master));
        let (certified, _place) = place
            .run(move || {
                // The same challenge as before: it follows from the commitment and the chain's state.
                let challenge = commit::challenge(&params, &state, &commitment, &secret(&maker))?;
                let group = keys.group(&maker, &state)?;
                commit::verify(
                    &params,
                    &group,
                    &state,
                    &commitment,
                    &challenge,
                    &proof,
                    &append,
                )
            })
            .await?;
        self.answer(&master, certified.map_err(refused)?)
    }

    async fn delete(
        &self,
        request: RequestVerifyDeletionProof,
    ) -> Result<ResponseVerifyCommitOrDeletionProof, Status> {
        let account = account(&request.miner_id, "miner_id")?;
        check_signed(&account, &request)?;
        let state = self.state(&account).await?;
        check_state(&request.miner_id, request.pois_info.as_ref(), &state)?;
        let proof = wire::pois::deletion(&request)?;
        let master = self.keyring.master()?;
        let place = self.pool.enter().await?;
        let (keys, maker) = (self.keys.clone(), Arc::clone(&master));
        let (state, _place) = place
            .run(move || deletion::verify(&*keys.group(&maker, &state)?, &state, &proof))
            .await?;
        self.answer(&master, state.map_err(refused)?)
    }

    async fn registered(&self, account: &AccountId) -> Result<MinerInfo, Status> {
        let miner = self.view.miner(account).await.map_err(unavailable)?;
        miner.ok_or_else(|| {
            Status::not_found("the miner not exists: register it first (Sminer.regnstk)")
        })
    }

    async fn state(&self, account: &AccountId) -> Result<SpaceProofInfo, Status> {
        self.registered(account)
            .await?
            .space_proof_info
            .ok_or_else(|| {
                Status::failed_precondition(
                    "the miner has no PoIS key: register one first (Sminer.register_pois_key)",
                )
            })
    }

    fn answer(
        &self,
        master: &Master,
        info: SpaceProofInfo,
    ) -> Result<ResponseVerifyCommitOrDeletionProof, Status> {
        self.metrics.certificates.inc();
        tracing::info!(miner = %info.miner, front = info.front, rear = info.rear, "certified idle space");
        Ok(ResponseVerifyCommitOrDeletionProof {
            pois_status: Some(wire::pois::status_message(&info).ok_or_else(too_many_files)?),
            status_tee_sign: master.sign(&master_digest(&info)).to_vec(),
            signature_with_tee_controller: self.sign_with_me(master, &info).to_vec(),
        })
    }

    fn sign_with_me(&self, master: &Master, info: &SpaceProofInfo) -> [u8; 64] {
        master.sign(&space_proof_digest(info, &self.identity.key()))
    }
}

/// What `chall_tee_sign` is over: the challenge is bound to the miner and to what it committed to.
pub(crate) fn challenge_digest(
    miner: &AccountId,
    commitment: &commit::Commitment,
    challenge: &commit::Challenge,
) -> [u8; 32] {
    master_digest(&(b"cess-tee commit challenge", miner, commitment, challenge))
}

/// What keeps miners from foreseeing challenges.
fn secret(master: &Master) -> [u8; 32] {
    master.derive("cess-tee pois challenge", &[])
}

#[tonic::async_trait]
impl PoisCertifierApi for Certifier {
    async fn request_miner_get_new_key(
        &self,
        request: Request<RequestMinerInitParam>,
    ) -> Result<Response<ResponseMinerInitParam>, Status> {
        let answer = self.new_key(request.into_inner()).await;
        self.metrics.answered("new_key", answer)
    }

    async fn request_miner_commit_gen_chall(
        &self,
        request: Request<RequestMinerCommitGenChall>,
    ) -> Result<Response<Challenge>, Status> {
        let answer = self.challenge(request.into_inner()).await;
        self.metrics.answered("commit_challenge", answer)
    }

    async fn request_verify_commit_proof(
        &self,
        request: Request<RequestVerifyCommitAndAccProof>,
    ) -> Result<Response<ResponseVerifyCommitOrDeletionProof>, Status> {
        let answer = self.certify(request.into_inner()).await;
        self.metrics.answered("certify", answer)
    }

    async fn request_verify_deletion_proof(
        &self,
        request: Request<RequestVerifyDeletionProof>,
    ) -> Result<Response<ResponseVerifyCommitOrDeletionProof>, Status> {
        let answer = self.delete(request.into_inner()).await;
        self.metrics.answered("delete", answer)
    }
}
