//! Giving up files at the front, to make room for fragments.

use crate::{merkle::Node, LiveFiles, PoisError, SpaceProofInfo};
use codec::{Decode, Encode};

/// The live files' roots, of which the first `count` are given up.
///
/// Its length is linear in the live files, 32 bytes each: 512 KiB for a TiB of 64 MiB units.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// Files given up.
    pub count: u64,
    /// Roots of all live files, oldest first.
    pub live: Vec<Node>,
}

/// The miner's side: give up the oldest `count` files.
///
/// # Errors
/// [`PoisError::Count`] when so many are not live.
pub fn prove(live: &LiveFiles, count: u64) -> Result<Proof, PoisError> {
    check_count(count, live.roots().len() as u64)?;
    Ok(Proof {
        count,
        live: live.roots().to_vec(),
    })
}

/// The worker's side: the state without these files.
///
/// # Errors
/// [`PoisError::WrongAccumulator`], [`PoisError::Count`], [`PoisError::State`].
pub fn verify(info: &SpaceProofInfo, proof: &Proof) -> Result<SpaceProofInfo, PoisError> {
    let mut live = LiveFiles::checked(info, &proof.live)?;
    check_count(proof.count, live.roots().len() as u64)?;
    live.drop_front(proof.count);
    Ok(SpaceProofInfo {
        front: live.front(),
        accumulator: live.accumulator(&info.pois_key),
        ..info.clone()
    })
}

fn check_count(asked: u64, most: u64) -> Result<(), PoisError> {
    if (1..=most).contains(&asked) {
        Ok(())
    } else {
        Err(PoisError::Count { asked, most })
    }
}
