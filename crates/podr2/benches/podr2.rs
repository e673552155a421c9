//! Cost of tags, proofs and verdicts on one core, with a key of 2048 bits.

use cess_podr2::{Challenge, Chunks, MasterKey, Names, Proof, Prover, Tagged};
use cess_primitives::{Hash, ProtocolParams};
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use std::time::Duration;

/// As the chain draws it; the chunks are spread over the fragment.
fn challenge(params: &ProtocolParams, rng: &mut StdRng) -> Challenge {
    let count = params.challenge_chunks();
    let item = |k| {
        let mut coefficient = [0; 20];
        rng.fill_bytes(&mut coefficient);
        (k * (params.chunk_count / count), coefficient)
    };
    Challenge::new((0..count).map(item).collect()).expect("indices differ")
}

fn prove(
    key: &MasterKey,
    challenge: &Challenge,
    fragments: &[(Tagged, Vec<u8>)],
    chunks: u32,
) -> Proof {
    let public = key.public().expect("the key is whole");
    let mut prover = Prover::new(&public, challenge).expect("there is memory");
    for (tagged, data) in fragments {
        let mut reader = Chunks::of(data, chunks).expect("whole chunks");
        prover.add(tagged, &mut reader).expect("the tag fits");
    }
    prover.finish().expect("there is memory")
}

fn podr2(c: &mut Criterion) {
    let mut rng = StdRng::seed_from_u64(1);
    let key = MasterKey::generate().expect("OpenSSL works");
    let public = key.public().expect("the key is whole");
    for params in [ProtocolParams::fast(), ProtocolParams::reference()] {
        let (size, chunks) = (params.fragment_size, params.chunk_count);
        let fragments: Vec<(Tagged, Vec<u8>)> = (0..4)
            .map(|_| {
                let mut data = vec![0; size as usize];
                rng.fill_bytes(&mut data);
                (
                    key.tag(&Hash::of(&data), &data, chunks, b"")
                        .expect("whole chunks"),
                    data,
                )
            })
            .collect();
        let challenge = challenge(&params, &mut rng);
        let name = format!("{} MiB, {chunks} chunks", size >> 20);
        let mut group = c.benchmark_group(name);
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(4));
        group.throughput(Throughput::Bytes(size));
        let (_, data) = &fragments[0];
        let hash = Hash::of(data);
        group.bench_function("tag", |b| b.iter(|| key.tag(&hash, data, chunks, b"")));
        for count in [1, 4] {
            let some = &fragments[..count];
            let proof = prove(&key, &challenge, some, chunks);
            group.throughput(Throughput::Elements(count as u64));
            group.bench_function(BenchmarkId::new("prove", count), |b| {
                b.iter(|| prove(&key, &challenge, some, chunks))
            });
            group.bench_function(
                BenchmarkId::new("verify with the private key", count),
                |b| b.iter(|| key.verify(&challenge, &proof, Names::Distinct)),
            );
            group.bench_function(BenchmarkId::new("verify publicly", count), |b| {
                b.iter(|| public.verify(&challenge, &proof, Names::Distinct))
            });
        }
        group.finish();
    }
}

criterion_group!(benches, podr2);
criterion_main!(benches);
