//! A plan of experiments: what is stored, how it is damaged, and how often it is audited.

use crate::{
    damage::Damage,
    experiment::{self, Steps, Watch},
    idle::{self, IdleSpace},
    service::{Keys, Service, Tagging},
    store::Store,
    subject::Subject,
    trial::{TagCost, Trial},
    DamageMode, Draw, LabError, Layout, PlanError, Scheme, Share,
};
use cess_podr2::Chunks;
use cess_pois::{space::NODES, Params, PoisError, GROUP, LABEL_LEN};
use cess_primitives::{audit::MAX_CHALLENGE_CHUNKS, Podr2Scheme, Preset, ProtocolParams, GIB, MIB};
use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

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
    pub schemes: Vec<Scheme>,
    /// What is stored.
    pub layout: Layout,
    /// The graph behind idle files; fragments have none.
    pub graph: Graph,
    /// Places that a challenge names: chunks with PoDR2, labels with PoIS.
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

/// The graph behind idle files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graph {
    /// K: layers below the files.
    pub layers: u32,
    /// D: parents that a node draws.
    pub degree: u32,
}

impl Graph {
    /// With the sizes of files.
    pub(crate) fn params(&self, layout: &Layout) -> Result<Params, PlanError> {
        let whole = layout.fragment_size == u64::from(layout.chunks) * idle::chunk_len();
        let labels = u32::try_from(layout.fragment_size / LABEL_LEN as u64);
        let (Ok(labels), true) = (labels, whole) else {
            return Err(PlanError::Idle("a file is a multiple of 8 KiB"));
        };
        Params::new(self.layers, labels, self.degree, layout.set).map_err(|error| match error {
            PoisError::Params(rule) => PlanError::Idle(rule),
            _ => PlanError::Idle("they are not those of a graph"),
        })
    }
}

impl Plan {
    /// One fragment as in a network of this preset, one percent of its chunks damaged, 500 audits.
    pub fn of(preset: Preset, seed: u64) -> Result<Self, PlanError> {
        let params = ProtocolParams::of(preset);
        Ok(Self {
            schemes: vec![Scheme::Rsa],
            layout: Layout::of_fragments(1, params.fragment_size, params.chunk_count),
            graph: Graph {
                layers: params.idle_layers,
                degree: params.idle_degree,
            },
            samples: vec![published_sample(params.chunk_count)],
            damages: vec![Share::percent(1.0)?],
            mode: DamageMode::default(),
            audits: 500,
            seed,
        })
    }

    /// The same with PoIS over so many idle files of this size, `set` of which are certified and opened
    /// together.
    pub fn over_idle_files(self, files: u32, file_size: u64, set: u32) -> Self {
        let layout = Layout {
            fragments: files,
            fragment_size: file_size,
            chunks: u32::try_from(file_size / idle::chunk_len()).unwrap_or(u32::MAX),
            places: idle::PLACES,
            set,
        };
        Self {
            schemes: vec![Scheme::Pois],
            samples: vec![NODES as u32],
            layout,
            ..self
        }
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
            ..
        } = self.layout;
        range("fragments", fragments.into(), 1, MOST_FRAGMENTS)?;
        range("chunks", chunks.into(), 1, MOST_CHUNKS)?;
        range("audits", self.audits, 1, MOST_AUDITS)?;
        if !self.schemes.contains(&Scheme::Pois) {
            self.check_fragments()?;
        } else if self.schemes.iter().all(|scheme| *scheme == Scheme::Pois) {
            self.check_idle_files()?;
        } else {
            return Err(PlanError::Mixed);
        }
        if self.layout.bytes() > MOST_BYTES {
            return Err(PlanError::TooLarge {
                fragments,
                fragment_size,
                most: MOST_BYTES,
            });
        }
        let shares = self.damages.iter();
        let bytes = shares.map(|share| share.of(self.layout.bytes())).max();
        match (self.mode, bytes) {
            (DamageMode::Bytes, Some(bytes)) if bytes > MOST_WOUNDS => {
                let most = MOST_WOUNDS;
                Err(PlanError::TooManyBytes { bytes, most })
            }
            _ => Ok(()),
        }
    }

    fn check_fragments(&self) -> Result<(), PlanError> {
        let Layout {
            fragment_size,
            chunks,
            ..
        } = self.layout;
        let all = self.layout.all_chunks();
        range("chunks of all fragments", all, 1, MOST_TAGS)?;
        if Chunks::new(io::empty(), fragment_size, chunks).is_err() {
            return Err(PlanError::Chunking {
                fragment_size,
                chunks,
            });
        }
        for sample in self.samples.iter().copied() {
            if sample > chunks {
                return Err(PlanError::Sample { sample, chunks });
            }
            let most = MAX_CHALLENGE_CHUNKS.into();
            range("sampled chunks", sample.into(), 1, most)?;
        }
        Ok(())
    }

    fn check_idle_files(&self) -> Result<(), PlanError> {
        let Layout { fragments, set, .. } = self.layout;
        self.graph.params(&self.layout)?;
        if self.samples.iter().any(|sample| *sample != NODES as u32) {
            return Err(PlanError::Idle("a challenge names eight labels, always"));
        }
        let most = GROUP as u32;
        if fragments % set != 0 || fragments / set > most {
            return Err(PlanError::Sets {
                files: fragments,
                set,
                most,
            });
        }
        Ok(())
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
        for scheme in self.schemes.iter().copied() {
            if let Some(podr2) = scheme.podr2() {
                let (mut service, cost) = self.tagged(podr2, &steps)?;
                self.audit(scheme, &mut service, cost, &steps, &mut trials)?;
            } else {
                let (layout, graph) = (self.layout, self.graph);
                let (mut space, cost) = IdleSpace::certified(layout, graph, self.seed, &steps)?;
                self.audit(scheme, &mut space, cost, &steps, &mut trials)?;
            }
        }
        Ok(trials)
    }

    fn audit<S: Subject>(
        &self,
        scheme: Scheme,
        subject: &mut S,
        tagging: TagCost,
        steps: &Steps<'_>,
        trials: &mut Vec<Trial>,
    ) -> Result<(), LabError> {
        for damage in self.damages.iter().copied() {
            // Every scheme sees the same damage, and in it the same challenges.
            let topic = format!("{} {} {damage}", self.seed, self.mode);
            let mut draw = Draw::about(("damage", &topic));
            let wounds = Damage::draw(self.mode, damage, &self.layout, &mut draw);
            subject.damage(&wounds, &mut draw)?;
            for sample in self.samples.iter().copied() {
                let topic = format!("{topic} {sample}");
                let measured = experiment::audit(subject, sample, self.audits, &topic, steps)?;
                trials.push(Trial {
                    scheme,
                    layout: self.layout,
                    mode: self.mode,
                    damage,
                    sample,
                    hit: wounds.hit(&self.layout),
                    by_set: wounds.indices_by_set(&self.layout),
                    tagging,
                    measured,
                });
            }
        }
        Ok(())
    }

    fn tagged(
        &self,
        podr2: Podr2Scheme,
        steps: &Steps<'_>,
    ) -> Result<(Service, TagCost), LabError> {
        let keys = Keys::generate(podr2, &self.layout)?;
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

/// The sample that the protocol takes of so many chunks.
pub fn published_sample(chunk_count: u32) -> u32 {
    let params = ProtocolParams {
        // No fragment has more; the protocol's formula is for what fits a chain.
        chunk_count: chunk_count.min(MOST_CHUNKS as u32),
        ..ProtocolParams::fast()
    };
    params.challenge_chunks().min(MAX_CHALLENGE_CHUNKS)
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
