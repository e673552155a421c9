use crate::testing::{account, Harness, PARAMS};
use cess_chain::{calls::audit, Call};
use cess_pois::{commit, space, Filler, LiveFiles, Params, SpaceProofInfo};
use cess_primitives::{
    audit::ChallengeInfo,
    payload::{master_digest, VerifyIdleResultInfo},
};
use cess_tee_api::{
    convert::space_challenge_message,
    pois::{
        pois_verifier_api_client::PoisVerifierApiClient, BlocksProof, ProofHashAndLeftRight,
        RequestSpaceProofVerify, RequestSpaceProofVerifyTotal, ResponseSpaceProofVerifyTotal,
    },
    wire, MinerSigned,
};
use std::collections::BTreeMap;
use tonic::{Code, Status};

/// A challenged miner with five certified files and its submitted proof.
struct Case {
    worker: Harness,
    state: SpaceProofInfo,
    challenge: ChallengeInfo,
    proof: space::Proof,
}

async fn case() -> Case {
    let worker = Harness::start().await;
    let params = Params::of(&PARAMS).unwrap();
    let fresh = worker.fresh_state();
    let file = |i| {
        (
            i,
            Filler::generate(&params, &fresh, i).unwrap().into_bytes(),
        )
    };
    let files: BTreeMap<u64, Vec<u8>> = (1..=5).map(file).collect();
    let mut live = LiveFiles::default();
    live.append(&commit::claim(&params, &live, 5, &files).unwrap());
    let state = SpaceProofInfo {
        rear: 5,
        accumulator: live.accumulator(&fresh.pois_key),
        ..fresh
    };
    let challenge = worker.challenge(state.clone(), &[]);
    let chals = challenge.challenge_element.space_param;
    let proof = space::prove(&params, &state, &chals, &live, &files).unwrap();
    worker.submit_idle_proof(space::total_hash(&[proof.hash()]));
    Case {
        worker,
        state,
        challenge,
        proof,
    }
}

impl Case {
    fn chals(&self) -> Vec<i64> {
        space_challenge_message(&self.challenge.challenge_element.space_param)
    }

    fn block_request(&self, proof: &space::Proof) -> RequestSpaceProofVerify {
        let mut request = RequestSpaceProofVerify {
            space_chals: self.chals(),
            miner_id: self.worker.miner.public_key().to_vec(),
            pois_info: wire::pois::state_message(&self.state, &[]),
            proof: wire::pois::space_proof_message(proof),
            miner_space_proof_hash_polkadot_sig: vec![],
        };
        request.set_signature(self.worker.miner.sign(&request.digest()));
        request
    }

    async fn verify_block(&self, request: RequestSpaceProofVerify) -> Result<Vec<u8>, Status> {
        let mut client = PoisVerifierApiClient::new(self.worker.channel.clone());
        Ok(client
            .request_space_proof_verify_single_block(request)
            .await?
            .into_inner()
            .signature)
    }

    fn total_request(
        &self,
        proof: &space::Proof,
        signature: Vec<u8>,
    ) -> RequestSpaceProofVerifyTotal {
        let content = ProofHashAndLeftRight {
            space_proof_hash: proof.hash().to_vec(),
            left: 1,
            right: 5,
            tee_id: self.worker.identity.key().to_vec(),
        };
        RequestSpaceProofVerifyTotal {
            miner_id: self.worker.miner.public_key().to_vec(),
            proof_list: vec![BlocksProof {
                proof_hash_and_left_right: Some(content),
                signature,
            }],
            front: 0,
            rear: 5,
            acc: self.state.accumulator.to_vec(),
            space_chals: self.chals(),
            miner_sign: vec![],
        }
    }

    async fn verify_total(
        &self,
        request: RequestSpaceProofVerifyTotal,
    ) -> Result<ResponseSpaceProofVerifyTotal, Status> {
        let mut client = PoisVerifierApiClient::new(self.worker.channel.clone());
        Ok(client
            .request_verify_space_total(request)
            .await?
            .into_inner())
    }

    fn submitted_hash(&self) -> [u8; 32] {
        space::total_hash(&[self.proof.hash()])
    }

    fn post(&self, result: bool, signature: &[u8]) -> Call {
        audit::post_idle_verdict(
            &self.worker.miner.account_id(),
            &self.submitted_hash(),
            0,
            5,
            &self.state.accumulator,
            result,
            signature,
            &self.worker.identity.key(),
        )
    }

    /// What the chain rebuilds in order to check the signature.
    fn digest(&self, result: bool) -> [u8; 32] {
        master_digest(&VerifyIdleResultInfo {
            miner: self.worker.miner.account_id(),
            miner_prove: self.submitted_hash().to_vec().try_into().unwrap(),
            front: 0,
            rear: 5,
            accumulator: self.state.accumulator,
            space_challenge_param: self.challenge.challenge_element.space_param,
            result,
            tee_puk: self.worker.identity.key(),
        })
    }
}

#[tokio::test]
async fn a_good_proof_passes_and_the_worker_posts_the_verdict() {
    let case = case().await;
    let signature = case
        .verify_block(case.block_request(&case.proof))
        .await
        .unwrap();
    let answer = case
        .verify_total(case.total_request(&case.proof, signature))
        .await
        .unwrap();
    assert!(answer.idle_result);
    assert!(case
        .worker
        .master
        .verify(&case.digest(true), &answer.signature));
    assert_eq!(
        case.worker.chain.submitted(1).await,
        [case.post(true, &answer.signature)]
    );
}

#[tokio::test]
async fn a_false_proof_of_the_miners_own_fails_it() {
    let case = case().await;
    let mut proof = case.proof.clone();
    proof.files[0].nodes[0].label[0] ^= 1;
    let status = case
        .verify_block(case.block_request(&proof))
        .await
        .unwrap_err();
    assert!(
        status.message().ends_with("the verdict is false"),
        "{status}"
    );
    let calls = case.worker.chain.submitted(1).await;
    let signature = case.worker.master.sign(&case.digest(false));
    // sr25519 signatures differ each time; the rest of the call must be the same.
    assert_eq!(
        format!("{:?}", calls[0]).len(),
        format!("{:?}", case.post(false, &signature)).len()
    );
    assert_eq!(calls[0].title(), "Audit.post_idle_verdict");
}

#[tokio::test]
async fn a_proof_with_a_forged_signature_has_no_consequence() {
    let case = case().await;
    let mut proof = case.proof.clone();
    proof.files.clear();
    let mut request = case.block_request(&proof);
    request.set_signature(account("//Mallory").sign(&request.digest()));
    assert_eq!(
        case.verify_block(request).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    assert!(case.worker.chain.state().submitted.is_empty());
}

#[tokio::test]
async fn a_total_needs_this_workers_word_for_this_challenge() {
    let case = case().await;
    let signature = case
        .verify_block(case.block_request(&case.proof))
        .await
        .unwrap();
    for forged in [
        vec![],
        vec![0; 64],
        account("//Mallory").sign(b"x").to_vec(),
    ] {
        let refused = case
            .verify_total(case.total_request(&case.proof, forged))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    // The same words in the next challenge.
    case.worker
        .open_challenge(|info| info.challenge_element.start += 1);
    let replayed = case
        .verify_total(case.total_request(&case.proof, signature))
        .await
        .unwrap_err();
    assert_eq!(replayed.code(), Code::InvalidArgument);
    assert!(case.worker.chain.state().submitted.is_empty());
}

#[tokio::test]
async fn the_submitted_hash_binds_the_miner() {
    let case = case().await;
    case.worker.submit_idle_proof([9; 32]);
    let signature = case
        .verify_block(case.block_request(&case.proof))
        .await
        .unwrap();
    let mut request = case.total_request(&case.proof, signature);
    assert_eq!(
        case.verify_total(request.clone()).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    assert!(case.worker.chain.state().submitted.is_empty());
    request.set_signature(case.worker.miner.sign(&request.digest()));
    assert!(!case.verify_total(request).await.unwrap().idle_result);
    assert_eq!(
        case.worker.chain.submitted(1).await[0].title(),
        "Audit.post_idle_verdict"
    );
}

#[tokio::test]
async fn states_challenges_and_workers_of_ones_own_choice_are_refused() {
    let case = case().await;
    let sign = |mut request: RequestSpaceProofVerify| {
        request.set_signature(case.worker.miner.sign(&request.digest()));
        request
    };
    let good = case.block_request(&case.proof);
    let mut other_state = good.clone();
    other_state.pois_info.as_mut().unwrap().rear = 4;
    assert_eq!(
        case.verify_block(sign(other_state))
            .await
            .unwrap_err()
            .code(),
        Code::FailedPrecondition
    );
    let other_chals = RequestSpaceProofVerify {
        space_chals: vec![1; 8],
        ..good.clone()
    };
    assert_eq!(
        case.verify_block(sign(other_chals))
            .await
            .unwrap_err()
            .code(),
        Code::InvalidArgument
    );
    case.worker
        .open_challenge(|info| info.prove_info.idle_prove.as_mut().unwrap().tee_puk = [9; 32]);
    assert_eq!(
        case.verify_block(good).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    assert!(case.worker.chain.state().submitted.is_empty());
}

#[tokio::test]
async fn malformed_proofs_are_refused_and_have_no_consequence() {
    let case = case().await;
    let with = |change: fn(&mut RequestSpaceProofVerify)| {
        let mut request = case.block_request(&case.proof);
        change(&mut request);
        request.set_signature(case.worker.miner.sign(&request.digest()));
        request
    };
    let bad = [
        with(|r| r.proof = None),
        with(|r| r.pois_info = None),
        with(|r| r.space_chals.clear()),
        with(|r| r.miner_id.clear()),
        with(|r| r.proof.as_mut().unwrap().left = i64::MIN),
        with(|r| r.proof.as_mut().unwrap().roots.clear()),
        with(|r| r.proof.as_mut().unwrap().wit_chains[0].wit.push(1)),
        with(|r| r.proof.as_mut().unwrap().wit_chains[0].elem.clear()),
        with(|r| r.proof.as_mut().unwrap().proofs[0].proofs[0].index = -1),
        with(|r| r.proof.as_mut().unwrap().proofs[0].proofs[0].label.clear()),
    ];
    for request in bad {
        let code = case.verify_block(request).await.unwrap_err().code();
        assert!(
            matches!(code, Code::InvalidArgument | Code::Unauthenticated),
            "{code}"
        );
    }
    assert!(case.worker.chain.state().submitted.is_empty());
    let total = |change: fn(&mut RequestSpaceProofVerifyTotal)| {
        let mut request = case.total_request(&case.proof, vec![]);
        change(&mut request);
        request
    };
    let bad = [
        total(|r| r.proof_list.clear()),
        total(|r| r.proof_list[0].proof_hash_and_left_right = None),
        total(|r| r.front = -1),
        total(|r| r.acc.clear()),
    ];
    for request in bad {
        assert_eq!(
            case.verify_total(request).await.unwrap_err().code(),
            Code::InvalidArgument
        );
    }
}
