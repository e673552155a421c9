//! Cost of filler files and of proofs over them, at the sizes of the fast preset.

use cess_pois::{commit, new_key, new_miner, space, Filler, LiveFiles, Params};
use cess_primitives::ProtocolParams;
use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use rand::{rngs::StdRng, SeedableRng};
use std::collections::BTreeMap;

fn pois(c: &mut Criterion) {
    let protocol = ProtocolParams::fast();
    let params = Params::of(&protocol).expect("presets are consistent");
    let miner = new_miner([1; 32].into(), new_key(&mut StdRng::seed_from_u64(1)));
    let count = protocol.idle_set;
    let make = |index| Filler::generate(&params, &miner, index).expect("the sizes fit");
    let disk: BTreeMap<u64, Vec<u8>> = (1..=count.into())
        .map(|i| (i, make(i).into_bytes()))
        .collect();

    let mut group = c.benchmark_group("pois");
    group.throughput(Throughput::Bytes(params.file_size));
    group.bench_function("generate a file", |b| b.iter(|| make(1)));
    group.bench_function("root of a file", |b| b.iter(|| make(1).root()));

    let mut live = LiveFiles::default();
    let claim = commit::claim(&params, &live, count, &disk).expect("the files are there");
    let challenge =
        commit::challenge(&params, &miner, &claim, &[1; 32]).expect("the claim is next");
    let prove =
        || commit::prove(&params, &live, &claim, &challenge, &disk).expect("the files are there");
    let proof = prove();
    let verify = || {
        commit::verify(&params, &miner, &claim, &challenge, &proof).expect("the proof is honest")
    };
    let certified = verify();
    group.throughput(Throughput::Elements(count.into()));
    group.bench_function("prove a commit", |b| b.iter(prove));
    group.bench_function("verify a commit", |b| b.iter(verify));

    live.append(&claim);
    let prove =
        || space::prove(&params, &certified, &[7; 8], &live, &disk).expect("the files are there");
    let proof = prove();
    group.throughput(Throughput::Elements(params.space_files.into()));
    group.bench_function("prove space", |b| b.iter(prove));
    group.bench_function("verify space", |b| {
        b.iter(|| space::verify(&params, &certified, &[7; 8], &proof))
    });
    group.finish();
}

criterion_group!(benches, pois);
criterion_main!(benches);
