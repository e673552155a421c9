//! The quantities of the protocol, set at genesis.

use crate::{Tick, GIB, KIB, MIB};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Which set of quantities a network starts with.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// A laptop's network: one-second slots, a day of three minutes, 4 MiB segments.
    Fast,
    /// The constants of the published network (spec chain 1.1, 1.3, 1.6).
    Reference,
}

/// Bytes of a label of an idle file: a SHA-512 digest.
const IDLE_LABEL: u64 = 64;

/// Which authenticators tag fragments (crate `cess-podr2`).
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Podr2Scheme {
    /// The published scheme: RSA of 2048 bits (spec off-chain 4.4).
    #[default]
    Rsa,
    /// Shacham-Waters with public verification on BLS12-381.
    Bls12381,
}

/// Every size and wait of the protocol. Sizes are bytes, waits are ticks unless the name says more.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct ProtocolParams {
    /// The preset that these quantities started from.
    pub preset: Preset,
    /// Bytes of a segment; a multiple of four.
    pub segment_size: u64,
    /// Bytes of a fragment: a quarter of a segment.
    pub fragment_size: u64,
    /// Bytes that one idle file is accounted for.
    pub idle_unit: u64,
    /// Bytes that one idle file occupies on a miner's disk.
    pub idle_file_size: u64,
    /// Idle files of a set, which a miner certifies in one go; fixed for the life of a chain.
    pub idle_set: u32,
    /// Layers of the graph behind idle files, K: the idle files of a cluster.
    pub idle_layers: u32,
    /// Parents of a node of that graph in the layer before, D.
    pub idle_degree: u32,
    /// The authenticators of fragments; fixed for the life of a chain.
    pub podr2_scheme: Podr2Scheme,
    /// PoDR2 chunks of a fragment.
    pub chunk_count: u32,
    /// Milliseconds of a slot; fixed for the life of a chain.
    pub slot_ms: u64,
    /// Slots of an epoch; fixed for the life of a chain.
    pub epoch_slots: u32,
    /// The protocol's day: unit of rents and reward releases.
    pub one_day: Tick,
    /// No random challenge before this tick.
    pub challenge_start: Tick,
    /// Each miner is challenged once in this time, on average.
    pub challenge_period: Tick,
    /// Least time for a miner to submit its proofs.
    pub challenge_window: Tick,
    /// Least time for a TEE worker to give its verdict after the proofs were due.
    pub verify_window: Tick,
    /// A declared deal ends after this time ...
    pub deal_life: Tick,
    /// ... plus this time for each segment.
    pub deal_life_per_segment: Tick,
    /// A fragment must be tagged within this time after it was reported ...
    pub tag_life: Tick,
    /// ... plus this time for each segment of the file.
    pub tag_life_per_segment: Tick,
    /// A claimed restoral order must be completed within this time.
    pub restoral_life: Tick,
    /// A miner's stake stays locked for this time after it was last raised.
    pub staking_lock: Tick,
    /// Time between a miner's wish to leave and its exit.
    pub exit_lock: Tick,
    /// Days that a territory stays frozen before it expires.
    pub frozen_days: u32,
    /// A TEE worker that did nothing for this time may be removed.
    pub tee_work_life: Tick,
    /// A proxy authorisation may be used for this time after its expiry tick (spec chain 10).
    pub authorization_life: Tick,
    /// Time between the purchase of a territory on sale and its handover.
    pub consignment_lock: Tick,
    /// Sessions, which are epochs, of an era; fixed for the life of a chain.
    pub sessions_per_era: u32,
    /// Eras until unbonded money is free.
    pub bonding_eras: u32,
    /// Eras until a slash takes effect; fewer than `bonding_eras`.
    pub slash_defer_eras: u32,
}

impl ProtocolParams {
    /// Small sizes and short waits on the same code paths.
    pub const fn fast() -> Self {
        Self {
            preset: Preset::Fast,
            segment_size: 4 * MIB,
            fragment_size: MIB,
            idle_unit: 64 * MIB,
            idle_file_size: 64 * KIB,
            idle_set: 32,
            idle_layers: 8,
            idle_degree: 4,
            podr2_scheme: Podr2Scheme::Rsa,
            chunk_count: 32,
            slot_ms: 1000,
            // Six epochs, an era, are a day.
            epoch_slots: 30,
            one_day: 180,
            challenge_start: 60,
            challenge_period: 120,
            challenge_window: 20,
            verify_window: 60,
            deal_life: 60,
            deal_life_per_segment: 2,
            tag_life: 60,
            tag_life_per_segment: 4,
            restoral_life: 60,
            staking_lock: 360,
            exit_lock: 60,
            frozen_days: 7,
            tee_work_life: 3600,
            authorization_life: 100,
            consignment_lock: 20,
            sessions_per_era: 6,
            bonding_eras: 4,
            slash_defer_eras: 1,
        }
    }

    /// The published network's quantities (spec chain 1.1, 1.3, 1.6 and 16).
    pub const fn reference() -> Self {
        Self {
            preset: Preset::Reference,
            segment_size: 32 * MIB,
            fragment_size: 8 * MIB,
            idle_unit: 64 * MIB,
            idle_file_size: 64 * MIB,
            idle_set: 256,
            idle_layers: 8,
            idle_degree: 64,
            podr2_scheme: Podr2Scheme::Rsa,
            chunk_count: 1024,
            slot_ms: 6000,
            epoch_slots: 600,
            one_day: 14_400,
            challenge_start: 43_200,
            challenge_period: 14_400,
            challenge_window: 50,
            verify_window: 600,
            deal_life: 1200,
            deal_life_per_segment: 10,
            tag_life: 1200,
            tag_life_per_segment: 40,
            restoral_life: 250,
            staking_lock: 2_592_000,
            exit_lock: 216_000,
            frozen_days: 7,
            tee_work_life: 7200,
            authorization_life: 100,
            consignment_lock: 50,
            sessions_per_era: 6,
            bonding_eras: 672,
            slash_defer_eras: 168,
        }
    }

    /// The quantities of a preset.
    pub const fn of(preset: Preset) -> Self {
        match preset {
            Preset::Fast => Self::fast(),
            Preset::Reference => Self::reference(),
        }
    }

    /// Space that one miner gives to its column of a file: one fragment of each segment.
    pub fn column_space(&self, segments: u32) -> u128 {
        u128::from(self.fragment_size) * u128::from(segments)
    }

    /// Space that a territory pays for a file: all fragments of all segments.
    pub fn file_space(&self, segments: u32) -> u128 {
        self.column_space(segments) * crate::FRAGMENT_COUNT as u128
    }

    /// Segments of a file of `size` bytes that is cut without encryption; 0 for an empty file.
    pub fn segments_of(&self, size: u64) -> u64 {
        size.div_ceil(self.segment_size)
    }

    /// PoDR2 chunks that a challenge samples: 46 in a thousand, at least three, at most all.
    pub fn challenge_chunks(&self) -> u32 {
        (self.chunk_count * 46)
            .div_euclid(1000)
            .max(3)
            .min(self.chunk_count)
    }

    /// Ticks for which a deal of this many segments lives.
    pub fn deal_ticks(&self, segments: u32) -> Tick {
        self.deal_life
            .saturating_add(self.deal_life_per_segment.saturating_mul(segments))
    }

    /// Ticks within which fragments of a file of this many segments must be tagged.
    pub fn tag_ticks(&self, segments: u32) -> Tick {
        self.tag_life
            .saturating_add(self.tag_life_per_segment.saturating_mul(segments))
    }

    /// What the chain publishes of the graph behind idle files, `Sminer.Expenders`: layers K, labels
    /// of a file N, degree D (spec off-chain 5.1).
    pub fn expenders(&self) -> (u64, u64, u64) {
        let labels = self.idle_file_size / IDLE_LABEL;
        (self.idle_layers.into(), labels, self.idle_degree.into())
    }

    /// Says what is wrong with quantities that cannot work together.
    pub fn check(&self) -> Result<(), &'static str> {
        let rules = [
            (
                self.fragment_size.checked_mul(4) == Some(self.segment_size),
                "a segment is four fragments",
            ),
            (
                self.fragment_size > 0 && self.fragment_size <= GIB,
                "a fragment has between one byte and 1 GiB",
            ),
            (
                self.chunk_count > 0 && self.fragment_size % u64::from(self.chunk_count) == 0,
                "a fragment is a whole number of chunks",
            ),
            (self.idle_unit > 0, "idle files count for something"),
            (
                self.idle_file_size % IDLE_LABEL == 0
                    && (self.idle_file_size / IDLE_LABEL).is_power_of_two(),
                "the labels of an idle file, of 64 bytes, are a power of two",
            ),
            (
                self.idle_degree.is_power_of_two()
                    && self.idle_degree <= 64
                    && self.idle_file_size / IDLE_LABEL >= 256 * u64::from(self.idle_degree),
                "the degree behind idle files is a power of two up to 64, and 256 times it are at most the \
                 labels of a file",
            ),
            (
                self.idle_layers >= 2 && self.idle_layers % 2 == 0 && self.idle_layers <= 64,
                "the layers behind idle files are an even number up to 64",
            ),
            (
                (u64::from(self.idle_layers) + 1).saturating_mul(self.idle_file_size / IDLE_LABEL)
                    <= i32::MAX as u64,
                "the nodes of all layers behind an idle file have numbers of 31 bits",
            ),
            (
                self.idle_set.checked_rem(self.idle_layers) == Some(0)
                    && 256_u32.checked_rem(self.idle_set) == Some(0),
                "a set of idle files divides 256 and is a multiple of their layers",
            ),
            (
                self.slot_ms >= 100 && self.epoch_slots >= 10,
                "a slot has at least 100 ms and an epoch 10 slots",
            ),
            (
                self.sessions_per_era > 0 && self.slash_defer_eras < self.bonding_eras,
                "an era has a session, and slashes reach money before it is free",
            ),
            (
                self.one_day > 0 && self.challenge_period > 0,
                "a day and a challenge period last at least a tick",
            ),
            (
                self.challenge_window > 0 && self.verify_window > 0,
                "windows last at least a tick",
            ),
            (
                self.deal_life > 0 && self.tag_life > 0 && self.restoral_life > 0,
                "lives last at least a tick",
            ),
        ];
        rules
            .iter()
            .find(|(ok, _)| !ok)
            .map_or(Ok(()), |(_, rule)| Err(*rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_consistent() {
        for params in [ProtocolParams::fast(), ProtocolParams::reference()] {
            params.check().unwrap();
        }
        assert_eq!(ProtocolParams::reference().challenge_chunks(), 47);
        assert_eq!(ProtocolParams::reference().file_space(1), 96 << 20);
        assert_eq!(ProtocolParams::reference().expenders(), (8, 1 << 20, 64));
    }

    #[test]
    fn idle_files_that_no_graph_gives_are_refused() {
        let refused = |change: fn(&mut ProtocolParams)| {
            let mut params = ProtocolParams::fast();
            change(&mut params);
            params.check().unwrap_err()
        };
        let labels = "the labels of an idle file, of 64 bytes, are a power of two";
        assert_eq!(refused(|p| p.idle_file_size = 0), labels);
        assert_eq!(refused(|p| p.idle_file_size -= 64), labels);
        assert_eq!(refused(|p| p.idle_file_size += 1), labels);
        let degree = refused(|p| p.idle_degree = 8);
        assert!(degree.contains("256 times"), "1024 labels are too few");
        assert_eq!(refused(|p| p.idle_degree = 0), degree);
        assert_eq!(refused(|p| p.idle_degree = 3), degree);
        let layers = refused(|p| p.idle_layers = 7);
        assert!(layers.contains("even"));
        assert_eq!(refused(|p| p.idle_layers = 0), layers);
        let set = refused(|p| p.idle_set = 24);
        assert!(set.contains("divides 256"));
        assert_eq!(refused(|p| p.idle_set = 4), set);
        assert_eq!(refused(|p| p.idle_set = 0), set);
        let nodes = refused(|p| p.idle_file_size = 1 << 40);
        assert!(nodes.contains("31 bits"));
        assert_eq!(refused(|p| p.idle_file_size = 1 << 63), nodes);
        refused(|p| (p.idle_layers, p.idle_file_size) = (u32::MAX - 1, 1 << 63));
        refused(|p| p.fragment_size = u64::MAX);
    }

    #[test]
    fn inconsistent_sizes_are_refused() {
        let bad = ProtocolParams {
            segment_size: 5,
            ..ProtocolParams::fast()
        };
        assert_eq!(bad.check(), Err("a segment is four fragments"));
        let bad = ProtocolParams {
            chunk_count: 7,
            ..ProtocolParams::fast()
        };
        assert_eq!(bad.check(), Err("a fragment is a whole number of chunks"));
    }
}
