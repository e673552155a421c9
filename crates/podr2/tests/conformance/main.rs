//! What every scheme must do: one suite, run for each of them.

#[path = "../common/mod.rs"]
mod common;

/// Makes a test of each function for each scheme.
macro_rules! suite {
    ($($test:ident)*) => {
        mod rsa {
            $(#[test] fn $test() { super::$test(cess_primitives::Podr2Scheme::Rsa); })*
        }
        mod bls {
            $(#[test] fn $test() { super::$test(cess_primitives::Podr2Scheme::Bls12381); })*
        }
    };
}
pub(crate) use suite;

mod changes;
mod proofs;
mod tags;

use cess_podr2::{Challenge, Names, Proof, Rejection, SecretKey, Tagged, Verdict};
use cess_primitives::Podr2Scheme;
use common::{challenge, fragment, key, prove};
use sha2::{Digest, Sha256};

/// The verdict of both halves of the key, which must agree.
fn verdict(key: &dyn SecretKey, challenge: &Challenge, proof: &Proof, names: Names<'_>) -> Verdict {
    let verdict = key.verify(challenge, proof, names).unwrap();
    let public = key.public().verify(challenge, proof, names).unwrap();
    assert_eq!(public, verdict, "both halves of the key agree");
    verdict
}

fn accepted(scheme: Podr2Scheme, proof: &Proof) -> bool {
    let judged = verdict(&*key(scheme), &challenge(), proof, Names::Distinct);
    judged == Verdict::Accepted
}

fn honest(scheme: Podr2Scheme, seeds: &[u8]) -> Proof {
    let fragments: Vec<_> = seeds.iter().map(|seed| fragment(scheme, *seed)).collect();
    prove(&*key(scheme), &challenge(), &fragments)
}

/// Why a proof over fragments 1 and 2 is rejected after a change.
fn rejection(scheme: Podr2Scheme, change: impl FnOnce(&mut Proof)) -> Rejection {
    let mut proof = honest(scheme, &[1, 2]);
    change(&mut proof);
    match verdict(&*key(scheme), &challenge(), &proof, Names::Distinct) {
        Verdict::Rejected(rejection) => rejection,
        other => panic!("{other:?}"),
    }
}

fn flip(text: &mut String, at: usize, bit: u32) {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes[at] ^= 1 << bit;
    *text = String::from_utf8_lossy(&bytes).into_owned();
}

fn phi_hash(tagged: &Tagged) -> String {
    hex::encode(Sha256::digest(tagged.tag.t.phi.concat()))
}
