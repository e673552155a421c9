//! The verdict over a proof.

use crate::{
    decimal, place,
    tag::{residue, u_digest},
    Challenge, MasterKey, Podr2Error, Proof, PublicKey,
};
use cess_primitives::Hash;
use openssl::{
    bn::{BigNum, BigNumContext, BigNumContextRef, BigNumRef},
    error::ErrorStack,
};
use std::collections::BTreeMap;

/// Which fragments a proof may name.
#[derive(Clone, Copy, Debug)]
pub enum Names<'a> {
    /// Any, each once.
    Distinct,
    /// Exactly these, each as often as stated (a file may hold the same fragment several times).
    Counted(&'a BTreeMap<Hash, u32>),
}

/// The outcome of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The miner held every named fragment.
    Accepted,
    /// It did not, or can't show it.
    Rejected(Rejection),
    /// No fragment is named: nothing is proven. Whether that is enough, only the chain's record of the
    /// miner's fragments can say.
    Empty,
}

/// Why a proof was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The lists of the proof differ in length.
    #[error("the proof's lists differ in length")]
    UnequalLists,
    /// A fragment is named twice.
    #[error("fragment {0} is named twice")]
    DuplicateName(Hash),
    /// The named fragments are not the expected ones.
    #[error("fragment {0} is named more or less often than expected")]
    UnexpectedCount(Hash),
    /// No worker signed this `u`.
    #[error("the base of fragment {0} was not signed by a TEE worker")]
    FalseBase(Hash),
    /// A text is no number, or a number out of range.
    #[error("a number of the proof is malformed or out of range")]
    BadNumber,
    /// The numbers don't fit together: data, tag, name or challenge is not the right one.
    #[error("the proof does not hold")]
    False,
}

impl PublicKey {
    /// Judges a proof with the public key alone: about a tenth of a second for each fragment.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`]; a false proof is a [`Verdict`].
    pub fn verify(
        &self,
        challenge: &Challenge,
        proof: &Proof,
        names: Names<'_>,
    ) -> Result<Verdict, Podr2Error> {
        let n = self.n();
        judge(self, challenge, proof, names, |base, exponent, ctx| {
            let mut power = BigNum::new()?;
            power.mod_exp(base, exponent, n, ctx)?;
            Ok(power)
        })
    }
}

impl MasterKey {
    /// Judges a proof with the private key: about a millisecond for each fragment. The verdict is that
    /// of [`PublicKey::verify`].
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`]; a false proof is a [`Verdict`].
    pub fn verify(
        &self,
        challenge: &Challenge,
        proof: &Proof,
        names: Names<'_>,
    ) -> Result<Verdict, Podr2Error> {
        judge(
            &self.public()?,
            challenge,
            proof,
            names,
            |base, exponent, ctx| self.pow(base, exponent, ctx),
        )
    }
}

fn judge(
    key: &PublicKey,
    challenge: &Challenge,
    proof: &Proof,
    names: Names<'_>,
    pow: impl Fn(&BigNumRef, &BigNumRef, &mut BigNumContextRef) -> Result<BigNum, ErrorStack>,
) -> Result<Verdict, Podr2Error> {
    if proof.names.is_empty() {
        return Ok(Verdict::Empty);
    }
    if let Err(rejection) = check_form(key, proof, names) {
        return Ok(Verdict::Rejected(rejection));
    }
    let n = key.n();
    let mut ctx = BigNumContext::new()?;
    let Some(sigma) = residue(&proof.sigma, n)? else {
        return Ok(Verdict::Rejected(Rejection::BadNumber));
    };
    let mut left = BigNum::new()?;
    left.mod_exp(&sigma, key.e(), n, &mut ctx)?;

    let mut right = BigNum::from_u32(1)?;
    let mut multiply = |factor: &BigNumRef, ctx: &mut BigNumContextRef| -> Result<(), ErrorStack> {
        let mut next = BigNum::new()?;
        next.mod_mul(&right, factor, n, ctx)?;
        right = next;
        Ok(())
    };
    for (u, mu) in proof.us.iter().zip(&proof.mus) {
        let (Some(u), Some(mu)) = (residue(u, n)?, decimal::from_text(mu)?) else {
            return Ok(Verdict::Rejected(Rejection::BadNumber));
        };
        multiply(&*pow(&u, &mu, &mut ctx)?, &mut ctx)?;
    }
    for (index, coefficient) in challenge.items() {
        let mut product = BigNum::from_u32(1)?;
        for name in &proof.names {
            let mut next = BigNum::new()?;
            next.mod_mul(&product, &*place(name, *index)?, n, &mut ctx)?;
            product = next;
        }
        let mut power = BigNum::new()?;
        power.mod_exp(&product, &*BigNum::from_slice(coefficient)?, n, &mut ctx)?;
        multiply(&power, &mut ctx)?;
    }
    Ok(if left == right {
        Verdict::Accepted
    } else {
        Verdict::Rejected(Rejection::False)
    })
}

/// What can be checked without arithmetic: lengths, names, and the signature over every `u`.
fn check_form(key: &PublicKey, proof: &Proof, names: Names<'_>) -> Result<(), Rejection> {
    let Proof {
        names: named,
        us,
        u_sigs,
        mus,
        ..
    } = proof;
    if [us.len(), u_sigs.len(), mus.len()] != [named.len(); 3] {
        return Err(Rejection::UnequalLists);
    }
    let mut counts = BTreeMap::new();
    for name in named {
        *counts.entry(*name).or_insert(0u32) += 1;
    }
    match names {
        Names::Distinct => {
            if let Some((name, _)) = counts.iter().find(|(_, count)| **count > 1) {
                return Err(Rejection::DuplicateName(*name));
            }
        }
        Names::Counted(expected) => {
            let differs =
                |name: &&Hash| counts.get(*name).unwrap_or(&0) != expected.get(*name).unwrap_or(&0);
            if let Some(name) = counts.keys().chain(expected.keys()).find(differs) {
                return Err(Rejection::UnexpectedCount(*name));
            }
        }
    }
    let mut signed = named.iter().zip(us.iter().zip(u_sigs));
    match signed.find(|(_, (u, u_sig))| !key.verify_digest(&u_digest(u), u_sig)) {
        Some((name, _)) => Err(Rejection::FalseBase(*name)),
        None => Ok(()),
    }
}
