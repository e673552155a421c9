//! What strangers and bad miners send: whatever it is, a worker answers with a status and goes on.
//!
//! Messages are made from the proto files, not from what the schemes expect, and carry the names,
//! states and signatures of a challenged miner where that brings them further.

use super::wire::{is_list, is_message, send, Interface, Method};
use crate::testing::Harness;
use cess_primitives::{miner::SpaceProofInfo, Hash};
use cess_tee_api::{
    convert::{challenge_message, space_challenge_message},
    podr2, pois, MinerSigned,
};
use proptest::{
    prelude::any,
    test_runner::{Config, TestCaseError, TestRunner},
};
use prost::{
    encoding::{encode_key, encode_varint, WireType},
    Message,
};
use prost_types::{field_descriptor_proto::Type, FieldDescriptorProto};
use rand::{rngs::StdRng, seq::SliceRandom, Rng, RngCore, SeedableRng};
use std::{sync::Arc, time::Duration};
use tokio::runtime::Runtime;
use tonic::{Code, Status};

/// Cases for each kind of bytes, over all methods.
const CASES: u32 = 400;
/// Deepest message in a message that is made at random.
const DEEPEST: u32 = 5;

/// A miner that is registered and challenged, with proofs submitted, and its worker.
struct Scene {
    worker: Harness,
    state: SpaceProofInfo,
    fragment: Hash,
    fid: Hash,
    interface: Interface,
}

impl Scene {
    async fn new() -> Self {
        let worker = Harness::start().await;
        let fragment = Hash::of(&[1; 1024]);
        let miner = worker.miner.account_id();
        let fid = worker.chain.add_file(&miner, &[fragment]);
        let state = SpaceProofInfo {
            front: 3,
            rear: 24,
            ..worker.fresh_state()
        };
        worker.chain.add_miner(&miner, Some(state.clone()));
        worker.challenge(state.clone(), &[fragment]);
        worker.submit_service_proof("7");
        worker.submit_idle_proof([1; 32]);
        // Tags wait for blocks.
        let chain = Arc::downgrade(&worker.chain);
        tokio::spawn(async move {
            while let Some(chain) = chain.upgrade() {
                chain.produce_block();
                drop(chain);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        Self {
            worker,
            state,
            fragment,
            fid,
            interface: Interface::read(),
        }
    }

    /// Sends it; an error when the answer is not a good one or a refusal that names a cause, or when
    /// the worker does not go on.
    async fn survives(&self, method: &Method, message: Vec<u8>) -> Result<(), TestCaseError> {
        let size = message.len();
        let answer = send(&self.worker.channel, method, message).await;
        if let Err(status) = answer.map(drop).or_else(refusal) {
            let path = &method.path;
            return Err(TestCaseError::fail(format!("{path}, {size} B: {status}")));
        }
        let keys = self.method("/get_identity_pubkey");
        let question = cess_tee_api::pubkeys::Request {
            storage_miner_account_id: self.worker.miner.public_key().to_vec(),
        };
        let alive = send(&self.worker.channel, keys, question.encode_to_vec()).await;
        alive
            .map(drop)
            .map_err(|status| TestCaseError::fail(format!("afterwards: {status}")))
    }

    fn method(&self, end: &str) -> &Method {
        let mut methods = self.interface.methods.iter();
        methods.find(|m| m.path.ends_with(end)).unwrap()
    }

    /// A message of this type with values that somebody might try.
    fn message(&self, name: &str, depth: u32, random: &mut StdRng) -> Vec<u8> {
        let mut bytes = Vec::new();
        for field in self.interface.fields(name) {
            let count = match is_list(field) {
                true => *[0, 1, 2, 3, 8, 12, 256, 1025].choose(random).unwrap(),
                false => usize::from(random.gen_bool(0.9)),
            };
            // What is deep is not broad as well.
            let count = if depth > 1 { count.min(3) } else { count };
            if let Some(known) = self.known(field).filter(|_| random.gen_bool(0.7)) {
                bytes.extend(known);
                continue;
            }
            for _ in 0..count {
                self.field(field, depth, random, &mut bytes);
            }
        }
        bytes
    }

    fn field(
        &self,
        field: &FieldDescriptorProto,
        depth: u32,
        random: &mut StdRng,
        into: &mut Vec<u8>,
    ) {
        let number = field.number() as u32;
        if is_message(field) {
            let inner = match depth < DEEPEST {
                true => self.message(field.type_name(), depth + 1, random),
                false => Vec::new(),
            };
            return delimited(number, &inner, into);
        }
        match field.r#type() {
            Type::Bytes | Type::String => delimited(number, &text(field, random), into),
            _ => {
                let extremes = [0, 1, 7, 255, 1 << 31, u64::MAX, 1 << 63, u64::MAX >> 1];
                let value = match random.gen_bool(0.5) {
                    true => *extremes.choose(random).unwrap(),
                    false => random.gen_range(0..64),
                };
                encode_key(number, WireType::Varint, into);
                encode_varint(value, into);
            }
        }
    }

    /// The field as the challenged miner would fill it, where that is known whatever the scheme.
    fn known(&self, field: &FieldDescriptorProto) -> Option<Vec<u8>> {
        let number = field.number() as u32;
        let worker = &self.worker;
        let challenge = worker.chain.state().challenges[&worker.miner.account_id()].clone();
        let asked = challenge.challenge_element;
        let mut bytes = Vec::new();
        let mut put = |value: &[u8]| delimited(number, value, &mut bytes);
        match field.name() {
            "miner_id" | "storage_miner_account_id" => put(&worker.miner.public_key()),
            "file_name" => put(self.fid.to_text().as_bytes()),
            "fragment_name" => put(self.fragment.to_text().as_bytes()),
            "fragment_data" => put(&[1; 1024]),
            "acc" if field.r#type() == Type::Bytes => put(&self.state.accumulator),
            "qslices" => put(&challenge_message(&asked.service_param).encode_to_vec()),
            "pois_info" => put(&pois::MinerPoisInfo {
                acc: self.state.accumulator.to_vec(),
                front: self.state.front as i64,
                rear: self.state.rear as i64,
                key_n: self.state.pois_key.n.to_vec(),
                key_g: self.state.pois_key.g.to_vec(),
                status_tee_sign: Vec::new(),
            }
            .encode_to_vec()),
            "space_chals" => {
                for value in space_challenge_message(&asked.space_param) {
                    encode_key(number, WireType::Varint, &mut bytes);
                    encode_varint(value as u64, &mut bytes);
                }
            }
            _ => return None,
        }
        Some(bytes)
    }

    /// The same request, signed by the miner that it names, if it is one that is signed.
    fn signed(&self, method: &Method, bytes: Vec<u8>) -> Vec<u8> {
        match method.request.as_str() {
            ".podr2.RequestBatchVerify" => self.sign::<podr2::RequestBatchVerify>(bytes),
            ".pois.RequestMinerCommitGenChall" => {
                self.sign::<pois::RequestMinerCommitGenChall>(bytes)
            }
            ".pois.RequestVerifyCommitAndAccProof" => {
                self.sign::<pois::RequestVerifyCommitAndAccProof>(bytes)
            }
            ".pois.RequestVerifyDeletionProof" => {
                self.sign::<pois::RequestVerifyDeletionProof>(bytes)
            }
            ".pois.RequestSpaceProofVerify" => self.sign::<pois::RequestSpaceProofVerify>(bytes),
            ".pois.RequestSpaceProofVerifyTotal" => {
                self.sign::<pois::RequestSpaceProofVerifyTotal>(bytes)
            }
            _ => bytes,
        }
    }

    fn sign<M: Message + Default + MinerSigned>(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Ok(mut request) = M::decode(&bytes[..]) else {
            return bytes;
        };
        request.set_signature(self.worker.miner.sign(&request.digest()));
        request.encode_to_vec()
    }
}

fn delimited(number: u32, value: &[u8], into: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, into);
    encode_varint(value.len() as u64, into);
    into.extend_from_slice(value);
}

/// Bytes and numbers in the lengths that programs expect, and next to them.
fn text(field: &FieldDescriptorProto, random: &mut StdRng) -> Vec<u8> {
    let lengths = [
        0, 1, 20, 31, 32, 33, 63, 64, 65, 128, 255, 256, 257, 617, 5000,
    ];
    let length = *lengths.choose(random).unwrap();
    let alphabet: &[u8] = match random.gen_range(0..4) {
        0 => b"0123456789",
        1 => b"0123456789abcdef",
        2 => b"0",
        _ if field.r#type() == Type::Bytes => return noise(length, random),
        _ => b"-+ xX\tzZ9",
    };
    (0..length)
        .map(|_| *alphabet.choose(random).unwrap())
        .collect()
}

fn noise(length: usize, random: &mut StdRng) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random.fill_bytes(&mut bytes);
    bytes
}

/// What a panic or a broken connection looks like to a client is none of these.
fn refusal(status: Status) -> Result<(), Status> {
    match status.code() {
        Code::InvalidArgument
        | Code::FailedPrecondition
        | Code::NotFound
        | Code::AlreadyExists
        | Code::Unauthenticated
        | Code::ResourceExhausted
        | Code::OutOfRange => Ok(()),
        // tonic's word for bytes that are no message.
        Code::Internal if status.message().contains("decode") => Ok(()),
        _ => Err(status),
    }
}

/// Sends many messages, each to a method chosen at random. A failure names the seed.
fn bombard(make: impl Fn(&Scene, &Method, &mut StdRng) -> Vec<u8>) {
    let runtime = Runtime::new().unwrap();
    let scene = runtime.block_on(Scene::new());
    let methods = &scene.interface.methods;
    let mut runner = TestRunner::new(Config::with_cases(CASES));
    let run = runner.run(&(0..methods.len(), any::<u64>()), |(at, seed)| {
        let message = make(&scene, &methods[at], &mut StdRng::seed_from_u64(seed));
        runtime.block_on(scene.survives(&methods[at], message))
    });
    run.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn bytes_that_are_no_message_are_refused() {
    bombard(|_, _, random| {
        let length = random.gen_range(0..2000);
        noise(length, random)
    });
}

#[test]
fn messages_of_the_right_shape_with_any_values_are_answered() {
    bombard(|scene, method, random| {
        let message = scene.message(&method.request, 0, random);
        scene.signed(method, message)
    });
}

#[test]
fn damaged_messages_are_answered() {
    bombard(|scene, method, random| {
        let mut message = scene.message(&method.request, 0, random);
        message.truncate(random.gen_range(0..=message.len()));
        for _ in 0..random.gen_range(1..8) {
            if let Some(byte) = message.choose_mut(random) {
                *byte ^= 1 << random.gen_range(0..8);
            }
        }
        scene.signed(method, message)
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn huge_counts_are_refused() {
    const COUNT: usize = 200_000;
    let scene = Scene::new().await;
    for method in &scene.interface.methods {
        for field in scene.interface.fields(&method.request) {
            // A list of nothings, in the request itself and in each message that it contains.
            let mut bloated = Vec::new();
            for _ in 0..if is_list(field) { COUNT } else { 1 } {
                let number = field.number() as u32;
                match is_message(field) && !is_list(field) {
                    true => {
                        let inner = scene.interface.fields(field.type_name());
                        for list in inner.iter().filter(|inner| is_list(inner)) {
                            let mut nothings = Vec::new();
                            (0..COUNT)
                                .for_each(|_| delimited(list.number() as u32, &[], &mut nothings));
                            delimited(number, &nothings, &mut bloated);
                        }
                    }
                    false => delimited(number, &[], &mut bloated),
                }
            }
            let known = scene.interface.fields(&method.request).iter();
            for known in known.filter(|other| other.name() != field.name()) {
                bloated.extend(scene.known(known).unwrap_or_default());
            }
            let message = scene.signed(method, bloated);
            scene.survives(method, message).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_nested_without_end_are_refused() {
    const DEPTH: usize = 2_000;
    let scene = Scene::new().await;
    let method = scene.method("/request_verify_deletion_proof");
    // `wit_chain = 2`, and in it `acc = 3`, inside each other.
    let mut nested = Vec::new();
    for _ in 0..DEPTH {
        let inner = std::mem::take(&mut nested);
        delimited(3, &inner, &mut nested);
    }
    let mut message = Vec::new();
    delimited(2, &nested, &mut message);
    let refused = send(&scene.worker.channel, method, message.clone()).await;
    assert!(refused.is_err());
    scene.survives(method, message).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_beyond_the_limit_is_refused_before_it_is_read() {
    let scene = Scene::new().await;
    for (end, length) in [("/get_master_pubkey", 5 << 10), ("/Echo", 17 << 20)] {
        let method = scene.method(end);
        let mut message = Vec::new();
        delimited(1, &vec![0; length], &mut message);
        let refused = send(&scene.worker.channel, method, message).await;
        assert_eq!(refused.unwrap_err().code(), Code::OutOfRange, "{end}");
    }
}
