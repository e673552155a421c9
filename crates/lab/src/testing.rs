//! A trial for the tests of what is said about trials.

use crate::{
    damage::Hit,
    experiment::Measured,
    plan::{TagCost, Trial},
    DamageMode, Layout, Share,
};
use cess_primitives::Podr2Scheme;

/// A thousand audits with RSA that sample 4 of 32 chunks of a fragment.
pub(crate) fn trial(damage_percent: f64, detected: u64) -> Trial {
    let damage = Share::percent(damage_percent).unwrap();
    let hit = damage.of(32);
    Trial {
        scheme: Podr2Scheme::Rsa,
        layout: Layout {
            fragments: 1,
            fragment_size: 1 << 20,
            chunks: 32,
        },
        mode: DamageMode::Chunks,
        damage,
        sample: 4,
        hit: Hit {
            fragments: u32::from(hit > 0),
            chunks: hit,
            indices: hit as u32,
        },
        tagging: TagCost::default(),
        measured: Measured {
            audits: 1000,
            detected,
            ..Measured::default()
        },
    }
}
