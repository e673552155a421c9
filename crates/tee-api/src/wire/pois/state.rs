//! The certified state.

use crate::{
    convert::{account, array, index, signed, BadField},
    pois::{MinerPoisInfo, PoisStatus},
};
use cess_pois::{PoISKey, SpaceProofInfo};

/// The certified state as a message; `None` when it counts beyond 2^63 files.
pub fn state_message(info: &SpaceProofInfo, status_tee_sign: &[u8]) -> Option<MinerPoisInfo> {
    Some(MinerPoisInfo {
        acc: info.accumulator.to_vec(),
        front: signed(info.front)?,
        rear: signed(info.rear)?,
        key_n: info.pois_key.n.to_vec(),
        key_g: info.pois_key.g.to_vec(),
        status_tee_sign: status_tee_sign.to_vec(),
    })
}

/// The state that a miner claims to have.
pub fn state(miner_id: &[u8], info: &MinerPoisInfo) -> Result<SpaceProofInfo, BadField> {
    Ok(SpaceProofInfo {
        miner: account(miner_id, "miner_id")?,
        front: index(info.front, "pois_info.front")?,
        rear: index(info.rear, "pois_info.rear")?,
        pois_key: PoISKey {
            g: array(&info.key_g, "pois_info.key_g")?,
            n: array(&info.key_n, "pois_info.key_n")?,
        },
        accumulator: array(&info.acc, "pois_info.acc")?,
    })
}

/// The new state after a certificate or a deletion, for the miner that had `before`.
pub fn new_state(before: &SpaceProofInfo, status: &PoisStatus) -> Result<SpaceProofInfo, BadField> {
    Ok(SpaceProofInfo {
        front: index(status.front, "pois_status.front")?,
        rear: index(status.rear, "pois_status.rear")?,
        accumulator: array(&status.acc, "pois_status.acc")?,
        ..before.clone()
    })
}

/// The new state as a message.
pub fn status_message(info: &SpaceProofInfo) -> Option<PoisStatus> {
    Some(PoisStatus {
        acc: info.accumulator.to_vec(),
        front: signed(info.front)?,
        rear: signed(info.rear)?,
    })
}
