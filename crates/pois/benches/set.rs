//! A whole set at published parameters, with files scaled so that it fits: K 8, D 64, 256 files, and N from
//! the command line as a power of two (`cargo bench --bench set -- 15`, files of 2 MiB, 1 GiB of labels).
//!
//! Everything runs on one core, once, with layers in a temporary directory. Rates are per second on the
//! processor; what a busy machine or a slow disk adds stands in brackets. SHA-512 is measured in the
//! same run: for a certified label of 64 bytes it hashes eight blocks of 128, so certified space cannot come
//! faster than a sixteenth of it.

use cess_pois::{
    commit, new_miner, space, DirStore, Group, Params, Prover, SecretKey, SpaceProofInfo,
};
use sha2::{Digest, Sha512};
use std::{hint::black_box, ops::ControlFlow, time::Instant};

const MIB: f64 = (1 << 20) as f64;

fn main() {
    let height = std::env::args().find_map(|argument| argument.parse().ok());
    let params = Params::new(8, 1 << height.unwrap_or(10u32), 4, 256)
        .and_then(|small| match height {
            // Without a number, as in a test run, only the way through is taken.
            None => Ok(small),
            Some(height) => Params::new(8, 1 << height, 64, 256),
        })
        .expect("a power of two from 14 to 27");
    let space = params.set_files() * params.file_size();
    println!(
        "K {}, N {}, D {}: {} files of {:.2} MiB",
        params.layers(),
        params.labels(),
        params.degree(),
        params.set_files(),
        params.file_size() as f64 / MIB,
    );
    let before = sha512_rate();
    let dir = tempfile::tempdir().unwrap();
    let key = SecretKey::derive(&[1; 32], &[2; 32].into()).unwrap();
    let group = Group::secret(&key).unwrap();
    let info = new_miner([2; 32].into(), key.public());
    let prover = Prover::open(params, info.clone(), DirStore::open(dir.path()).unwrap()).unwrap();
    let (commitment, took) = timed(|| prover.generate(&mut |_| ControlFlow::Continue(())).unwrap());
    let after = sha512_rate();
    println!("sha512: {before:.0} MiB/s before the generation, {after:.0} MiB/s after it");
    let (rate, limit) = (space as f64 / MIB / took.busy, (before + after) / 32.0);
    println!(
        "generation: {took}, {rate:.1} MiB/s of certified space, {:.0} % of a sixteenth of sha512",
        100.0 * rate / limit
    );
    println!("memory at most: {:.0} MiB", peak_memory());
    println!(
        "at this rate a published set of 16 GiB takes {:.0} s",
        16384.0 / rate
    );

    let challenge = commit::challenge(&params, &info, &commitment, &[3; 32]).unwrap();
    let ((proof, append), took) = timed(|| prover.prove_commit(&commitment, &challenge).unwrap());
    println!("commit proof: {took}");
    let verify = || {
        commit::verify(
            &params,
            &group,
            &info,
            &commitment,
            &challenge,
            &proof,
            &append,
        )
        .unwrap()
    };
    let (info, took): (SpaceProofInfo, _) = timed(verify);
    println!("its verification: {took}");
    let ((), took) = timed(|| prover.adopt(info.clone()).unwrap());
    println!("taking the new state over: {took}");
    prover.clean().unwrap();

    let chals = [1, 22, 333, 4444, 55555, 666_666, 7_777_777, 88_888_888];
    let (proofs, took) = timed(|| prover.prove_space(&info, &chals).unwrap());
    println!(
        "space proof of the set: {took}, {:.2} MiB",
        proofs[0].encoded().len() as f64 / MIB
    );
    let verify = || space::verify_range(&params, &group, &info, &chals, &proofs[0]).unwrap();
    println!("its verification: {}", timed(verify).1);
    let public = Group::public(&info.pois_key).unwrap();
    let verify = || space::verify_range(&params, &public, &info, &chals, &proofs[0]).unwrap();
    println!("its verification without the factors: {}", timed(verify).1);
    println!("memory at most: {:.0} MiB", peak_memory());
}

/// Seconds that something took.
struct Took {
    busy: f64,
    wall: f64,
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} s ({:.2} s)", self.busy, self.wall)
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (start, busy) = (Instant::now(), on_processor());
    let result = work();
    let took = Took {
        busy: on_processor() - busy,
        wall: start.elapsed().as_secs_f64(),
    };
    (result, took)
}

/// Seconds that this thread, the only one, has been on a processor.
fn on_processor() -> f64 {
    let times = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = times
        .split_whitespace()
        .next()
        .and_then(|time| time.parse::<f64>().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}

fn sha512_rate() -> f64 {
    let bytes = vec![7; 1 << 20];
    let hash = || {
        for _ in 0..64 {
            black_box(Sha512::digest(black_box(&bytes)));
        }
    };
    64.0 / timed(hash).1.busy
}

/// Most memory that this process has had, in MiB.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    number.unwrap_or(f64::NAN) / 1024.0
}
