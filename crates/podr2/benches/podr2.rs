//! What tags, proofs and verdicts cost on one core, with both schemes in the layouts of both presets,
//! beside the limits of the arithmetic and beside the published formulas as they stand.
//!
//! Sizes of tags and proofs are printed as they are measured.

#[path = "../tests/plain/rsa.rs"]
mod plain;

use cess_podr2::{
    secret_key, Challenge, Chunks, MasterKey, Names, Proof, PublicKey, SecretKey, Tagged,
};
use cess_primitives::{Hash, Podr2Scheme, ProtocolParams};
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use openssl::{bn::BigNum, pkey::PKey, rsa::Padding};
use plain::{number, Plain};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use std::{hint::black_box, sync::Arc, time::Duration};

fn random(rng: &mut StdRng, len: u64) -> Vec<u8> {
    let mut data = vec![0; len as usize];
    rng.fill_bytes(&mut data);
    data
}

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

/// A proof over the first `count` of endlessly repeated fragments: names count more than once here.
fn prove(
    key: &dyn PublicKey,
    challenge: &Challenge,
    fragments: &[(Tagged, Vec<u8>)],
    count: usize,
) -> Proof {
    let mut prover = key.prover(challenge).expect("there is memory");
    for (tagged, data) in fragments.iter().cycle().take(count) {
        let chunks = tagged.tag.t.phi.len() as u32;
        let mut reader = Chunks::of(data, chunks).expect("whole chunks");
        prover.add(tagged, &mut reader).expect("the tag fits");
    }
    prover.finish().expect("there is memory")
}

fn tag_bytes(tagged: &Tagged) -> usize {
    let tag = &tagged.tag;
    let phi: usize = tag.t.phi.iter().map(String::len).sum();
    phi + tag.t.u.len() + tag.phi_hash.len() + tag.attest.len() + tagged.u_sig.len()
}

fn proof_bytes(proof: &Proof) -> usize {
    let texts = proof.us.iter().chain(&proof.mus).chain([&proof.sigma]);
    let signatures = proof.u_sigs.iter().map(Vec::len);
    proof.names.len() * 64 + texts.map(String::len).chain(signatures).sum::<usize>()
}

/// Nothing can be faster than these, so measured beside everything else.
fn limits(c: &mut Criterion, master: &MasterKey, rng: &mut StdRng) {
    let mut group = c.benchmark_group("limits");
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(1));
    let der = master.to_pkcs8().expect("the key is whole");
    let rsa = PKey::private_key_from_pkcs8(&der).and_then(|key| key.rsa());
    let rsa = rsa.expect("the key is whole");
    let mut input = random(rng, u64::from(rsa.size()));
    input[0] = 0;
    let mut output = vec![0; input.len()];
    group.bench_function("RSA-2048 private-key operation", |b| {
        b.iter(|| rsa.private_encrypt(&input, &mut output, Padding::NONE))
    });
    let data = random(rng, 1 << 20);
    group.throughput(Throughput::Bytes(1 << 20));
    group.bench_function("SHA-512", |b| b.iter(|| openssl::sha::sha512(&data)));
    group.bench_function("SHA-256", |b| b.iter(|| openssl::sha::sha256(&data)));
    group.finish();
}

/// The formulas without any short cut: one chunk, and the verdict over one fragment.
fn as_published(c: &mut Criterion, master: &Arc<MasterKey>, rng: &mut StdRng) {
    let plain = Plain::of(master);
    for params in [ProtocolParams::fast(), ProtocolParams::reference()] {
        let (size, chunks) = (params.fragment_size, params.chunk_count);
        let mut group = c.benchmark_group(format!("plain RSA, {}", layout(&params)));
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(2));
        let data = random(rng, size);
        let name = Hash::of(&data);
        let chunk = &data[..(size / u64::from(chunks)) as usize];
        let u = BigNum::from_slice(&random(rng, 255)).expect("there is memory");
        group.throughput(Throughput::Bytes(chunk.len() as u64));
        group.bench_function("tag one chunk", |b| {
            b.iter(|| black_box(plain.authenticator(&name, 0, &u, chunk)))
        });
        let challenge = challenge(&params, rng);
        let tagged = master.tag(&name, &data, chunks, b"").expect("whole chunks");
        group.throughput(Throughput::Elements(1));
        group.bench_function("sums and sigma of one fragment", |b| {
            b.iter(|| {
                let mu = Plain::mu(&challenge, &data, chunk.len());
                (mu, plain.sigma(&challenge, &[&tagged.tag.t]))
            })
        });
        let key = master.public();
        let proof = prove(&*key, &challenge, &[(tagged, data)], 1);
        assert!(number(&proof.sigma).num_bits() > 0);
        group.bench_function("verify one fragment", |b| {
            b.iter(|| plain.holds(&challenge, &proof))
        });
        group.finish();
    }
}

fn layout(params: &ProtocolParams) -> String {
    format!(
        "{} MiB, {} chunks",
        params.fragment_size >> 20,
        params.chunk_count
    )
}

fn scheme(c: &mut Criterion, name: &str, key: &dyn SecretKey, params: &ProtocolParams) {
    let mut rng = StdRng::seed_from_u64(1);
    let (size, chunks) = (params.fragment_size, params.chunk_count);
    let public = key.public();
    let data = random(&mut rng, size);
    let hash = Hash::of(&data);
    let tagged = key.tag(&hash, &data, chunks, b"").expect("whole chunks");
    println!(
        "{name}, {}: a tag has {} bytes",
        layout(params),
        tag_bytes(&tagged)
    );
    let challenge = challenge(params, &mut rng);
    let mut group = c.benchmark_group(format!("{name}, {}", layout(params)));
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Bytes(size));
    group.bench_function("tag", |b| b.iter(|| key.tag(&hash, &data, chunks, b"")));
    group.throughput(Throughput::Elements(1));
    group.bench_function("check a tag", |b| {
        b.iter(|| public.check_tag(&tagged, &hash, chunks, b""))
    });
    let fragments = [(tagged, data)];
    for count in [1, 4, 100] {
        let proof = prove(&*public, &challenge, &fragments, count);
        println!(
            "{name}, {}: a proof over {count} has {} bytes",
            layout(params),
            proof_bytes(&proof)
        );
        let counts = [(hash, count as u32)].into();
        let names = Names::Counted(&counts);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("prove", count), |b| {
            b.iter(|| prove(&*public, &challenge, &fragments, count))
        });
        group.bench_function(BenchmarkId::new("verify with the secret", count), |b| {
            b.iter(|| key.verify(&challenge, &proof, names))
        });
        group.bench_function(BenchmarkId::new("verify publicly", count), |b| {
            b.iter(|| public.verify(&challenge, &proof, names))
        });
    }
    group.finish();
}

fn podr2(c: &mut Criterion) {
    let master = Arc::new(MasterKey::generate().expect("OpenSSL works"));
    let mut rng = StdRng::seed_from_u64(2);
    limits(c, &master, &mut rng);
    as_published(c, &master, &mut rng);
    for params in [ProtocolParams::fast(), ProtocolParams::reference()] {
        for (name, which) in [("RSA", Podr2Scheme::Rsa), ("BLS", Podr2Scheme::Bls12381)] {
            let chunk = params.fragment_size / u64::from(params.chunk_count);
            let key = secret_key(&master, which, chunk).expect("chunks are short enough");
            scheme(c, name, &*key, &params);
        }
    }
}

criterion_group!(benches, podr2);
criterion_main!(benches);
