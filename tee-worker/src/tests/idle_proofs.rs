use crate::testing::{account, fresh_state, master, Harness, PARAMS};
use cess_chain::{calls::audit, Call};
use cess_pois::{
    commit,
    space::{self, RangeProof},
    Group, MemoryStore, Params, Prover, SpaceProofInfo,
};
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
use std::ops::ControlFlow;
use std::sync::OnceLock;
use tonic::{Code, Status};

/// Sets of the challenged miner: two groups of sixteen, the second in part.
const SETS: u64 = 17;
const REAR: u64 = SETS * 4;

/// Certifies sets as a worker would, without one.
fn certified(uri: &str, sets: u64) -> (SpaceProofInfo, Prover<MemoryStore>) {
    let params = Params::of(&PARAMS).unwrap();
    let mut state = fresh_state(&account(uri).account_id());
    let group = Group::public(&state.pois_key).unwrap();
    let prover = Prover::open(params, state.clone(), MemoryStore::default()).unwrap();
    for _ in 0..sets {
        let commitment = prover.generate(&mut |_| ControlFlow::Continue(())).unwrap();
        let asked = commit::challenge(&params, &state, &commitment, &[1; 32]).unwrap();
        let (proof, append) = prover.prove_commit(&commitment, &asked).unwrap();
        state = commit::verify(
            &params,
            &group,
            &state,
            &commitment,
            &asked,
            &proof,
            &append,
        )
        .unwrap();
        prover.adopt(state.clone()).unwrap();
    }
    (state, prover)
}

/// The challenged miner's files, made once for all tests.
fn files() -> &'static (SpaceProofInfo, Prover<MemoryStore>) {
    static FILES: OnceLock<(SpaceProofInfo, Prover<MemoryStore>)> = OnceLock::new();
    FILES.get_or_init(|| certified("//Miner//1", SETS))
}

/// A challenged miner and its submitted proof.
struct Case {
    worker: Harness,
    state: SpaceProofInfo,
    challenge: ChallengeInfo,
    proofs: Vec<RangeProof>,
}

async fn case() -> Case {
    let worker = Harness::start().await;
    let (state, prover) = files();
    let challenge = worker.challenge(state.clone(), &[]);
    let chals = challenge.challenge_element.space_param;
    let case = Case {
        worker,
        state: state.clone(),
        challenge,
        proofs: prover.prove_space(state, &chals).unwrap(),
    };
    case.worker.submit_idle_proof(case.total_hash());
    case
}

impl Case {
    fn total_hash(&self) -> [u8; 32] {
        let hashes: Vec<_> = self.proofs.iter().map(RangeProof::hash).collect();
        space::total_hash(&hashes)
    }

    fn chals(&self) -> Vec<i64> {
        space_challenge_message(&self.challenge.challenge_element.space_param)
    }

    fn sign<R: MinerSigned>(&self, mut request: R) -> R {
        request.set_signature(self.worker.miner.sign(&request.digest()));
        request
    }

    fn single(&self, proof: &RangeProof) -> RequestSpaceProofVerify {
        self.sign(RequestSpaceProofVerify {
            space_chals: self.chals(),
            miner_id: self.worker.miner.public_key().to_vec(),
            pois_info: wire::pois::state_message(&self.state, &[]),
            proof: wire::pois::space_proof_message(proof),
            miner_space_proof_hash_polkadot_sig: vec![],
        })
    }

    async fn verify_single(&self, request: RequestSpaceProofVerify) -> Result<Vec<u8>, Status> {
        let mut client = PoisVerifierApiClient::new(self.worker.channel.clone());
        Ok(client
            .request_space_proof_verify_single_block(request)
            .await?
            .into_inner()
            .signature)
    }

    fn block(&self, proof: &RangeProof, signature: Vec<u8>) -> BlocksProof {
        BlocksProof {
            proof_hash_and_left_right: Some(ProofHashAndLeftRight {
                space_proof_hash: proof.hash().to_vec(),
                left: proof.range.left as i64,
                right: proof.range.right as i64,
                tee_id: self.worker.identity.key().to_vec(),
            }),
            signature,
        }
    }

    /// Has every range verified.
    async fn blocks(&self) -> Vec<BlocksProof> {
        let mut blocks = Vec::new();
        for proof in &self.proofs {
            let signature = self.verify_single(self.single(proof)).await.unwrap();
            blocks.push(self.block(proof, signature));
        }
        blocks
    }

    fn total(&self, proof_list: Vec<BlocksProof>) -> RequestSpaceProofVerifyTotal {
        RequestSpaceProofVerifyTotal {
            miner_id: self.worker.miner.public_key().to_vec(),
            proof_list,
            front: 0,
            rear: REAR as i64,
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

    fn post(&self, result: bool, signature: &[u8]) -> Call {
        audit::post_idle_verdict(
            &self.worker.miner.account_id(),
            &self.total_hash(),
            0,
            REAR,
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
            miner_prove: self.total_hash().to_vec().try_into().unwrap(),
            front: 0,
            rear: REAR,
            accumulator: self.state.accumulator,
            space_challenge_param: self.challenge.challenge_element.space_param,
            result,
            tee_puk: self.worker.identity.key(),
        })
    }

    /// A proof that the miner signed costs it the audit.
    async fn is_convicted_by(&self, proof: &RangeProof) {
        let status = self.verify_single(self.single(proof)).await.unwrap_err();
        assert!(
            status.message().ends_with("the verdict is false"),
            "{status}"
        );
        let calls = self.worker.chain.submitted(1).await;
        let signature = master().sign(&self.digest(false));
        // sr25519 signatures differ each time; the rest of the call must be the same.
        assert_eq!(
            format!("{:?}", calls[0]).len(),
            format!("{:?}", self.post(false, &signature)).len()
        );
        assert_eq!(calls[0].title(), "Audit.post_idle_verdict");
    }

    fn nothing_is_posted(&self) {
        assert!(self.worker.chain.state().submitted.is_empty());
    }
}

#[tokio::test]
async fn a_good_proof_of_every_range_passes_and_the_worker_posts_the_verdict() {
    let case = case().await;
    assert_eq!(case.proofs.len(), 2, "one range of each sixteen sets");
    let blocks = case.blocks().await;
    let answer = case.verify_total(case.total(blocks)).await.unwrap();
    assert!(answer.idle_result);
    let master = &case.worker.master;
    assert!(master.verify(&case.digest(true), &answer.signature));
    assert_eq!(
        case.worker.chain.submitted(1).await,
        [case.post(true, &answer.signature)]
    );
}

#[tokio::test]
async fn a_false_label_of_the_miners_own_fails_it() {
    let case = case().await;
    let mut proof = case.proofs[1].clone();
    proof.files[0].nodes[0].label[0] ^= 1;
    case.is_convicted_by(&proof).await;
}

#[tokio::test]
async fn a_proof_without_files_fails_the_miner_that_signed_it() {
    let case = case().await;
    let mut proof = case.proofs[0].clone();
    proof.files.clear();
    case.is_convicted_by(&proof).await;
}

#[tokio::test]
async fn a_proof_replayed_from_an_earlier_challenge_fails_the_miner() {
    let case = case().await;
    let (state, prover) = files();
    let old = prover.prove_space(state, &[6; 8]).unwrap();
    case.is_convicted_by(&old[0]).await;
}

#[tokio::test]
async fn another_miners_proof_fails_the_miner() {
    let case = case().await;
    let (state, prover) = certified("//Miner//2", 1);
    let chals = case.challenge.challenge_element.space_param;
    let proofs = prover.prove_space(&state, &chals).unwrap();
    case.is_convicted_by(&proofs[0]).await;
}

#[tokio::test]
async fn a_proof_with_a_forged_signature_has_no_consequence() {
    let case = case().await;
    let mut proof = case.proofs[0].clone();
    proof.files.clear();
    let mut request = case.single(&proof);
    request.set_signature(account("//Mallory").sign(&request.digest()));
    assert_eq!(
        case.verify_single(request).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    case.nothing_is_posted();
}

#[tokio::test]
async fn a_total_needs_this_workers_word_for_this_challenge() {
    let case = case().await;
    let blocks = case.blocks().await;
    for forged in [
        vec![],
        vec![0; 64],
        account("//Mallory").sign(b"x").to_vec(),
    ] {
        let mut blocks = blocks.clone();
        blocks[1].signature = forged;
        let refused = case.verify_total(case.total(blocks)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    let mut elsewhere = blocks.clone();
    let content = elsewhere[0].proof_hash_and_left_right.as_mut().unwrap();
    content.tee_id = vec![9; 32];
    let refused = case.verify_total(case.total(elsewhere)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    // The same words in the next challenge.
    case.worker
        .open_challenge(|info| info.challenge_element.start += 1);
    let replayed = case.verify_total(case.total(blocks)).await.unwrap_err();
    assert_eq!(replayed.code(), Code::InvalidArgument);
    case.nothing_is_posted();
}

#[tokio::test]
async fn a_total_covers_the_challenged_ranges_all_of_them_once_and_in_order() {
    let case = case().await;
    let [first, second] = case.blocks().await.try_into().unwrap();
    // A good proof of a set that was not asked for.
    let (state, prover) = files();
    let others = (0..).map(|n| prover.prove_space(state, &[n; 8]).unwrap().remove(0));
    let other = others
        .into_iter()
        .find(|proof: &RangeProof| proof.range != case.proofs[0].range)
        .unwrap();
    let lists = [
        vec![],
        vec![first.clone()],
        vec![second.clone()],
        vec![second.clone(), first.clone()],
        vec![first.clone(), first.clone()],
        vec![first.clone(), second.clone(), second.clone()],
        vec![case.block(&other, vec![0; 64]), second.clone()],
        vec![first.clone(); 1000],
    ];
    for list in lists {
        let request = case.sign(case.total(list));
        let refused = case.verify_total(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    case.nothing_is_posted();
    let answer = case.verify_total(case.total(vec![first, second])).await;
    assert!(answer.unwrap().idle_result);
}

#[tokio::test]
async fn the_submitted_hash_binds_the_miner() {
    let case = case().await;
    let blocks = case.blocks().await;
    case.worker.submit_idle_proof([9; 32]);
    let request = case.total(blocks);
    assert_eq!(
        case.verify_total(request.clone()).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    case.nothing_is_posted();
    let request = case.sign(request);
    assert!(!case.verify_total(request).await.unwrap().idle_result);
    assert_eq!(
        case.worker.chain.submitted(1).await[0].title(),
        "Audit.post_idle_verdict"
    );
}

#[tokio::test]
async fn front_rear_and_accumulator_are_the_challenged_ones() {
    let case = case().await;
    let blocks = case.blocks().await;
    let with = |change: fn(&mut RequestSpaceProofVerifyTotal)| {
        let mut request = case.total(blocks.clone());
        change(&mut request);
        case.sign(request)
    };
    for request in [
        with(|r| r.front = 1),
        with(|r| r.rear -= 4),
        with(|r| r.acc[255] ^= 1),
    ] {
        let refused = case.verify_total(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::FailedPrecondition);
    }
    case.nothing_is_posted();
}

#[tokio::test]
async fn states_challenges_and_workers_of_ones_own_choice_are_refused() {
    let case = case().await;
    let good = case.single(&case.proofs[0]);
    let mut other_state = good.clone();
    other_state.pois_info.as_mut().unwrap().rear = 4;
    let refused = case.verify_single(case.sign(other_state)).await;
    assert_eq!(refused.unwrap_err().code(), Code::FailedPrecondition);
    let other_chals = RequestSpaceProofVerify {
        space_chals: vec![1; 8],
        ..good.clone()
    };
    let refused = case.verify_single(case.sign(other_chals)).await;
    assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
    case.worker
        .open_challenge(|info| info.prove_info.idle_prove.as_mut().unwrap().tee_puk = [9; 32]);
    assert_eq!(
        case.verify_single(good).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    case.nothing_is_posted();
}

#[tokio::test]
async fn malformed_proofs_are_refused_and_have_no_consequence() {
    let case = case().await;
    let with = |change: fn(&mut RequestSpaceProofVerify)| {
        let mut request = case.single(&case.proofs[0]);
        change(&mut request);
        case.sign(request)
    };
    let bad = [
        with(|r| r.proof = None),
        with(|r| r.pois_info = None),
        with(|r| r.space_chals.clear()),
        with(|r| r.miner_id.clear()),
        with(|r| r.proof.as_mut().unwrap().left = i64::MIN),
        with(|r| r.proof.as_mut().unwrap().right = -1),
        with(|r| r.proof.as_mut().unwrap().roots.clear()),
        with(|r| r.proof.as_mut().unwrap().wit_chains[0].wit.push(1)),
        with(|r| r.proof.as_mut().unwrap().wit_chains[0].elem.clear()),
        with(|r| r.proof.as_mut().unwrap().wit_chains[0].acc = None),
        with(|r| r.proof.as_mut().unwrap().proofs[0].proofs[0].index = -1),
        with(|r| r.proof.as_mut().unwrap().proofs[0].proofs[0].label.clear()),
        with(|r| r.proof.as_mut().unwrap().proofs[0].proofs[0].locs.clear()),
    ];
    for request in bad {
        let code = case.verify_single(request).await.unwrap_err().code();
        assert!(
            matches!(code, Code::InvalidArgument | Code::Unauthenticated),
            "{code}"
        );
    }
    let total = |change: fn(&mut RequestSpaceProofVerifyTotal)| {
        let mut request = case.total(vec![case.block(&case.proofs[0], vec![])]);
        change(&mut request);
        request
    };
    let bad = [
        total(|r| r.proof_list[0].proof_hash_and_left_right = None),
        total(|r| {
            let content = r.proof_list[0].proof_hash_and_left_right.as_mut();
            content.unwrap().left = -1;
        }),
        total(|r| r.front = -1),
        total(|r| r.acc.clear()),
    ];
    for request in bad {
        assert_eq!(
            case.verify_total(request).await.unwrap_err().code(),
            Code::InvalidArgument
        );
    }
    case.nothing_is_posted();
}
