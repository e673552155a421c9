//! The verdict over a proof.

use super::{
    coefficient,
    curve::{self, AffineG1, Scalar, G1, SCALAR_BYTES},
    place,
    sectors::{self, Sum},
    tag::point_bytes,
    weight, Public, Secret,
};
use crate::{cores, Challenge, Names, Podr2Error, Proof, Rejection, Verdict};
use cess_primitives::Hash;

/// Fragments whose places are hashed and multiplied together.
const TOGETHER: usize = 64;

/// With the public key alone: two pairings.
pub(super) fn with_public(
    key: &Public,
    challenge: &Challenge,
    proof: &Proof,
    names: Names<'_>,
) -> Result<Verdict, Podr2Error> {
    judge(key, challenge, proof, names, |sigma, places, mu| {
        let data = curve::sum_of_products(key.generators(), mu);
        curve::is_power(sigma, places.plus(&data), key.v())
    })
}

/// With the secret key: no pairing, and no power of a generator.
pub(super) fn with_secret(
    key: &Secret,
    challenge: &Challenge,
    proof: &Proof,
    names: Names<'_>,
) -> Result<Verdict, Podr2Error> {
    judge(
        key.public_key(),
        challenge,
        proof,
        names,
        |sigma, places, mu| {
            let mut sum = Sum::default();
            for (logarithm, mu) in key.logarithms().iter().zip(mu) {
                sum.add_product(logarithm, &mu.to_words());
            }
            let base = places.plus(&G1::of_secret(&sum.reduce()));
            base.times_secret(key.alpha()) == G1::from_affine(sigma)
        },
    )
}

fn judge(
    key: &Public,
    challenge: &Challenge,
    proof: &Proof,
    names: Names<'_>,
    holds: impl FnOnce(&AffineG1, G1, &[Scalar]) -> bool,
) -> Result<Verdict, Podr2Error> {
    if proof.names.is_empty() {
        return Ok(Verdict::Empty);
    }
    let ([u], [], [mu]) = (&proof.us[..], &proof.u_sigs[..], &proof.mus[..]) else {
        return Ok(Verdict::Rejected(Rejection::UnequalLists));
    };
    if let Err(rejection) = names.check(&proof.names) {
        return Ok(Verdict::Rejected(rejection));
    }
    if u != key.generators_name() {
        return Ok(Verdict::Rejected(Rejection::FalseBase(proof.names[0])));
    }
    let sigma = point_bytes(&proof.sigma).and_then(|bytes| curve::uncompress_g1(&bytes));
    let (Some(sigma), Some(mu)) = (sigma, scalars(mu, sectors::count(key.chunk_size()))) else {
        return Ok(Verdict::Rejected(Rejection::BadNumber));
    };
    Ok(if holds(&sigma, places(challenge, &proof.names)?, &mu) {
        Verdict::Accepted
    } else {
        Verdict::Rejected(Rejection::False)
    })
}

/// `Σ_f Σ_i v_i·w_f·H(name_f, i)`.
fn places(challenge: &Challenge, names: &[Hash]) -> Result<G1, Podr2Error> {
    let groups: Vec<&[Hash]> = names.chunks(TOGETHER).collect();
    let parts = cores::map(&groups, |_, names| {
        let (mut points, mut scalars) = (Vec::new(), Vec::new());
        for name in *names {
            let weight = weight(challenge, name);
            for (index, v) in challenge.items() {
                points.push(place(name, *index));
                scalars.push(coefficient(v).times(&weight));
            }
        }
        Ok::<_, Podr2Error>(curve::sum_of_products(&curve::to_affine(&points), &scalars))
    })?;
    Ok(parts.iter().fold(G1::default(), |sum, part| sum.plus(part)))
}

/// `count` scalars of 32 bytes each in lower-case hex, one after the other.
fn scalars(text: &str, count: usize) -> Option<Vec<Scalar>> {
    if text.len() != 2 * SCALAR_BYTES * count || text.bytes().any(|byte| byte.is_ascii_uppercase())
    {
        return None;
    }
    let bytes = hex::decode(text).ok()?;
    bytes
        .chunks_exact(SCALAR_BYTES)
        .map(|scalar| Scalar::from_bytes(scalar.try_into().ok()?))
        .collect()
}
