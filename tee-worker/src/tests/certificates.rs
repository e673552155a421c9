use crate::pois::challenge_digest;
use crate::testing::{account, fresh_state, Harness, PARAMS};
use cess_pois::{
    commit::Commitment, new_miner, MemoryStore, Params, PoISKey, Prover, SecretKey, SpaceProofInfo,
};
use cess_primitives::payload::{master_digest, space_proof_digest};
use cess_tee_api::{
    pois::{
        pois_certifier_api_client::PoisCertifierApiClient, Challenge, Commits,
        RequestMinerCommitGenChall, RequestMinerInitParam, RequestVerifyCommitAndAccProof,
        RequestVerifyDeletionProof, ResponseMinerInitParam, ResponseVerifyCommitOrDeletionProof,
    },
    wire, MinerSigned,
};
use std::ops::ControlFlow;
use tonic::{transport::Channel, Code, Status};

fn client(worker: &Harness) -> PoisCertifierApiClient<Channel> {
    PoisCertifierApiClient::new(worker.channel.clone())
}

pub(super) async fn new_key(
    worker: &Harness,
    miner_id: Vec<u8>,
) -> Result<ResponseMinerInitParam, Status> {
    let request = RequestMinerInitParam { miner_id };
    Ok(client(worker)
        .request_miner_get_new_key(request)
        .await?
        .into_inner())
}

fn sign<R: MinerSigned>(worker: &Harness, mut request: R) -> R {
    request.set_signature(worker.miner.sign(&request.digest()));
    request
}

/// A registered miner with its next set made.
struct Miner {
    worker: Harness,
    params: Params,
    state: SpaceProofInfo,
    prover: Prover<MemoryStore>,
    commitment: Commitment,
}

fn generate(prover: &Prover<MemoryStore>) -> Commitment {
    prover.generate(&mut |_| ControlFlow::Continue(())).unwrap()
}

impl Miner {
    async fn registered() -> Self {
        let worker = Harness::start().await;
        let state = worker.fresh_state();
        Self::with_state(worker, state.clone(), state)
    }

    /// A miner whose disk is at `own` while the chain has `state`.
    fn with_state(worker: Harness, state: SpaceProofInfo, own: SpaceProofInfo) -> Self {
        worker
            .chain
            .add_miner(&worker.miner.account_id(), Some(state.clone()));
        let params = Params::of(&PARAMS).unwrap();
        let prover = Prover::open(params, own, MemoryStore::default()).unwrap();
        let commitment = generate(&prover);
        Self {
            worker,
            params,
            state,
            prover,
            commitment,
        }
    }

    async fn challenge(&self, commit: Option<Commits>) -> Result<Challenge, Status> {
        let request = RequestMinerCommitGenChall {
            miner_id: self.worker.miner.public_key().to_vec(),
            commit,
            miner_sign: vec![],
        };
        Ok(client(&self.worker)
            .request_miner_commit_gen_chall(sign(&self.worker, request))
            .await?
            .into_inner())
    }

    async fn proof(&self) -> Result<RequestVerifyCommitAndAccProof, Status> {
        let commit = wire::pois::commitment_message(&self.commitment);
        let challenge = self.challenge(commit).await?;
        Ok(self.answer(&challenge))
    }

    fn answer(&self, challenge: &Challenge) -> RequestVerifyCommitAndAccProof {
        let challenge = wire::pois::challenge(&self.params, challenge).unwrap();
        let answer = self.prover.prove_commit(&self.commitment, &challenge);
        let (proof, append) = answer.unwrap();
        RequestVerifyCommitAndAccProof {
            commit_proof_group: wire::pois::commit_proof_message(&proof),
            acc_proof: wire::pois::append_message(&append),
            miner_id: self.worker.miner.public_key().to_vec(),
            pois_info: wire::pois::state_message(&self.state, &[]),
            miner_sign: vec![],
            commit: wire::pois::commitment_message(&self.commitment),
        }
    }

    async fn certify(
        &self,
        request: RequestVerifyCommitAndAccProof,
    ) -> Result<ResponseVerifyCommitOrDeletionProof, Status> {
        Ok(client(&self.worker)
            .request_verify_commit_proof(request)
            .await?
            .into_inner())
    }

    async fn refusal(&self, request: RequestVerifyCommitAndAccProof) -> Code {
        self.certify(sign(&self.worker, request))
            .await
            .unwrap_err()
            .code()
    }

    /// Certifies the set, lets the chain take the certificate, and makes the next set.
    async fn certified(mut self) -> Self {
        let request = sign(&self.worker, self.proof().await.unwrap());
        let answer = self.certify(request).await.unwrap();
        self.take(answer);
        self.commitment = generate(&self.prover);
        self
    }

    async fn deletion(&self, count: u64) -> RequestVerifyDeletionProof {
        let deletion = self.prover.prove_deletion(count).unwrap();
        RequestVerifyDeletionProof {
            miner_id: self.worker.miner.public_key().to_vec(),
            pois_info: wire::pois::state_message(&self.state, &[]),
            ..wire::pois::deletion_message(&deletion)
        }
    }

    async fn delete(
        &self,
        request: RequestVerifyDeletionProof,
    ) -> Result<ResponseVerifyCommitOrDeletionProof, Status> {
        Ok(client(&self.worker)
            .request_verify_deletion_proof(request)
            .await?
            .into_inner())
    }

    /// Moves on to the new state, of which both signatures must be good.
    fn take(&mut self, answer: ResponseVerifyCommitOrDeletionProof) {
        let state = wire::pois::new_state(&self.state, &answer.pois_status.unwrap()).unwrap();
        let (worker, me) = (&self.worker, self.worker.identity.key());
        assert!(worker
            .master
            .verify(&master_digest(&state), &answer.status_tee_sign));
        assert!(worker.master.verify(
            &space_proof_digest(&state, &me),
            &answer.signature_with_tee_controller
        ));
        worker
            .chain
            .add_miner(&worker.miner.account_id(), Some(state.clone()));
        self.prover.adopt(state.clone()).unwrap();
        self.state = state;
    }
}

#[tokio::test]
async fn a_new_key_is_signed_and_the_same_at_every_request() {
    let worker = Harness::start().await;
    let id = worker.miner.public_key().to_vec();
    let first = new_key(&worker, id.clone()).await.unwrap();
    assert_eq!(new_key(&worker, id).await.unwrap().key_n, first.key_n);
    let key = PoISKey {
        g: first.key_g.try_into().unwrap(),
        n: first.key_n.try_into().unwrap(),
    };
    let info = new_miner(worker.miner.account_id(), key);
    assert!(worker
        .master
        .verify(&master_digest(&info), &first.status_tee_sign));
    let with_me = space_proof_digest(&info, &worker.identity.key());
    assert!(worker
        .master
        .verify(&with_me, &first.signature_with_tee_controller));
    assert_eq!(first.podr2_pbk, worker.master.podr2_public());
}

#[tokio::test]
async fn keys_are_for_registered_miners_that_have_none() {
    let worker = Harness::start().await;
    let stranger = account("//Stranger").public_key().to_vec();
    assert_eq!(
        new_key(&worker, stranger).await.unwrap_err().code(),
        Code::NotFound
    );
    assert_eq!(
        new_key(&worker, vec![1; 33]).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    worker
        .chain
        .add_miner(&worker.miner.account_id(), Some(worker.fresh_state()));
    let again = new_key(&worker, worker.miner.public_key().to_vec())
        .await
        .unwrap_err();
    assert_eq!(again.message(), "You have already registered the POIS key!");
}

#[tokio::test]
async fn sets_are_certified_one_after_the_other_and_files_given_up_again() {
    let mut miner = Miner::registered()
        .await
        .certified()
        .await
        .certified()
        .await;
    assert_eq!((miner.state.front, miner.state.rear), (0, 8));
    for (count, front) in [(3, 3), (5, 8)] {
        let request = sign(&miner.worker, miner.deletion(count).await);
        let answer = miner.delete(request).await.unwrap();
        miner.take(answer);
        assert_eq!((miner.state.front, miner.state.rear), (front, 8));
    }
    let empty = miner.state.accumulator == miner.state.pois_key.g;
    assert!(empty, "nothing is left under the accumulator");
    let miner = miner.certified().await;
    assert_eq!((miner.state.front, miner.state.rear), (8, 12));
}

#[tokio::test]
async fn a_challenge_is_signed_for_its_commitment_and_the_same_when_asked_again() {
    let miner = Miner::registered().await;
    let commits = wire::pois::commitment_message(&miner.commitment).unwrap();
    let first = miner.challenge(Some(commits.clone())).await.unwrap();
    let again = miner.challenge(Some(commits)).await.unwrap();
    assert_eq!(first.rows, again.rows);
    let mut other = miner.commitment.clone();
    other.roots[0][0] ^= 1;
    let changed = wire::pois::commitment_message(&other);
    let changed = miner.challenge(changed).await.unwrap();
    assert_ne!(first.rows, changed.rows);

    let read = wire::pois::challenge(&miner.params, &first).unwrap();
    let id = miner.worker.miner.account_id();
    let master = &miner.worker.master;
    let digest = challenge_digest(&id, &miner.commitment, &read);
    assert!(master.verify(&digest, &first.chall_tee_sign));
    let digest = challenge_digest(&id, &other, &read);
    assert!(!master.verify(&digest, &first.chall_tee_sign));
}

#[tokio::test]
async fn an_answer_to_another_challenge_certifies_nothing() {
    let miner = Miner::registered().await;
    let mut other = miner.commitment.clone();
    other.roots[0][0] ^= 1;
    let easier = miner.challenge(wire::pois::commitment_message(&other));
    let request = miner.answer(&easier.await.unwrap());
    assert_eq!(miner.refusal(request).await, Code::InvalidArgument);
}

#[tokio::test]
async fn a_set_is_certified_only_for_the_miner_that_made_it() {
    let worker = Harness::start().await;
    let own = worker.fresh_state();
    let other = fresh_state(&account("//Miner//2").account_id());
    // Its key is the miner's own, its labels are another miner's.
    let copied = SpaceProofInfo {
        miner: other.miner,
        ..own.clone()
    };
    let miner = Miner::with_state(worker, own, copied);
    let request = miner.proof().await.unwrap();
    assert_eq!(miner.refusal(request).await, Code::InvalidArgument);
}

#[tokio::test]
async fn a_key_from_before_the_master_key_changed_still_certifies() {
    let worker = Harness::start().await;
    let id = worker.miner.account_id();
    let key = SecretKey::derive(&[1; 32], &id).unwrap().public();
    let state = new_miner(id, key);
    let miner = Miner::with_state(worker, state.clone(), state);
    assert_eq!(miner.certified().await.state.rear, 4);
}

#[tokio::test]
async fn only_the_miner_itself_may_ask() {
    let miner = Miner::registered().await;
    let request = miner.proof().await.unwrap();
    let unsigned = miner.certify(request.clone()).await.unwrap_err();
    assert_eq!(unsigned.code(), Code::Unauthenticated);
    let mut forged = request.clone();
    forged.set_signature(account("//Mallory").sign(&forged.digest()));
    assert_eq!(
        miner.certify(forged).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    let mut altered = sign(&miner.worker, request);
    altered.pois_info.as_mut().unwrap().rear = 4;
    assert_eq!(
        miner.certify(altered).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    let miner = miner.certified().await;
    let mut deletion = miner.deletion(1).await;
    deletion.set_signature(account("//Mallory").sign(&deletion.digest()));
    assert_eq!(
        miner.delete(deletion).await.unwrap_err().code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn a_state_that_is_not_the_chains_is_refused() {
    let miner = Miner::registered().await;
    let old = miner.proof().await.unwrap();
    let miner = miner.certified().await;
    // A replay of what was good before the chain moved on.
    assert_eq!(miner.refusal(old).await, Code::FailedPrecondition);
    let mut request = miner.proof().await.unwrap();
    request.pois_info.as_mut().unwrap().key_n = vec![9; 256];
    assert_eq!(miner.refusal(request).await, Code::FailedPrecondition);
    let mut deletion = miner.deletion(1).await;
    deletion.pois_info.as_mut().unwrap().front = 1;
    let refused = miner.delete(sign(&miner.worker, deletion)).await;
    assert_eq!(refused.unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn accumulators_of_ones_own_choice_are_refused() {
    let miner = Miner::registered().await.certified().await;
    let good = miner.proof().await.unwrap();
    for level in 0..3 {
        let mut request = good.clone();
        request.acc_proof.as_mut().unwrap().acc_path[level][255] ^= 1;
        assert_eq!(miner.refusal(request).await, Code::InvalidArgument);
    }
    let mut request = good.clone();
    let witness = &mut request.acc_proof.as_mut().unwrap().wit_chains;
    witness.as_mut().unwrap().elem[255] ^= 1;
    assert_eq!(miner.refusal(request).await, Code::InvalidArgument);
    let mut deletion = miner.deletion(2).await;
    deletion.acc_path[0][255] ^= 1;
    let refused = miner.delete(sign(&miner.worker, deletion)).await;
    assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
    // The roots of fewer files than the accumulator loses.
    let mut deletion = miner.deletion(2).await;
    deletion.roots.pop();
    let refused = miner.delete(sign(&miner.worker, deletion)).await;
    assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn malformed_certificates_are_refused_and_do_not_break_the_worker() {
    let miner = Miner::registered().await;
    let good = miner.proof().await.unwrap();
    let with = |change: fn(&mut RequestVerifyCommitAndAccProof)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    let bad = [
        with(|r| r.pois_info = None),
        with(|r| r.acc_proof = None),
        with(|r| r.commit = None),
        with(|r| r.commit_proof_group = None),
        with(|r| r.pois_info.as_mut().unwrap().front = -1),
        with(|r| r.acc_proof.as_mut().unwrap().indexs[0] = i64::MIN),
        with(|r| r.acc_proof.as_mut().unwrap().indexs = vec![i64::MAX; 4]),
        with(|r| r.acc_proof.as_mut().unwrap().labels.clear()),
        with(|r| r.acc_proof.as_mut().unwrap().wit_chains = None),
        with(|r| r.acc_proof.as_mut().unwrap().acc_path.clear()),
        with(|r| r.commit.as_mut().unwrap().roots.clear()),
        with(|r| {
            let group = r.commit_proof_group.as_mut().unwrap();
            group.commit_proof_group_inner.clear();
        }),
        with(|r| {
            let group = r.commit_proof_group.as_mut().unwrap();
            group.commit_proof_group_inner[0].commit_proof.clear();
        }),
        with(|r| {
            let group = r.commit_proof_group.as_mut().unwrap();
            group.commit_proof_group_inner[0].commit_proof[0].node = None;
        }),
        with(|r| {
            let group = r.commit_proof_group.as_mut().unwrap();
            group.commit_proof_group_inner[0].commit_proof[0]
                .parents
                .clear();
        }),
        with(|r| {
            let group = r.commit_proof_group.as_mut().unwrap();
            group.commit_proof_group_inner[0].commit_proof.swap(0, 1);
        }),
    ];
    for request in bad {
        assert_eq!(miner.refusal(request).await, Code::InvalidArgument);
    }
    let far = Commitment {
        first: 9,
        ..miner.commitment.clone()
    };
    let gap = miner.challenge(wire::pois::commitment_message(&far)).await;
    assert_eq!(gap.unwrap_err().code(), Code::InvalidArgument);
    let good = sign(&miner.worker, good.clone());
    miner.certify(good).await.unwrap();
}
