//! A network whose parameters choose BLS authenticators: the same services, another key.

use crate::testing::{master, Harness, PARAMS};
use cess_podr2::{public_key, Challenge, Chunks, Proof, SecretKey, Tagged};
use cess_primitives::{audit::ChallengeInfo, Hash, Podr2Scheme, ProtocolParams};
use cess_tee_api::{
    convert::challenge_message,
    podr2::{
        podr2_api_client::Podr2ApiClient, podr2_verifier_api_client::Podr2VerifierApiClient,
        RequestBatchVerify, RequestGenTag, ResponseBatchVerify,
    },
    pubkeys::{ceseal_pubkeys_provider_client::CesealPubkeysProviderClient, Request},
    wire, MinerSigned,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

async fn start() -> Harness {
    let worker = Harness::start().await;
    worker.chain.state().podr2_scheme = Podr2Scheme::Bls12381;
    worker
}

fn key(podr2_scheme: Podr2Scheme) -> Arc<dyn SecretKey> {
    let params = ProtocolParams {
        podr2_scheme,
        ..PARAMS
    };
    master().podr2(&params).unwrap()
}

fn fragment(byte: u8) -> Vec<u8> {
    vec![byte; PARAMS.fragment_size as usize]
}

fn name(byte: u8) -> Hash {
    Hash::of(&fragment(byte))
}

fn tag(scheme: Podr2Scheme, byte: u8) -> Tagged {
    let tagged = key(scheme).tag(&name(byte), &fragment(byte), PARAMS.chunk_count, b"");
    tagged.unwrap()
}

/// A proof over fragments; `kept` is what the miner has of each.
fn prove(scheme: Podr2Scheme, challenge: &ChallengeInfo, kept: &[(u8, Vec<u8>)]) -> Proof {
    let q = Challenge::try_from(&challenge.challenge_element.service_param).unwrap();
    let mut prover = key(scheme).public().prover(&q).unwrap();
    for (byte, data) in kept {
        let mut chunks = Chunks::of(data, PARAMS.chunk_count).unwrap();
        prover.add(&tag(scheme, *byte), &mut chunks).unwrap();
    }
    prover.finish().unwrap()
}

async fn verify(
    worker: &Harness,
    challenge: &ChallengeInfo,
    proof: Proof,
    before: &[u64],
) -> Result<ResponseBatchVerify, tonic::Status> {
    let (agg_proof, u_sigs) = wire::podr2::proof_message(proof);
    let mut request = RequestBatchVerify {
        agg_proof: Some(agg_proof),
        qslices: Some(challenge_message(
            &challenge.challenge_element.service_param,
        )),
        u_sigs,
        miner_id: worker.miner.public_key().to_vec(),
        service_bloom_filter: before.to_vec(),
        ..Default::default()
    };
    request.set_signature(worker.miner.sign(&request.digest()));
    let mut client = Podr2VerifierApiClient::new(worker.channel.clone());
    Ok(client.request_batch_verify(request).await?.into_inner())
}

#[tokio::test]
async fn the_published_key_says_its_scheme_and_signs_the_time() {
    let worker = start().await;
    let mut client = CesealPubkeysProviderClient::new(worker.channel.clone());
    let request = Request {
        storage_miner_account_id: worker.miner.public_key().to_vec(),
    };
    let answer = client.get_podr2_pubkey(request).await.unwrap().into_inner();
    let public = public_key(&answer.pubkey).unwrap();
    assert_eq!(public.scheme(), Podr2Scheme::Bls12381);
    let digest = Sha256::digest(answer.timestamp.to_be_bytes()).into();
    assert!(public.verify_digest(&digest, &answer.signature));
}

#[tokio::test]
async fn a_fragment_gets_a_tag_of_the_networks_scheme() {
    let worker = start().await;
    let fid = worker
        .chain
        .add_file(&worker.miner.account_id(), &[name(1)]);
    let request = RequestGenTag {
        fragment_data: fragment(1),
        fragment_name: name(1).to_text(),
        file_name: fid.to_text(),
        miner_id: worker.miner.public_key().to_vec(),
        ..Default::default()
    };
    let mut client = Podr2ApiClient::new(worker.channel.clone());
    let messages = tokio_stream::iter([RequestGenTag::default(), request]);
    let mut answers = client.request_gen_tag(messages).await.unwrap().into_inner();
    answers.message().await.unwrap().unwrap();
    let answer = answers.message().await.unwrap().unwrap();
    let tagged = wire::podr2::tagged(answer.msg.unwrap()).unwrap();
    assert_eq!(tagged, tag(Podr2Scheme::Bls12381, 1), "no tag is random");
    let public = key(Podr2Scheme::Bls12381).public();
    let checked = public.check_tag(&tagged, &name(1), PARAMS.chunk_count, b"");
    checked.unwrap();
}

#[tokio::test]
async fn whole_proofs_pass_and_damaged_or_missing_data_does_not() {
    let bls = Podr2Scheme::Bls12381;
    let mut damaged = fragment(2);
    damaged[130] ^= 1;
    let cases = [
        (vec![(1, fragment(1)), (2, fragment(2))], true),
        (vec![(1, fragment(1)), (2, damaged)], false),
        (vec![(1, fragment(1))], false),
    ];
    for (kept, holds) in cases {
        let worker = start().await;
        let challenge = worker.challenge(worker.fresh_state(), &[name(1), name(2)]);
        let proof = prove(bls, &challenge, &kept);
        worker.submit_service_proof(&proof.sigma);
        let answer = verify(&worker, &challenge, proof, &[]).await.unwrap();
        assert_eq!(answer.batch_verify_result, holds);
        assert_eq!(worker.chain.submitted(1).await.len(), 1);
    }
}

#[tokio::test]
async fn batches_continue_with_the_product_of_points() {
    let worker = start().await;
    let challenge = worker.challenge(worker.fresh_state(), &[name(1), name(2)]);
    let batches = [1, 2].map(|byte| {
        let kept = [(byte, fragment(byte))];
        prove(Podr2Scheme::Bls12381, &challenge, &kept)
    });
    let public = key(Podr2Scheme::Bls12381).public();
    let sigma = public.product(&batches[0].sigma, &batches[1].sigma);
    worker.submit_service_proof(&sigma.unwrap());
    let [first, second] = batches;
    let first = verify(&worker, &challenge, first, &[]).await.unwrap();
    let before = first.service_bloom_filter.clone();
    let second = verify(&worker, &challenge, second, &before).await.unwrap();
    assert!(first.batch_verify_result && second.batch_verify_result);
    let whole = &challenge.miner_snapshot.service_bloom_filter;
    assert_eq!(second.service_bloom_filter, whole.0);
}

#[tokio::test]
async fn proofs_of_nothing_and_of_the_other_scheme_do_not_pass() {
    let worker = start().await;
    let challenge = worker.challenge(worker.fresh_state(), &[name(1)]);
    worker.submit_service_proof("7");
    let nothing = verify(&worker, &challenge, Proof::default(), &[]).await;
    assert!(!nothing.is_ok_and(|answer| answer.batch_verify_result));

    let worker = start().await;
    let challenge = worker.challenge(worker.fresh_state(), &[name(1)]);
    let proof = prove(Podr2Scheme::Rsa, &challenge, &[(1, fragment(1))]);
    worker.submit_service_proof(&proof.sigma);
    let answer = verify(&worker, &challenge, proof, &[]).await.unwrap();
    assert!(!answer.batch_verify_result);
}
