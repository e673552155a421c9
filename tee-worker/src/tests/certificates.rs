use crate::testing::{account, Harness, PARAMS};
use cess_pois::{commit, deletion, Filler, LiveFiles, Params, PoISKey, SpaceProofInfo};
use cess_primitives::payload::{master_digest, space_proof_digest};
use cess_tee_api::{
    pois::{
        pois_certifier_api_client::PoisCertifierApiClient, Commits, RequestMinerCommitGenChall,
        RequestMinerInitParam, RequestVerifyCommitAndAccProof, RequestVerifyDeletionProof,
        ResponseMinerInitParam, ResponseVerifyCommitOrDeletionProof,
    },
    wire, MinerSigned,
};
use std::collections::BTreeMap;
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

/// A miner with its files and what it remembers of them.
struct Miner {
    worker: Harness,
    params: Params,
    state: SpaceProofInfo,
    live: LiveFiles,
    files: BTreeMap<u64, Vec<u8>>,
}

impl Miner {
    async fn registered() -> Self {
        let worker = Harness::start().await;
        let state = worker.fresh_state();
        worker
            .chain
            .add_miner(&worker.miner.account_id(), Some(state.clone()));
        let params = Params::of(&PARAMS).unwrap();
        let file = |i| {
            (
                i,
                Filler::generate(&params, &state, i).unwrap().into_bytes(),
            )
        };
        let files = (1..=8).map(file).collect();
        Self {
            worker,
            params,
            state,
            live: LiveFiles::default(),
            files,
        }
    }

    fn claim(&self, count: u32) -> commit::Claim {
        commit::claim(&self.params, &self.live, count, &self.files).unwrap()
    }

    async fn proof(&self, claim: &commit::Claim) -> Result<RequestVerifyCommitAndAccProof, Status> {
        let commit = wire::pois::claim_message(claim);
        let miner_id = self.worker.miner.public_key().to_vec();
        let request = RequestMinerCommitGenChall {
            miner_id: miner_id.clone(),
            commit,
            miner_sign: vec![],
        };
        let request = sign(&self.worker, request);
        let challenge = client(&self.worker)
            .request_miner_commit_gen_chall(request)
            .await?
            .into_inner();
        let challenge = wire::pois::challenge(&challenge).unwrap();
        let proof =
            commit::prove(&self.params, &self.live, claim, &challenge, &self.files).unwrap();
        let (group, acc) = wire::pois::commit_proof_message(claim, &proof).unwrap();
        Ok(RequestVerifyCommitAndAccProof {
            commit_proof_group: Some(group),
            acc_proof: Some(acc),
            miner_id,
            pois_info: wire::pois::state_message(&self.state, &[]),
            miner_sign: vec![],
        })
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

    /// Certifies files, and lets the chain take the certificate.
    async fn certified(mut self, count: u32) -> Self {
        let claim = self.claim(count);
        let request = sign(&self.worker, self.proof(&claim).await.unwrap());
        let answer = self.certify(request).await.unwrap();
        self.live.append(&claim);
        self.state = self.check(answer);
        self
    }

    /// The new state, of which both signatures must be good.
    fn check(&self, answer: ResponseVerifyCommitOrDeletionProof) -> SpaceProofInfo {
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
        state
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
    let info = cess_pois::new_miner(worker.miner.account_id(), key);
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
async fn files_are_certified_one_set_after_the_other_and_given_up_again() {
    let miner = Miner::registered()
        .await
        .certified(3)
        .await
        .certified(2)
        .await;
    assert_eq!((miner.state.front, miner.state.rear), (0, 5));
    assert_eq!(
        miner.state.accumulator,
        miner.live.accumulator(&miner.state.pois_key)
    );
    let mut request = RequestVerifyDeletionProof {
        miner_id: miner.worker.miner.public_key().to_vec(),
        pois_info: wire::pois::state_message(&miner.state, &[]),
        ..Default::default()
    };
    wire::pois::deletion_message(&deletion::prove(&miner.live, 2).unwrap(), &mut request);
    let request = sign(&miner.worker, request);
    let answer = client(&miner.worker)
        .request_verify_deletion_proof(request)
        .await
        .unwrap()
        .into_inner();
    let state = miner.check(answer);
    assert_eq!((state.front, state.rear), (2, 5));
}

#[tokio::test]
async fn only_the_miner_itself_may_ask() {
    let miner = Miner::registered().await;
    let claim = miner.claim(1);
    let request = miner.proof(&claim).await.unwrap();
    assert_eq!(
        miner.certify(request.clone()).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    let mut forged = request.clone();
    forged.set_signature(account("//Mallory").sign(&forged.digest()));
    assert_eq!(
        miner.certify(forged).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    let mut altered = sign(&miner.worker, request);
    altered.pois_info.as_mut().unwrap().rear = 5;
    assert_eq!(
        miner.certify(altered).await.unwrap_err().code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn a_state_that_is_not_the_chains_is_refused() {
    let miner = Miner::registered().await;
    let old = sign(&miner.worker, miner.proof(&miner.claim(1)).await.unwrap());
    let miner = miner.certified(2).await;
    // A replay of what was good before the chain moved on.
    assert_eq!(
        miner.certify(old).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    let mut request = miner.proof(&miner.claim(1)).await.unwrap();
    request.pois_info.as_mut().unwrap().key_n = vec![9; 256];
    let request = sign(&miner.worker, request);
    assert_eq!(
        miner.certify(request).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
}

#[tokio::test]
async fn files_with_false_labels_are_not_certified() {
    let mut miner = Miner::registered().await;
    miner
        .files
        .insert(1, vec![7; PARAMS.idle_file_size as usize]);
    let request = sign(&miner.worker, miner.proof(&miner.claim(1)).await.unwrap());
    assert_eq!(
        miner.certify(request).await.unwrap_err().code(),
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn malformed_certificates_are_refused_and_do_not_break_the_worker() {
    let miner = Miner::registered().await;
    let claim = miner.claim(2);
    let good = miner.proof(&claim).await.unwrap();
    let with = |change: fn(&mut RequestVerifyCommitAndAccProof)| {
        let mut request = good.clone();
        change(&mut request);
        sign(&miner.worker, request)
    };
    let bad = [
        with(|r| r.pois_info = None),
        with(|r| r.acc_proof = None),
        with(|r| r.commit_proof_group = None),
        with(|r| r.pois_info.as_mut().unwrap().front = -1),
        with(|r| r.acc_proof.as_mut().unwrap().indexs[0] = i64::MIN),
        with(|r| r.acc_proof.as_mut().unwrap().indexs = vec![i64::MAX, i64::MAX]),
        with(|r| r.acc_proof.as_mut().unwrap().labels.clear()),
        with(|r| r.acc_proof.as_mut().unwrap().acc_path = vec![vec![0; 32]; 9]),
        with(|r| {
            r.commit_proof_group
                .as_mut()
                .unwrap()
                .commit_proof_group_inner
                .clear()
        }),
        with(|r| {
            r.commit_proof_group
                .as_mut()
                .unwrap()
                .commit_proof_group_inner[0]
                .commit_proof
                .clear()
        }),
        with(|r| {
            r.commit_proof_group
                .as_mut()
                .unwrap()
                .commit_proof_group_inner[0]
                .commit_proof[0]
                .node = None
        }),
    ];
    for request in bad {
        assert_eq!(
            miner.certify(request).await.unwrap_err().code(),
            Code::InvalidArgument
        );
    }
    let commit = Commits {
        file_indexs: vec![5],
        roots: vec![vec![0; 32]],
    };
    let request = RequestMinerCommitGenChall {
        miner_id: miner.worker.miner.public_key().to_vec(),
        commit: Some(commit),
        miner_sign: vec![],
    };
    let request = sign(&miner.worker, request);
    let gap = client(&miner.worker)
        .request_miner_commit_gen_chall(request)
        .await
        .unwrap_err();
    assert_eq!(gap.code(), Code::InvalidArgument);
    miner
        .certify(sign(&miner.worker, good.clone()))
        .await
        .unwrap();
}
