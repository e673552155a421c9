//! A plan of experiments: what is stored, how it is damaged, and how often it is audited.

use crate::{
    damage::{Damage, Hit},
    experiment::{self, Measured, Steps, Watch},
    service::{Keys, Service, Tagging},
    statistics::{audits_needed, detection, Interval},
    store::Store,
    DamageMode, Draw, LabError, Layout, PlanError, Share,
};
use cess_podr2::Chunks;
use cess_primitives::{audit::MAX_CHALLENGE_CHUNKS, Podr2Scheme, Preset, ProtocolParams, GIB, MIB};
use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How sure the interval of a measurement is.
pub const CONFIDENCE: f64 = 0.95;
/// The certainties with which damage is to be found.
pub const WANTED: [f64; 2] = [0.99, 0.9999];

/// Most bytes that an experiment stores.
const MOST_BYTES: u64 = 16 * GIB;
/// Most single bytes that are damaged.
const MOST_WOUNDS: u64 = MIB;
/// Most fragments: what one message to a worker may name.
const MOST_FRAGMENTS: u64 = 10_000;
/// Most chunks of a fragment.
const MOST_CHUNKS: u64 = 1 << 16;
/// Most chunks of all fragments: the tag of a chunk takes more than half a KiB of memory.
const MOST_TAGS: u64 = 1 << 20;
/// Most audits of an experiment.
const MOST_AUDITS: u64 = 10_000_000;

/// Experiments with every combination of the listed schemes, samples and damages.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The proof schemes.
    pub schemes: Vec<Podr2Scheme>,
    /// What is stored.
    pub layout: Layout,
    /// Chunks that a challenge names.
    pub samples: Vec<u32>,
    /// How much is damaged.
    pub damages: Vec<Share>,
    /// How it is damaged.
    pub mode: DamageMode,
    /// Audits of each combination.
    pub audits: u64,
    /// Data, damage and challenges follow from this number.
    pub seed: u64,
}

impl Plan {
    /// One fragment as in a network of this preset, one percent of its chunks damaged, 500 audits.
    pub fn of(preset: Preset, seed: u64) -> Result<Self, PlanError> {
        let params = ProtocolParams::of(preset);
        Ok(Self {
            schemes: vec![Podr2Scheme::Rsa],
            layout: Layout {
                fragments: 1,
                fragment_size: params.fragment_size,
                chunks: params.chunk_count,
            },
            samples: vec![published_sample(params.chunk_count)],
            damages: vec![Share::percent(1.0)?],
            mode: DamageMode::default(),
            audits: 500,
            seed,
        })
    }

    /// Says what can't be done, before anything is.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), PlanError> {
        let Layout {
            fragments,
            fragment_size,
            chunks,
        } = self.layout;
        range("fragments", fragments.into(), 1, MOST_FRAGMENTS)?;
        range("chunks", chunks.into(), 1, MOST_CHUNKS)?;
        range("audits", self.audits, 1, MOST_AUDITS)?;
        range(
            "chunks of all fragments",
            self.layout.all_chunks(),
            1,
            MOST_TAGS,
        )?;
        if Chunks::new(io::empty(), fragment_size, chunks).is_err() {
            return Err(PlanError::Chunking {
                fragment_size,
                chunks,
            });
        }
        if self.layout.bytes() > MOST_BYTES {
            return Err(PlanError::TooLarge {
                fragments,
                fragment_size,
                most: MOST_BYTES,
            });
        }
        for sample in &self.samples {
            if *sample > chunks {
                let sample = *sample;
                return Err(PlanError::Sample { sample, chunks });
            }
            range(
                "sampled chunks",
                (*sample).into(),
                1,
                MAX_CHALLENGE_CHUNKS.into(),
            )?;
        }
        let bytes = self
            .damages
            .iter()
            .map(|share| share.of(self.layout.bytes()))
            .max();
        match (self.mode, bytes) {
            (DamageMode::Bytes, Some(bytes)) if bytes > MOST_WOUNDS => {
                Err(PlanError::TooManyBytes {
                    bytes,
                    most: MOST_WOUNDS,
                })
            }
            _ => Ok(()),
        }
    }

    /// Carries it out.
    ///
    /// # Errors
    /// [`LabError::Plan`] when [`Plan::check`] fails, or whatever breaks off an experiment.
    pub fn run(&self, watch: Watch<'_>) -> Result<Vec<Trial>, LabError> {
        self.check()?;
        let each = self.audits * (self.samples.len() * self.damages.len()) as u64;
        let all = (u64::from(self.layout.fragments) + each) * self.schemes.len() as u64;
        let steps = Steps::new(watch, all);
        let mut trials = Vec::new();
        for scheme in &self.schemes {
            self.run_scheme(*scheme, &steps, &mut trials)?;
        }
        Ok(trials)
    }

    fn run_scheme(
        &self,
        scheme: Podr2Scheme,
        steps: &Steps<'_>,
        trials: &mut Vec<Trial>,
    ) -> Result<(), LabError> {
        let (mut service, tagging) = self.tagged(scheme, steps)?;
        for damage in &self.damages {
            // Every scheme sees the same damage, and in it the same challenges.
            let topic = format!("{} {} {damage}", self.seed, self.mode);
            let mut draw = Draw::about(("damage", &topic));
            let wounds = Damage::draw(self.mode, *damage, &self.layout, &mut draw);
            service.damage(&wounds, &mut draw)?;
            for sample in &self.samples {
                service.sample(*sample);
                let topic = format!("{topic} {sample}");
                let measured = experiment::audit(&service, self.audits, &topic, steps)?;
                trials.push(Trial {
                    scheme,
                    layout: self.layout,
                    mode: self.mode,
                    damage: *damage,
                    sample: *sample,
                    hit: wounds.hit(&self.layout),
                    tagging,
                    measured,
                });
            }
        }
        Ok(())
    }

    fn tagged(
        &self,
        scheme: Podr2Scheme,
        steps: &Steps<'_>,
    ) -> Result<(Service, TagCost), LabError> {
        let keys = Keys::generate(scheme, &self.layout)?;
        let store = Store::new(self.layout, self.seed)?;
        let tags = Mutex::new(BTreeMap::new());
        experiment::for_each(
            self.layout.fragments.into(),
            "fragments tagged",
            steps,
            |fragment| {
                let tagging = keys.tag(&store, fragment as u32)?;
                let mut tags = tags.lock().unwrap_or_else(PoisonError::into_inner);
                tags.insert(fragment, tagging);
                Ok(())
            },
        )?;
        let tags = tags.into_inner().unwrap_or_else(PoisonError::into_inner);
        let tags: Vec<Tagging> = tags.into_values().collect();
        let cost = TagCost {
            cpu: tags.iter().map(|tag| tag.took).sum::<Duration>() / self.layout.fragments,
            message: tags.first().map_or(0, Tagging::message),
        };
        Ok((Service::new(store, keys, tags), cost))
    }
}

/// What it cost to tag a fragment.
#[derive(Clone, Copy, Debug, Default)]
pub struct TagCost {
    /// CPU time of the TEE worker, mean.
    pub cpu: Duration,
    /// Bytes of its answer.
    pub message: u64,
}

/// One combination of scheme, damage and sample, and what was measured.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The proof scheme.
    pub scheme: Podr2Scheme,
    /// What was stored.
    pub layout: Layout,
    /// How it was damaged.
    pub mode: DamageMode,
    /// How much of it was to be damaged.
    pub damage: Share,
    /// Chunks that a challenge named.
    pub sample: u32,
    /// What was damaged.
    pub hit: Hit,
    /// What tagging cost.
    pub tagging: TagCost,
    /// What the audits came to.
    pub measured: Measured,
}

impl Trial {
    /// The share of audits that found the damage.
    pub fn rate(&self) -> f64 {
        self.measured.detected as f64 / self.measured.audits.max(1) as f64
    }

    /// The interval of Clopper and Pearson for it, with [`CONFIDENCE`].
    pub fn interval(&self) -> Interval {
        Interval::clopper_pearson(self.measured.detected, self.measured.audits, CONFIDENCE)
    }

    /// The probability that theory gives for the damage that there was.
    pub fn theory(&self) -> f64 {
        detection(self.layout.chunks, self.hit.indices, self.sample)
    }

    /// Whether theory lies in the interval.
    pub fn agrees(&self) -> bool {
        self.interval().holds(self.theory())
    }

    /// Audits until the damage is found with probability `wanted`, by theory; `None`: never.
    pub fn audits_needed(&self, wanted: f64) -> Option<u64> {
        audits_needed(self.theory(), wanted)
    }

    /// Audits until it is found, on average; `None`: never.
    pub fn audits_mean(&self) -> Option<f64> {
        let theory = self.theory();
        (theory > 0.0).then(|| 1.0 / theory)
    }
}

/// The sample that the protocol takes of so many chunks.
pub fn published_sample(chunk_count: u32) -> u32 {
    let params = ProtocolParams {
        // No fragment has more; the protocol's formula is for what fits a chain.
        chunk_count: chunk_count.min(MOST_CHUNKS as u32),
        ..ProtocolParams::fast()
    };
    params.challenge_chunks().min(MAX_CHALLENGE_CHUNKS)
}

/// Time that so many audits take in a network of a preset, where a miner is audited once in a challenge
/// period on average.
pub fn time_of(audits: f64, preset: Preset) -> Duration {
    let params = ProtocolParams::of(preset);
    let period = f64::from(params.challenge_period) * params.slot_ms as f64 / 1000.0;
    Duration::try_from_secs_f64(audits * period).unwrap_or(Duration::MAX)
}

fn range(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), PlanError> {
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(PlanError::Range {
            what,
            value,
            least,
            most,
        }),
    }
}
