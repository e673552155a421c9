//! The RSA accumulator: three levels of 256.

use crate::{Label, PoisError};
use codec::{Decode, Encode};

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
    /// The file's element, [`crate::element`].
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
    /// The new files' elements, [`crate::element`].
    pub elements: Vec<Label>,
    /// The last branch before; `g` in the place of accumulators that are new.
    pub branch: Branch,
    /// Bottom, middle and top with the new files.
    pub after: [Value; 3],
}
