//! What goes wrong with stored data.

use crate::{Draw, Share};
use serde::Serialize;
use std::{collections::BTreeSet, fmt, str::FromStr};

/// The shape of what is stored: fragments, or idle files, of one size, each of which has the same number
/// of chunks. A chunk is the least that can be damaged: if a byte of it is, a challenge that names any of its
/// places finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// Fragments of the miner.
    pub fragments: u32,
    /// Bytes of a fragment: a multiple of `chunks`.
    pub fragment_size: u64,
    /// Chunks of a fragment.
    pub chunks: u32,
    /// Places of a chunk that a challenge can name: one with PoDR2, where it names chunks.
    pub places: u32,
    /// Fragments that one challenge opens together, all of them with PoDR2; of several such sets it
    /// chooses one.
    pub set: u32,
}

impl Layout {
    /// Fragments under PoDR2.
    pub fn of_fragments(fragments: u32, fragment_size: u64, chunks: u32) -> Self {
        Self {
            fragments,
            fragment_size,
            chunks,
            places: 1,
            set: fragments,
        }
    }

    /// Bytes of a chunk.
    pub fn chunk_size(&self) -> u64 {
        self.fragment_size / u64::from(self.chunks.max(1))
    }

    /// Bytes of everything.
    pub fn bytes(&self) -> u64 {
        u64::from(self.fragments) * self.fragment_size
    }

    /// Chunks of all fragments.
    pub fn all_chunks(&self) -> u64 {
        u64::from(self.fragments) * u64::from(self.chunks)
    }
}

/// What the share that is damaged is a share of, and how the damage lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DamageMode {
    /// A share of all chunks, chosen at random; one byte of each changes, which spoils the chunk.
    #[default]
    Chunks,
    /// A share of all bytes, each chosen at random.
    Bytes,
    /// A share of all bytes in one run, which may reach over several fragments: a spoilt region of a
    /// disk.
    Run,
    /// A share of the fragments, chosen at random, is deleted.
    Fragments,
}

impl DamageMode {
    const ALL: [Self; 4] = [Self::Chunks, Self::Bytes, Self::Run, Self::Fragments];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chunks => "chunks",
            Self::Bytes => "bytes",
            Self::Run => "run",
            Self::Fragments => "fragments",
        }
    }

    /// What its share is a share of.
    pub fn whole(self, layout: &Layout) -> u64 {
        match self {
            Self::Chunks => layout.all_chunks(),
            Self::Bytes | Self::Run => layout.bytes(),
            Self::Fragments => layout.fragments.into(),
        }
    }
}

impl fmt::Display for DamageMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no such mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no damage mode `{0}`: it is `chunks`, `bytes`, `run` or `fragments`")]
pub struct UnknownMode(String);

impl FromStr for DamageMode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        let found = Self::ALL.into_iter().find(|mode| mode.name() == text);
        found.ok_or_else(|| UnknownMode(text.into()))
    }
}

/// Bytes of a fragment that change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wound {
    /// The fragment, counted from 0.
    pub fragment: u32,
    /// Offset of the first byte.
    pub at: u64,
    /// How many bytes.
    pub len: u64,
}

/// What is damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Bytes that change, in the order of fragments; disjoint.
    pub wounds: Vec<Wound>,
    /// Fragments that are gone, in order.
    pub lost: Vec<u32>,
}

impl Damage {
    /// Draws damage to a share of what `mode` counts.
    pub fn draw(mode: DamageMode, share: Share, layout: &Layout, draw: &mut Draw) -> Self {
        let whole = mode.whole(layout);
        let count = share.of(whole);
        let mut damage = Self::default();
        match mode {
            DamageMode::Chunks => {
                for chunk in sorted(draw.distinct(count, whole)) {
                    let (fragment, index) = split(chunk, layout.chunks.into());
                    let at = index * layout.chunk_size() + draw.below(layout.chunk_size());
                    let len = 1;
                    damage.wounds.push(Wound { fragment, at, len });
                }
            }
            DamageMode::Bytes => {
                for byte in sorted(draw.distinct(count, whole)) {
                    let (fragment, at) = split(byte, layout.fragment_size);
                    let len = 1;
                    damage.wounds.push(Wound { fragment, at, len });
                }
            }
            DamageMode::Run => {
                let mut from = draw.below(whole - count + 1);
                let end = from + count;
                while from < end {
                    let (fragment, at) = split(from, layout.fragment_size);
                    let len = (end - from).min(layout.fragment_size - at);
                    damage.wounds.push(Wound { fragment, at, len });
                    from += len;
                }
            }
            DamageMode::Fragments => {
                let lost = sorted(draw.distinct(count, whole));
                damage.lost = lost.into_iter().map(|fragment| fragment as u32).collect();
            }
        }
        damage
    }

    /// How many chunk indices are damaged in at least one fragment of each set.
    pub fn indices_by_set(&self, layout: &Layout) -> Vec<u32> {
        let sets = layout.fragments.div_ceil(layout.set.max(1));
        let of_set = |set: u32| {
            let inside = |fragment: u32| fragment / layout.set.max(1) == set;
            let wounds = self.wounds.iter().filter(|wound| inside(wound.fragment));
            let lost = self.lost.iter().filter(|fragment| inside(**fragment));
            let part = Self {
                wounds: wounds.copied().collect(),
                lost: lost.copied().collect(),
            };
            part.hit(layout).indices
        };
        (0..sets).map(of_set).collect()
    }

    /// What it does to chunks.
    pub fn hit(&self, layout: &Layout) -> Hit {
        let (mut fragments, mut indices) = (BTreeSet::new(), BTreeSet::new());
        let (mut chunks, mut last) = (0, None);
        for wound in &self.wounds {
            let first = wound.at / layout.chunk_size();
            for index in first..(wound.at + wound.len).div_ceil(layout.chunk_size()) {
                // Wounds are in order, so that a chunk that is hit again was the last one.
                if last.replace((wound.fragment, index)) != Some((wound.fragment, index)) {
                    chunks += 1;
                }
                indices.insert(index as u32);
            }
            fragments.insert(wound.fragment);
        }
        if !self.lost.is_empty() {
            chunks += self.lost.len() as u64 * u64::from(layout.chunks);
            indices.extend(0..layout.chunks);
            fragments.extend(&self.lost);
        }
        Hit {
            fragments: fragments.len() as u32,
            chunks,
            indices: indices.len() as u32,
        }
    }
}

/// How much damage there is, as audits see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// Fragments that are damaged or lost.
    pub fragments: u32,
    /// Chunks that are damaged or lost, over all fragments.
    pub chunks: u64,
    /// Indices at which at least one fragment's chunk is damaged: what decides whether a challenge, which
    /// names the same indices for every fragment, finds it.
    pub indices: u32,
}

fn sorted(mut numbers: Vec<u64>) -> Vec<u64> {
    numbers.sort_unstable();
    numbers
}

/// In which fragment a place is, and where in it.
fn split(place: u64, per_fragment: u64) -> (u32, u64) {
    ((place / per_fragment) as u32, place % per_fragment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LAYOUT: Layout = Layout {
        fragments: 4,
        fragment_size: 1024,
        chunks: 32,
        places: 1,
        set: 2,
    };

    fn drawn(mode: DamageMode, percent: f64, seed: u64) -> (Damage, Hit) {
        let share = Share::percent(percent).unwrap();
        let damage = Damage::draw(mode, share, &LAYOUT, &mut Draw::about(seed));
        let hit = damage.hit(&LAYOUT);
        (damage, hit)
    }

    #[test]
    fn a_share_of_the_chunks_is_hit_by_one_byte_each() {
        let (damage, hit) = drawn(DamageMode::Chunks, 25.0, 1);
        assert_eq!((hit.chunks, damage.wounds.len()), (32, 32));
        assert!(damage.wounds.iter().all(|wound| wound.len == 1));
        assert!(hit.indices <= 32 && hit.indices >= 8);
    }

    #[test]
    fn a_run_is_one_stretch_of_bytes_over_fragments() {
        for seed in 0..50 {
            let (damage, hit) = drawn(DamageMode::Run, 50.0, seed);
            let bytes: u64 = damage.wounds.iter().map(|wound| wound.len).sum();
            assert_eq!(bytes, 2048);
            let place = |wound: &Wound| u64::from(wound.fragment) * 1024 + wound.at;
            for pair in damage.wounds.windows(2) {
                assert_eq!(place(&pair[0]) + pair[0].len, place(&pair[1]));
            }
            assert!((64..=65).contains(&hit.chunks), "{hit:?}");
            assert_eq!(
                hit.indices, 32,
                "half of four fragments is all indices of one"
            );
        }
    }

    #[test]
    fn a_lost_fragment_is_damaged_at_every_index() {
        let (damage, hit) = drawn(DamageMode::Fragments, 25.0, 1);
        assert_eq!(damage.lost.len(), 1);
        let expected = Hit {
            fragments: 1,
            chunks: 32,
            indices: 32,
        };
        assert_eq!(hit, expected);
    }

    #[test]
    fn sets_are_damaged_each_on_its_own() {
        let (mut damage, _) = drawn(DamageMode::Fragments, 25.0, 1);
        damage.lost = vec![3];
        let at = 2 * 32;
        let (fragment, len) = (1, 33);
        damage.wounds = vec![Wound { fragment, at, len }];
        assert_eq!(damage.indices_by_set(&LAYOUT), [2, 32]);
        assert_eq!(Damage::default().indices_by_set(&LAYOUT), [0, 0]);
    }

    #[test]
    fn no_damage_hits_nothing() {
        for mode in DamageMode::ALL {
            assert_eq!(
                drawn(mode, 0.0, 1),
                (Damage::default(), Hit::default()),
                "{mode}"
            );
            assert_eq!(mode.name().parse(), Ok(mode));
        }
        let error = "rot".parse::<DamageMode>().unwrap_err().to_string();
        assert!(error.contains("`run`"), "{error}");
    }

    proptest! {
        #[test]
        fn what_is_hit_is_counted_once(
            mode in prop::sample::select(DamageMode::ALL.to_vec()), percent in 0.0..=100.0f64, seed: u64,
        ) {
            let (damage, hit) = drawn(mode, percent, seed);
            let mut spoilt = BTreeSet::new();
            for wound in &damage.wounds {
                prop_assert!(wound.at + wound.len <= LAYOUT.fragment_size);
                spoilt.extend((wound.at..wound.at + wound.len).map(|byte| (wound.fragment, byte / 32)));
            }
            for fragment in &damage.lost {
                spoilt.extend((0..32).map(|index| (*fragment, index)));
            }
            let indices: BTreeSet<_> = spoilt.iter().map(|(_, index)| index).collect();
            let fragments: BTreeSet<_> = spoilt.iter().map(|(fragment, _)| fragment).collect();
            prop_assert_eq!(hit.chunks, spoilt.len() as u64);
            prop_assert_eq!(hit.indices as usize, indices.len());
            prop_assert_eq!(hit.fragments as usize, fragments.len());
        }

        #[test]
        fn exactly_the_share_is_damaged(
            mode in prop::sample::select(DamageMode::ALL.to_vec()), percent in 0.0..=100.0f64, seed: u64,
        ) {
            let (damage, _) = drawn(mode, percent, seed);
            let asked = Share::percent(percent).unwrap().of(mode.whole(&LAYOUT));
            let done: u64 = damage.wounds.iter().map(|wound| wound.len).sum();
            prop_assert_eq!(done + damage.lost.len() as u64, asked);
        }
    }
}
