//! Proofs, and what is said about them.

use cess_primitives::Hash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One proof over any number of fragments, in the fields of the published message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The fragments.
    pub names: Vec<Hash>,
    /// RSA: each fragment's `u`. BLS: the name of the generators, once.
    pub us: Vec<String>,
    /// RSA: the worker's signature over each `u`. BLS: none, as the key says what `us` must be.
    pub u_sigs: Vec<Vec<u8>>,
    /// RSA: each fragment's sum over the challenged chunks. BLS: the sums of all fragments' sectors, in
    /// one text.
    pub mus: Vec<String>,
    /// The aggregated authenticator; this is what the chain keeps of the proof.
    pub sigma: String,
}

/// Which fragments a proof may name.
#[derive(Clone, Copy, Debug)]
pub enum Names<'a> {
    /// Any, each once.
    Distinct,
    /// Exactly these, each as often as stated (a file may hold the same fragment several times).
    Counted(&'a BTreeMap<Hash, u32>),
}

impl Names<'_> {
    /// Compares the names of a proof with those that it may have.
    pub(crate) fn check(self, named: &[Hash]) -> Result<(), Rejection> {
        let mut counts = BTreeMap::new();
        for name in named {
            *counts.entry(*name).or_insert(0u32) += 1;
        }
        match self {
            Self::Distinct => match counts.iter().find(|(_, count)| **count > 1) {
                Some((name, _)) => Err(Rejection::DuplicateName(*name)),
                None => Ok(()),
            },
            Self::Counted(expected) => {
                let differs = |name: &&Hash| {
                    counts.get(*name).unwrap_or(&0) != expected.get(*name).unwrap_or(&0)
                };
                match counts.keys().chain(expected.keys()).find(differs) {
                    Some(name) => Err(Rejection::UnexpectedCount(*name)),
                    None => Ok(()),
                }
            }
        }
    }
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
    /// The lists of the proof have not the lengths that the scheme asks for.
    #[error("the proof's lists do not have the right lengths")]
    UnequalLists,
    /// A fragment is named twice.
    #[error("fragment {0} is named twice")]
    DuplicateName(Hash),
    /// The named fragments are not the expected ones.
    #[error("fragment {0} is named more or less often than expected")]
    UnexpectedCount(Hash),
    /// No worker vouched for this `u`.
    #[error("the base of fragment {0} is not one that a TEE worker vouches for")]
    FalseBase(Hash),
    /// A text is no number or point, or one out of range.
    #[error("a number of the proof is malformed or out of range")]
    BadNumber,
    /// The numbers don't fit together: data, tag, name or challenge is not the right one.
    #[error("the proof does not hold")]
    False,
}
