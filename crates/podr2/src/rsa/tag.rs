//! Tagging with the private key.

use super::{decimal, place, MasterKey, Public};
use crate::{
    cores,
    tag::{self, TagCore, Tagged},
    Podr2Error,
};
use cess_primitives::Hash;
use openssl::{
    bn::{BigNum, BigNumContext, BigNumRef},
    error::ErrorStack,
};
use sha2::{Digest, Sha256};

pub(super) fn make(
    key: &MasterKey,
    name: &Hash,
    data: &[u8],
    chunk_count: u32,
    custom_data: &[u8],
) -> Result<Tagged, Podr2Error> {
    let size = tag::check_fragment(name, data, chunk_count)?;
    let public = key.rsa_public();
    let mut ctx = BigNumContext::new()?;
    // With u = x^e, u^d is x: as random a base, and its secret power is known beforehand.
    let (mut x, mut u) = (BigNum::new_secure()?, BigNum::new()?);
    while x.num_bits() < 2 {
        public.n().rand_range(&mut x)?;
    }
    u.mod_exp(&x, public.e(), public.n(), &mut ctx)?;
    let base = key.crt().fixed_base(&x, chunk_count as usize)?;
    let chunks: Vec<&[u8]> = data.chunks_exact(size).collect();
    let phi = cores::map(&chunks, |index, chunk| {
        let mut ctx = BigNumContext::new()?;
        let power = base.power(&*BigNum::from_slice(chunk)?, &mut ctx)?;
        let mut sigma = BigNum::new()?;
        sigma.mod_mul(
            &*key.secret_power(&*place(name, index as u32)?)?,
            &power,
            public.n(),
            &mut ctx,
        )?;
        decimal::to_text(&sigma)
    })?;
    let core = TagCore {
        name: *name,
        u: decimal::to_text(&u)?,
        phi,
    };
    let u_sig = key.sign_raw(&u_digest(&core.u))?;
    let tag = tag::attest(core, custom_data, |digest| Ok(key.sign_message(digest)?))?;
    Ok(Tagged { tag, u_sig })
}

pub(super) fn check(
    key: &Public,
    tagged: &Tagged,
    name: &Hash,
    chunk_count: u32,
    custom_data: &[u8],
) -> Result<(), Podr2Error> {
    let u_holds = key.verify_raw(&u_digest(&tagged.tag.t.u), &tagged.u_sig);
    let verify = |digest: &[u8; 32], signature: &[u8]| Ok(key.verify_message(digest, signature)?);
    tag::check(tagged, name, chunk_count, custom_data, verify, u_holds)
}

/// What `u_sig` signs.
pub(super) fn u_digest(u: &str) -> [u8; 32] {
    Sha256::digest(u).into()
}

/// A number of a tag or a proof: below N and not zero.
pub(super) fn residue(text: &str, n: &BigNumRef) -> Result<Option<BigNum>, ErrorStack> {
    // A text longer than N's is no residue; it is not worth converting.
    if text.len() > n.num_bytes() as usize * 3 {
        return Ok(None);
    }
    Ok(decimal::from_text(text)?.filter(|number| number.num_bits() > 0 && number.ucmp(n).is_lt()))
}
