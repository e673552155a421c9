use super::NODES;
use crate::{accumulator::live_count, Params, PoisError, SpaceProofInfo, GROUP};
use codec::{Decode, Encode};
use sha2::{Digest, Sha256, Sha512};

/// Files `left..right` that a challenge chose: what is live of one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Range {
    /// The first file.
    pub left: u64,
    /// The file after the last.
    pub right: u64,
}

impl Range {
    /// What is live of a set, counted from 0; something of it must be.
    fn of_set(params: &Params, info: &SpaceProofInfo, set: u64) -> Self {
        let files = params.set_files();
        Self {
            left: (set * files).max(info.front) + 1,
            right: ((set + 1) * files).min(info.rear) + 1,
        }
    }

    /// What is live of the set of a file; `None` when that file is not live.
    pub(super) fn around(params: &Params, info: &SpaceProofInfo, file: u64) -> Option<Self> {
        let live = info.front < file && file <= info.rear;
        live.then(|| Self::of_set(params, info, (file - 1) / params.set_files()))
    }
}

/// A range with the hash of its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RangeHash {
    /// The files.
    pub range: Range,
    /// [`super::RangeProof::hash`].
    pub hash: [u8; 32],
}

/// Which ranges a challenge asks for: one set of each 16 that hold live files. The choice in a group
/// follows from the hash of the proof of the group before it, so that no later file can be read before
/// all earlier ones were.
///
/// The published selection never draws the 16th set of a group, fails by dividing by zero on a last group
/// of one set, and lets prover and verifier disagree on a set that lies partly before the front. Here
/// every set that holds a live file is drawn with equal chance in its group, and both sides clip it to
/// its live files.
#[derive(Clone, Debug)]
pub struct Selection {
    params: Params,
    info: SpaceProofInfo,
    space_param: [u64; NODES],
    /// The first set of the group whose turn it is.
    start: u64,
    /// The set after the last.
    end: u64,
    prior: [u8; 32],
}

impl Selection {
    /// The selection over the live files of a state.
    ///
    /// # Errors
    /// [`PoisError::Empty`] when nothing is live, [`PoisError::State`].
    pub fn new(
        params: &Params,
        info: &SpaceProofInfo,
        space_param: &[u64; NODES],
    ) -> Result<Self, PoisError> {
        if live_count(info)? == 0 {
            return Err(PoisError::Empty);
        }
        let files = params.set_files();
        Ok(Self {
            params: *params,
            info: info.clone(),
            space_param: *space_param,
            start: info.front / files,
            end: info.rear.div_ceil(files),
            prior: [0; 32],
        })
    }

    /// How many ranges the challenge asks for, from here on.
    pub fn remaining(&self) -> u64 {
        (self.end - self.start).div_ceil(GROUP)
    }

    /// The next range; `None` when all groups had theirs.
    pub fn next_range(&self) -> Option<Range> {
        let sets = (self.end - self.start).min(GROUP);
        let drawn = self.hash_modulo(sets)?;
        Some(Range::of_set(&self.params, &self.info, self.start + drawn))
    }

    /// Notes the hash of the range's proof and moves on to the next group.
    pub fn proven(&mut self, hash: [u8; 32]) {
        self.prior = hash;
        self.start = (self.start + GROUP).min(self.end);
    }

    /// `sha512(miner || 32 zeros || i64 challenges || prior) mod m`; the zeros are for a worker's key,
    /// as published.
    fn hash_modulo(&self, m: u64) -> Option<u64> {
        let miner: &[u8; 32] = self.info.miner.as_ref();
        let mut hash = Sha512::new_with_prefix(miner).chain_update([0; 32]);
        for value in self.space_param {
            hash.update(value.to_be_bytes());
        }
        let hash = hash.chain_update(self.prior).finalize();
        hash.iter().try_fold(0, |rest: u64, byte| {
            (rest << 8 | u64::from(*byte)).checked_rem(m)
        })
    }
}

/// Checks that these are the ranges of the challenge, all of them, in order. Gives the total hash, which
/// the miner submits to the chain.
///
/// # Errors
/// [`PoisError::Empty`], [`PoisError::State`]; [`PoisError::WrongRange`] for a range that the challenge
/// does not ask for, [`PoisError::WrongShape`] for another number of them.
pub fn verify_chain(
    params: &Params,
    info: &SpaceProofInfo,
    space_param: &[u64; NODES],
    ranges: &[RangeHash],
) -> Result<[u8; 32], PoisError> {
    let mut selection = Selection::new(params, info, space_param)?;
    if ranges.len() as u64 != selection.remaining() {
        return Err(PoisError::WrongShape("there is a range for each 16 sets"));
    }
    for RangeHash { range, hash } in ranges {
        if selection.next_range() != Some(*range) {
            let Range { left, right } = *range;
            return Err(PoisError::WrongRange { left, right });
        }
        selection.proven(*hash);
    }
    let hashes: Vec<_> = ranges.iter().map(|range| range.hash).collect();
    Ok(total_hash(&hashes))
}

/// SHA-256 over the hashes of a challenge's proofs, in order: what the miner submits to the chain.
pub fn total_hash(hashes: &[[u8; 32]]) -> [u8; 32] {
    Sha256::digest(hashes.as_flattened()).into()
}
