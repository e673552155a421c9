//! The way of a segment on one core, and each of its parts alone: AES-256-GCM, the erasure code 4 + 8,
//! and SHA-256 over the segment and its twelve fragments (four times the data).
//!
//! `cargo bench -p cess-segment` prints MiB of the user's data per second, and how much of the time of
//! the whole its parts explain.

use cess_primitives::ProtocolParams;
use cess_segment::{encode_segment, Cipher, KdfParams, Layout, SegmentWriter};
use criterion::{black_box, Criterion, Throughput};
use openssl::{cipher::Cipher as Evp, cipher_ctx::CipherCtx};
use reed_solomon_erasure::galois_8::ReedSolomon;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

/// What the sealing writer does to one segment of `data`, key derivation left out.
fn pipeline(writer: &mut SegmentWriter, mut data: &[u8]) {
    while !data.is_empty() {
        if let Some(parts) = writer.push(&mut data).expect("the file is short enough") {
            writer.recycle(black_box(parts));
        }
    }
}

fn writer(layout: Layout) -> SegmentWriter {
    let cheap = KdfParams {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    let cipher = Cipher::sealed_with(b"password", cheap).expect("the password is not empty");
    SegmentWriter::new(layout, &cipher, None).expect("the layout has room")
}

fn gcm(data: &mut [u8]) {
    let mut ctx = CipherCtx::new().expect("there is memory");
    let (key, nonce) = ([7; 32], [0; 12]);
    ctx.encrypt_init(Some(Evp::aes_256_gcm()), Some(&key), Some(&nonce))
        .expect("lengths are right");
    ctx.cipher_update_inplace(data, data.len())
        .expect("short enough");
    ctx.cipher_final(&mut []).expect("nothing is left");
    let mut tag = [0; 16];
    ctx.tag(&mut tag).expect("the tag has 16 bytes");
    black_box(tag);
}

fn erasure(code: &ReedSolomon, data: &[u8], parity: &mut [Vec<u8>]) {
    let shards: Vec<&[u8]> = data.chunks(data.len() / 4).collect();
    code.encode_sep(&shards, parity)
        .expect("4 + 8 equal shards");
}

fn sha(data: &[u8]) {
    for _ in 0..4 {
        black_box(Sha256::digest(data));
    }
}

fn bench(c: &mut Criterion, name: &str, layout: Layout) {
    let size = layout.segment_size();
    let mut data: Vec<u8> = (0..size as u64)
        .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
        .collect();
    let code = ReedSolomon::new(4, 8).expect("4 + 8 shards fit the field");
    let mut parity = vec![vec![0; size / 4]; 8];

    let mut group = c.benchmark_group(name);
    group
        .throughput(Throughput::Bytes(size as u64))
        .sample_size(20)
        .measurement_time(Duration::from_secs(4));
    group.bench_function("aes-256-gcm", |b| b.iter(|| gcm(&mut data)));
    group.bench_function("reed-solomon 4+8", |b| {
        b.iter(|| erasure(&code, &data, &mut parity))
    });
    group.bench_function("sha-256 x4", |b| b.iter(|| sha(&data)));
    group.bench_function("encode segment", |b| {
        b.iter(|| encode_segment(&data, layout))
    });
    group.bench_function("seal, encode, hash", |b| {
        b.iter_custom(|rounds| {
            // A file has a thousand segments at most, so the writer is renewed now and then.
            let mut spent = Duration::ZERO;
            for batch in (0..rounds).step_by(900) {
                let mut writer = writer(layout);
                pipeline(&mut writer, &data[..size / 2]);
                let start = Instant::now();
                (batch..rounds.min(batch + 900)).for_each(|_| pipeline(&mut writer, &data));
                spent += start.elapsed();
            }
            spent
        })
    });
    group.finish();
}

/// Medians of few rounds, so that the ratio comes from the same minute of the same machine.
fn report(name: &str, layout: Layout) {
    let size = layout.segment_size();
    let mut data = vec![0x5a; size];
    let code = ReedSolomon::new(4, 8).expect("4 + 8 shards fit the field");
    let mut parity = vec![vec![0; size / 4]; 8];
    let mut sealing = writer(layout);
    pipeline(&mut sealing, &data[..size / 2]);
    let clone = data.clone();
    let mut timed: [(&str, Box<dyn FnMut() + '_>); 4] = [
        ("aes-256-gcm", Box::new(|| gcm(&mut data))),
        (
            "reed-solomon 4+8",
            Box::new(|| erasure(&code, &clone, &mut parity)),
        ),
        ("sha-256 x4", Box::new(|| sha(&clone))),
        ("pipeline", Box::new(|| pipeline(&mut sealing, &clone))),
    ];
    let seconds = timed.each_mut().map(|(_, work)| median(work));
    println!("\n{name}: MiB/s of user data on one core");
    for ((part, _), time) in timed.iter().zip(seconds) {
        println!(
            "  {part:<18} {:8.0}",
            size as f64 / f64::from(1 << 20) / time
        );
    }
    let parts: f64 = seconds[..3].iter().sum();
    println!(
        "  the parts explain {:.0} % of the pipeline's time",
        100.0 * parts / seconds[3]
    );
}

fn median(work: &mut dyn FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let layouts = [
        ("fast", ProtocolParams::fast()),
        ("reference", ProtocolParams::reference()),
    ]
    .map(|(name, params)| (name, Layout::of(&params).expect("presets are consistent")));
    let mut criterion = Criterion::default().configure_from_args();
    for (name, layout) in layouts {
        bench(&mut criterion, name, layout);
    }
    criterion.final_summary();
    for (name, layout) in layouts {
        report(name, layout);
    }
}
