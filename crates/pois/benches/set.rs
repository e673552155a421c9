//! A whole set at published parameters, with files scaled so that it fits: K 8, D 64, 256 files, and N from
//! the command line as a power of two (`cargo bench --bench set -- 15 [--json]`, files of 2 MiB, 1 GiB of
//! labels).
//!
//! Everything runs on one core, once, with layers in a temporary directory. Rates are per second on the
//! processor; what a busy machine or a slow disk adds stands in brackets. Two things are measured in the
//! same run: SHA-512, of which a certified label of 64 bytes takes eight blocks of 128, so that certified
//! space cannot come faster than a sixteenth of it; and the published formulas as they stand.

#[path = "../tests/it/plain.rs"]
#[allow(dead_code)] // The tests use more of it.
mod plain;

use cess_pois::{
    commit, new_miner, space, DirStore, Group, Params, Prover, SecretKey, SpaceProofInfo,
};
use serde_json::json;
use sha2::{Digest, Sha512};
use std::{hint::black_box, ops::ControlFlow, time::Instant};

const MIB: f64 = (1 << 20) as f64;
const MINER: [u8; 32] = [2; 32];

/// Prints each measurement as it comes.
struct Report {
    set: String,
    json: bool,
}

impl Report {
    fn line(&self, what: &str, value: f64, unit: &str, aside: &str) {
        match self.json {
            true => println!(
                "{}",
                json!({ "what": format!("{}: {what}", self.set), "value": value, "unit": unit })
            ),
            false => println!("{what}: {value:.2} {unit}{aside}"),
        }
    }

    fn time(&self, what: &str, took: &Took) {
        self.line(what, took.busy, "s", &format!(" ({:.2} s)", took.wall));
    }
}

fn main() {
    let height = std::env::args().find_map(|argument| argument.parse().ok());
    let params = Params::new(8, 1 << height.unwrap_or(10u32), 4, 256)
        .and_then(|small| match height {
            // Without a number, as in a test run, only the way through is taken.
            None => Ok(small),
            Some(height) => Params::new(8, 1 << height, 64, 256),
        })
        .expect("a power of two from 14 to 27");
    let report = Report {
        set: format!(
            "pois, K {}, N {}, D {}, {} files of {:.2} MiB",
            params.layers(),
            params.labels(),
            params.degree(),
            params.set_files(),
            params.file_size() as f64 / MIB,
        ),
        json: std::env::args().any(|argument| argument == "--json"),
    };
    if !report.json {
        println!("{}", report.set);
    }
    if height.is_some() {
        report.line("published formulas", plain_rate(), "MiB/s", "");
    }
    let before = sha512_rate();
    let dir = tempfile::tempdir().unwrap();
    let key = SecretKey::derive(&[1; 32], &MINER.into()).unwrap();
    let group = Group::secret(&key).unwrap();
    let info = new_miner(MINER.into(), key.public());
    let prover = Prover::open(params, info.clone(), DirStore::open(dir.path()).unwrap()).unwrap();
    let (commitment, took) = timed(|| prover.generate(&mut |_| ControlFlow::Continue(())).unwrap());
    let after = sha512_rate();
    report.line("sha512 before the generation", before, "MiB/s", "");
    report.line("sha512 after it", after, "MiB/s", "");
    report.time("generation", &took);
    let rate = (params.set_files() * params.file_size()) as f64 / MIB / took.busy;
    let limit = (before + after) / 32.0;
    let aside = format!(", {:.0} % of a sixteenth of sha512", 100.0 * rate / limit);
    report.line("certified space", rate, "MiB/s", &aside);
    report.line("memory at most while generating", peak_memory(), "MiB", "");
    let published = 16384.0 / rate;
    report.line("a published set of 16 GiB at this rate", published, "s", "");

    let challenge = commit::challenge(&params, &info, &commitment, &[3; 32]).unwrap();
    let ((proof, append), took) = timed(|| prover.prove_commit(&commitment, &challenge).unwrap());
    report.time("commit proof", &took);
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
    report.time("verification of the commit proof", &took);
    let ((), took) = timed(|| prover.adopt(info.clone()).unwrap());
    report.time("taking the new state over", &took);
    prover.clean().unwrap();

    let chals = [1, 22, 333, 4444, 55555, 666_666, 7_777_777, 88_888_888];
    let (proofs, took) = timed(|| prover.prove_space(&info, &chals).unwrap());
    report.time("space proof of the set", &took);
    let size = proofs[0].encoded().len() as f64 / MIB;
    report.line("size of the space proof", size, "MiB", "");
    let verify = || space::verify_range(&params, &group, &info, &chals, &proofs[0]).unwrap();
    report.time("verification of the space proof", &timed(verify).1);
    let public = Group::public(&info.pois_key).unwrap();
    let verify = || space::verify_range(&params, &public, &info, &chals, &proofs[0]).unwrap();
    report.time(
        "verification of the space proof without the factors",
        &timed(verify).1,
    );
    report.line("memory at most", peak_memory(), "MiB", "");
}

/// MiB of certified space a second, as the formulas stand, with the roots that are committed to.
fn plain_rate() -> f64 {
    let (k, n, d) = (8, 1 << 14, 64);
    let all = || {
        let layers = plain::set(&MINER, 0, k, n, d, 1);
        layers.iter().for_each(|layer| {
            black_box(plain::root(layer));
        });
    };
    f64::from(k * n * 64) / MIB / timed(all).1.busy
}

/// Seconds that something took.
struct Took {
    busy: f64,
    wall: f64,
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
