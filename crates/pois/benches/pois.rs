//! The parts of the proof of idle space, one core. The whole set at published parameters is `set.rs`.

use cess_pois::{
    commit, deletion, new_miner, space, Group, MemoryStore, Params, Prover, SecretKey,
    SpaceProofInfo,
};
use cess_primitives::ProtocolParams;
use criterion::{criterion_group, criterion_main, BatchSize, Criterion, Throughput};
use sha2::{Digest, Sha512};
use std::{hint::black_box, ops::ControlFlow, sync::Arc};

const SECRET: [u8; 32] = [42; 32];

/// A miner and its worker.
struct Pair {
    params: Params,
    secret: Group,
    public: Group,
    info: SpaceProofInfo,
    prover: Prover<Arc<MemoryStore>>,
}

impl Pair {
    fn new(params: Params) -> Self {
        let key = key();
        let info = new_miner([1; 32].into(), key.public());
        Self {
            params,
            secret: Group::secret(&key).unwrap(),
            public: Group::public(&info.pois_key).unwrap(),
            prover: Prover::open(params, info.clone(), Arc::default()).unwrap(),
            info,
        }
    }

    /// Everything that both sides do until a set is certified.
    fn certify(&mut self) {
        let commitment = self
            .prover
            .generate(&mut |_| ControlFlow::Continue(()))
            .unwrap();
        let challenge = commit::challenge(&self.params, &self.info, &commitment, &SECRET).unwrap();
        let (proof, append) = self.prover.prove_commit(&commitment, &challenge).unwrap();
        self.info = commit::verify(
            &self.params,
            &self.secret,
            &self.info,
            &commitment,
            &challenge,
            &proof,
            &append,
        )
        .unwrap();
        self.prover.adopt(self.info.clone()).unwrap();
        self.prover.clean().unwrap();
    }
}

fn key() -> SecretKey {
    SecretKey::derive(&SECRET, &[1; 32].into()).unwrap()
}

fn fast() -> Params {
    Params::of(&ProtocolParams::fast()).unwrap()
}

/// K 8 and D 64 as published, one cluster of files of 2 MiB.
fn published_cluster() -> Params {
    Params::new(8, 1 << 15, 64, 8).unwrap()
}

fn labelling(c: &mut Criterion) {
    let mut group = c.benchmark_group("labelling");
    group.sample_size(10);
    // Certified space is bounded by a sixteenth of this: 1024 bytes are hashed for a label of 64.
    let bytes = vec![7; 1 << 20];
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("sha512_1_MiB", |b| {
        b.iter(|| Sha512::digest(black_box(&bytes)))
    });
    for (name, params) in [
        ("published_cluster_2_MiB_files", published_cluster()),
        ("fast_set", fast()),
    ] {
        group.throughput(Throughput::Bytes(params.set_files() * params.file_size()));
        group.bench_function(name, |b| {
            b.iter_batched(
                || Pair::new(params),
                |pair| {
                    pair.prover
                        .generate(&mut |_| ControlFlow::Continue(()))
                        .unwrap()
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn accumulator(c: &mut Criterion) {
    // Sets of 256 tiny files, so that nothing but the accumulator costs time.
    let mut pair = Pair::new(Params::new(2, 256, 1, 256).unwrap());
    let mut group = c.benchmark_group("accumulator");
    group.sample_size(10);
    group.bench_function("derive_key", |b| b.iter(key));
    let commitment = pair
        .prover
        .generate(&mut |_| ControlFlow::Continue(()))
        .unwrap();
    let challenge = commit::challenge(&pair.params, &pair.info, &commitment, &SECRET).unwrap();
    group.bench_function("prove_append_256", |b| {
        b.iter(|| pair.prover.prove_commit(&commitment, &challenge).unwrap());
    });
    let (proof, append) = pair.prover.prove_commit(&commitment, &challenge).unwrap();
    for (name, how) in [("secret", &pair.secret), ("public", &pair.public)] {
        group.bench_function(format!("verify_append_256_{name}"), |b| {
            b.iter(|| {
                let (params, info) = (&pair.params, &pair.info);
                commit::verify(params, how, info, &commitment, &challenge, &proof, &append).unwrap()
            });
        });
    }
    pair.certify();
    group.bench_function("prove_deletion_100", |b| {
        b.iter(|| pair.prover.prove_deletion(100).unwrap());
    });
    let proof = pair.prover.prove_deletion(100).unwrap();
    group.bench_function("verify_deletion_100_secret", |b| {
        b.iter(|| deletion::verify(&pair.secret, &pair.info, &proof).unwrap());
    });
    group.finish();
}

fn space_proof(c: &mut Criterion) {
    let mut group = c.benchmark_group("space");
    group.sample_size(10);
    let chals = [1, 2, 3, 5, 8, 13, 21, 34];
    for (name, params) in [
        ("fast_set", fast()),
        ("256_files", Params::new(2, 256, 1, 256).unwrap()),
    ] {
        let mut pair = Pair::new(params);
        pair.certify();
        group.bench_function(format!("prove_{name}"), |b| {
            b.iter(|| pair.prover.prove_space(&pair.info, &chals).unwrap());
        });
        let proof = &pair.prover.prove_space(&pair.info, &chals).unwrap()[0];
        for (how, name_of_group) in [(&pair.secret, "secret"), (&pair.public, "public")] {
            group.bench_function(format!("verify_{name}_{name_of_group}"), |b| {
                b.iter(|| space::verify_range(&params, how, &pair.info, &chals, proof).unwrap());
            });
        }
    }
    group.finish();
}

/// What a miner of the fast preset and its workers compute until its 64 files are certified.
fn certification(c: &mut Criterion) {
    let mut group = c.benchmark_group("certification");
    group.sample_size(10);
    group.bench_function("fast_64_files_both_sides", |b| {
        b.iter_batched(
            || Pair::new(fast()),
            |mut pair| (0..2).for_each(|_| pair.certify()),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, labelling, accumulator, space_proof, certification);
criterion_main!(benches);
