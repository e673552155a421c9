//! Giving up files at the front, to make room for fragments.

use crate::{
    accumulator::{element, live_count, primes, residue, Branch, Fresh, Value},
    group::{prime_of_value, value},
    merkle::Node,
    Group, PoisError, SpaceProofInfo, FAN_OUT,
};
use codec::{Decode, Encode};
use openssl::bn::BigNumRef;

/// The files that go, and what becomes of the accumulators above them. They are all under one bottom
/// accumulator: a deletion never crosses a multiple of 256 files.
///
/// The message `RequestVerifyDeletionProof`: `roots`, `wit_chain` = `branch`, `acc_path` = `after`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Deletion {
    /// Roots of the files `front+1..=front+roots.len()`.
    pub roots: Vec<Node>,
    /// From the bottom accumulator that holds them to the top.
    pub branch: Branch,
    /// The values of bottom, middle and top without them; `g` for one that holds nothing.
    pub after: [Value; 3],
}

/// Most files that can be given up at once: those left of the front's bottom accumulator.
pub fn most(info: &SpaceProofInfo) -> u64 {
    let live = info.rear.saturating_sub(info.front);
    live.min(FAN_OUT - info.front % FAN_OUT)
}

/// Which accumulators hold nothing once the files up to `front` are gone.
pub(crate) fn emptied(front: u64, rear: u64) -> (bool, bool) {
    let all = front == rear;
    (
        all || front % FAN_OUT == 0,
        all || front % (FAN_OUT * FAN_OUT) == 0,
    )
}

/// The worker's check: the state without these files.
///
/// # Errors
/// Says what does not hold.
pub fn verify(
    group: &Group,
    info: &SpaceProofInfo,
    deletion: &Deletion,
) -> Result<SpaceProofInfo, PoisError> {
    live_count(info)?;
    let (asked, most) = (deletion.roots.len() as u64, most(info));
    if !(1..=most).contains(&asked) {
        return Err(PoisError::Count { asked, most });
    }
    let wrong = |what| Err(PoisError::WrongAccumulator(what));
    let checked = deletion.branch.check(group, info, Fresh::NONE)?;
    let files = (info.front + 1..).zip(&deletion.roots);
    let elements: Vec<_> = files
        .map(|(file, root)| element(&info.miner, file, root))
        .collect();
    let primes = primes(&elements)?;
    let bottom = residue(group, &deletion.after[0])?;
    let before = group.power(&bottom, primes.iter().map(|prime| &**prime))?;
    if before != *checked.bottom() {
        return wrong("the files that go are not under it");
    }
    let front = info.front + asked;
    let (no_bottom, no_middle) = emptied(front, info.rear);
    let g = group.generator()?;
    let [without_bottom, without_middle] = checked.witnesses();
    if no_bottom && bottom != g {
        return wrong("a bottom accumulator without files is not g");
    }
    let middle = if no_bottom {
        BigNumRef::to_owned(without_bottom)?
    } else {
        group.power(without_bottom, [&*prime_of_value(&bottom)?.value])?
    };
    if no_middle && middle != g {
        return wrong("a middle accumulator without files is not g");
    }
    let top = if no_middle {
        BigNumRef::to_owned(without_middle)?
    } else {
        group.power(without_middle, [&*prime_of_value(&middle)?.value])?
    };
    if front == info.rear && top != g {
        return wrong("an accumulator without files is not g");
    }
    if deletion.after[1] != value(&middle)? || deletion.after[2] != value(&top)? {
        return wrong("a value after the change is not the one that follows");
    }
    Ok(SpaceProofInfo {
        front,
        accumulator: deletion.after[2],
        ..info.clone()
    })
}
