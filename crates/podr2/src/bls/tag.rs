//! Tagging with the secret key, and signing what is no chunk.

use super::{
    curve::{self, G1, G1_BYTES},
    domain, place,
    sectors::{self, Sum},
    Public, Secret,
};
use crate::{
    cores,
    tag::{self, TagCore, Tagged},
    Podr2Error,
};
use cess_primitives::Hash;

pub(super) fn make(
    key: &Secret,
    name: &Hash,
    data: &[u8],
    chunk_count: u32,
    custom_data: &[u8],
) -> Result<Tagged, Podr2Error> {
    let size = tag::check_fragment(name, data, chunk_count)?;
    if size != key.public_key().chunk_size() {
        return Err(Podr2Error::ChunkSize {
            size,
            expected: key.public_key().chunk_size(),
        });
    }
    let chunks: Vec<&[u8]> = data.chunks_exact(size).collect();
    let phi = cores::map(&chunks, |index, chunk| {
        let mut sum = Sum::default();
        for (logarithm, sector) in key.logarithms().iter().zip(sectors::of(chunk)) {
            sum.add_product(logarithm, &sector);
        }
        let base = place(name, index as u32).plus(&G1::of_secret(&sum.reduce()));
        Ok::<_, Podr2Error>(hex::encode(base.times_secret(key.alpha()).to_bytes()))
    })?;
    let core = TagCore {
        name: *name,
        u: key.public_key().generators_name().to_owned(),
        phi,
    };
    let tag = tag::attest(core, custom_data, |digest| {
        Ok(sign(key, digest, domain::ATTEST))
    })?;
    Ok(Tagged {
        tag,
        u_sig: Vec::new(),
    })
}

pub(super) fn check(
    key: &Public,
    tagged: &Tagged,
    name: &Hash,
    chunk_count: u32,
    custom_data: &[u8],
) -> Result<(), Podr2Error> {
    let u_holds = tagged.u_sig.is_empty() && tagged.tag.t.u == key.generators_name();
    let verify =
        |digest: &[u8; 32], signature: &[u8]| Ok(is_signed(key, digest, domain::ATTEST, signature));
    tag::check(tagged, name, chunk_count, custom_data, verify, u_holds)
}

/// A BLS signature; domains keep it from being an authenticator, or a signature of another kind.
pub(super) fn sign(key: &Secret, digest: &[u8; 32], domain: &[u8]) -> Vec<u8> {
    let signature = G1::hash(digest, domain).times_secret(key.alpha());
    signature.to_bytes().to_vec()
}

pub(super) fn is_signed(key: &Public, digest: &[u8; 32], domain: &[u8], signature: &[u8]) -> bool {
    let point = signature.try_into().ok().and_then(curve::uncompress_g1);
    point.is_some_and(|point| curve::is_power(&point, G1::hash(digest, domain), key.v()))
}

/// The bytes of a point as lower-case hex, the only spelling that is accepted.
pub(super) fn point_bytes(text: &str) -> Option<[u8; G1_BYTES]> {
    let lower = text.len() == 2 * G1_BYTES && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let bytes = lower.then(|| hex::decode(text).ok())??;
    bytes.try_into().ok()
}
