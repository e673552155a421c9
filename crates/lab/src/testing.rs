//! A trial for the tests of what is said about trials.

use crate::{
    damage::Hit,
    experiment::Measured,
    trial::{TagCost, Trial},
    DamageMode, Layout, Scheme, Share,
};

/// A thousand audits with RSA that sample 4 of 32 chunks of a fragment.
pub(crate) fn trial(damage_percent: f64, detected: u64) -> Trial {
    let damage = Share::percent(damage_percent).unwrap();
    let hit = damage.of(32);
    Trial {
        scheme: Scheme::Rsa,
        layout: Layout::of_fragments(1, 1 << 20, 32),
        mode: DamageMode::Chunks,
        damage,
        sample: 4,
        hit: Hit {
            fragments: u32::from(hit > 0),
            chunks: hit,
            indices: hit as u32,
        },
        by_set: vec![hit as u32],
        tagging: TagCost::default(),
        measured: Measured {
            audits: 1000,
            detected,
            ..Measured::default()
        },
    }
}
