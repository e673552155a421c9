//! The RSA accumulator: `acc(S) = g^(Π Hp(e))` modulo the key's `n`, in three levels of 256.
//!
//! File `i` is under bottom accumulator `(i-1) / 256`, that one is an element of the middle one
//! `(i-1) / 256²`, and that one of the top, whose value is the state. An accumulator of nothing is `g`, and
//! is no element of anything.

use crate::{
    group::{prime_of_value, value},
    prime::hash_to_prime,
    Group, Label, Node, PoisError, SpaceProofInfo, FAN_OUT,
};
use cess_primitives::AccountId;
use codec::{Decode, Encode};
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use sha2::{Digest, Sha512};

/// A residue modulo the key's `n`, big-endian.
pub type Value = [u8; 256];

/// The accumulators from a bottom one up to the top, with witnesses that each is under the next:
/// `values[i + 1] = witnesses[i]^Hp(values[i])`.
///
/// The recursive message `AccWitnessNode`: `elem` = `values[0]`, `wit` = `witnesses[0]`, `acc` = the same
/// one level up; the node of the top has no `wit` (empty) and no `acc`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Branch {
    /// Bottom, middle and top.
    pub values: [Value; 3],
    /// What the middle would be without the bottom, and the top without the middle.
    pub witnesses: [Value; 2],
}

/// A file under the top accumulator.
///
/// The message `AccWitnessNode`: `elem` = `element`, `wit` = `witness`, `acc` = the branch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Membership {
    /// The file's element, [`element`].
    pub element: Label,
    /// What the bottom accumulator would be without it.
    pub witness: Value,
    /// The accumulators above.
    pub branch: Branch,
}

/// New files under the last bottom accumulator, or under a new one.
///
/// The message `AccProof`: `indexs` = `first..`, `labels` = `elements`, `wit_chains` = `branch`,
/// `acc_path` = `after`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Append {
    /// The first new file.
    pub first: u64,
    /// The new files' elements, [`element`].
    pub elements: Vec<Label>,
    /// The last branch before. An accumulator that is new has `g` for its value, and its witness is the
    /// value of the one above.
    pub branch: Branch,
    /// Bottom, middle and top with the new files.
    pub after: [Value; 3],
}

/// The accumulator's element for a file: `sha512(miner || i64 number || root)`.
pub fn element(miner: &AccountId, file: u64, root: &Node) -> Label {
    let miner: &[u8; 32] = miner.as_ref();
    Sha512::new_with_prefix(miner)
        .chain_update(file.to_be_bytes())
        .chain_update(root)
        .finalize()
        .into()
}

/// The bottom accumulator of a file.
pub(crate) fn bottom_of(file: u64) -> u64 {
    (file - 1) / FAN_OUT
}

/// Which accumulators of the last branch the next file would be the first in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fresh {
    pub(crate) bottom: bool,
    pub(crate) middle: bool,
}

impl Fresh {
    pub(crate) const NONE: Self = Self {
        bottom: false,
        middle: false,
    };

    pub(crate) fn of(info: &SpaceProofInfo) -> Self {
        let empty = info.front == info.rear;
        Self {
            bottom: empty || info.rear % FAN_OUT == 0,
            middle: empty || info.rear % (FAN_OUT * FAN_OUT) == 0,
        }
    }
}

/// How many files are live.
pub(crate) fn live_count(info: &SpaceProofInfo) -> Result<u64, PoisError> {
    let (front, rear) = (info.front, info.rear);
    rear.checked_sub(front)
        // The messages count with signed numbers.
        .filter(|_| i64::try_from(rear).is_ok())
        .ok_or(PoisError::State { front, rear })
}

/// The branch's numbers, once it is known to hold.
pub(crate) struct Checked {
    bottom: BigNum,
    witnesses: [BigNum; 2],
}

impl Branch {
    /// Checks the branch up to the certified top.
    pub(crate) fn check(
        &self,
        group: &Group,
        info: &SpaceProofInfo,
        fresh: Fresh,
    ) -> Result<Checked, PoisError> {
        if self.values[2] != info.accumulator {
            return Err(PoisError::WrongAccumulator(
                "its top is not the certified one",
            ));
        }
        let bottom = residue(group, &self.values[0])?;
        let middle = residue(group, &self.values[1])?;
        let witnesses = [
            residue(group, &self.witnesses[0])?,
            residue(group, &self.witnesses[1])?,
        ];
        let links = [
            (&bottom, &self.values[1], fresh.bottom),
            (&middle, &self.values[2], fresh.middle),
        ];
        let g = group.generator()?;
        for ((below, above, fresh), witness) in links.into_iter().zip(&witnesses) {
            let holds = if fresh {
                *below == g && value(witness)? == *above
            } else {
                let prime = prime_of_value(below)?;
                value(&*group.power(witness, [&*prime.value])?)? == *above
            };
            if !holds {
                return Err(PoisError::WrongAccumulator(
                    "an accumulator is not under the next one",
                ));
            }
        }
        Ok(Checked { bottom, witnesses })
    }
}

/// Checks that all these files, by number and root, are under the certified top. They share a bottom
/// accumulator; every witness is checked.
pub(crate) fn check_members<'a>(
    group: &Group,
    info: &SpaceProofInfo,
    members: impl IntoIterator<Item = (u64, &'a Node, &'a Membership)>,
) -> Result<(), PoisError> {
    let mut ctx = BigNumContext::new()?;
    let mut shared: Option<&Branch> = None;
    for (file, root, member) in members {
        if member.element != element(&info.miner, file, root) {
            return Err(PoisError::WrongAccumulator(
                "an element is not that of the file",
            ));
        }
        match shared {
            None => {
                member.branch.check(group, info, Fresh::NONE)?;
                shared = Some(&member.branch);
            }
            Some(branch) if *branch == member.branch => {}
            Some(_) => {
                return Err(PoisError::WrongAccumulator(
                    "files of one bottom accumulator have different branches",
                ))
            }
        }
        let witness = residue(group, &member.witness)?;
        let prime = hash_to_prime(&member.element, &mut ctx)?;
        let power = group.power(&witness, [&*prime.value])?;
        if value(&power)? != member.branch.values[0] {
            return Err(PoisError::WrongAccumulator("a file is not under it"));
        }
    }
    Ok(())
}

impl Append {
    /// Checks the update for files with these roots, the next ones after the certified; gives the new top.
    pub(crate) fn check(
        &self,
        group: &Group,
        info: &SpaceProofInfo,
        roots: &[Node],
    ) -> Result<Value, PoisError> {
        let expected = (self.first..)
            .zip(roots)
            .map(|(file, root)| element(&info.miner, file, root));
        if !self.elements.iter().copied().eq(expected) {
            return Err(PoisError::WrongShape(
                "the elements are not those of the new files",
            ));
        }
        if info.front == info.rear && info.accumulator != value(&*group.generator()?)? {
            return Err(PoisError::WrongAccumulator(
                "an accumulator without files is not g",
            ));
        }
        let checked = self.branch.check(group, info, Fresh::of(info))?;
        let primes = primes(&self.elements)?;
        let bottom = group.power(&checked.bottom, primes.iter().map(|prime| &**prime))?;
        if raised(group, &bottom, &checked.witnesses)? == self.after {
            Ok(self.after[2])
        } else {
            Err(PoisError::WrongAccumulator(
                "a value after the change is not the one that follows",
            ))
        }
    }
}

/// Bottom, middle and top with this bottom accumulator beside what the witnesses hold.
pub(crate) fn raised(
    group: &Group,
    bottom: &BigNumRef,
    [beside, above]: &[BigNum; 2],
) -> Result<[Value; 3], PoisError> {
    let middle = group.power(beside, [&*prime_of_value(bottom)?.value])?;
    let top = group.power(above, [&*prime_of_value(&middle)?.value])?;
    Ok([value(bottom)?, value(&middle)?, value(&top)?])
}

/// The primes of elements.
pub(crate) fn primes(elements: &[Label]) -> Result<Vec<BigNum>, PoisError> {
    let mut ctx = BigNumContext::new()?;
    let prime = |element: &Label| Ok(hash_to_prime(element, &mut ctx)?.value);
    elements.iter().map(prime).collect()
}

pub(crate) fn residue(group: &Group, bytes: &Value) -> Result<BigNum, PoisError> {
    group.residue(bytes)?.ok_or(PoisError::WrongAccumulator(
        "a value is zero or not below n",
    ))
}

impl Checked {
    pub(crate) fn bottom(&self) -> &BigNumRef {
        &self.bottom
    }

    pub(crate) fn witnesses(&self) -> &[BigNum; 2] {
        &self.witnesses
    }
}
