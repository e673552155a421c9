//! The strains that there are.

use super::copies::Copies;
use super::drops::Drops;
use super::garbage::Garbage;
use super::halves::Halves;
use super::hollow::Hollow;
use super::on_demand::OnDemand;
use super::outsources::Outsources;
use super::replays::Replays;
use super::silent::Silent;
use super::withholds::Withholds;
use super::Strain;
use std::sync::Arc;

/// A strain's name, and how to make it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What `--byzantine` and `cessnet byzantine` call it.
    pub name: &'static str,
    /// What it does, in one line.
    pub does: &'static str,
    make: fn() -> Arc<dyn Strain>,
}

impl Entry {
    /// A miner's own copy of the strain.
    pub fn make(&self) -> Arc<dyn Strain> {
        (self.make)()
    }
}

/// No strain.
pub const HONEST: Entry = Entry {
    name: "honest",
    does: "does what the protocol asks for",
    make: || Arc::new(Honest),
};

/// All strains.
pub const STRAINS: &[Entry] = &[
    Entry {
        name: "drops",
        does: "deletes fragments once they are tagged, and tells nobody",
        make: || Arc::new(Drops),
    },
    Entry {
        name: "halves",
        does: "keeps the first half of each tagged fragment and makes the rest up",
        make: || Arc::new(Halves),
    },
    Entry {
        name: "replays",
        does: "answers one challenge, and every later one with the same proofs",
        make: || Arc::new(Replays),
    },
    Entry {
        name: "copies",
        does: "submits the proofs that another challenged miner submitted",
        make: || Arc::new(Copies),
    },
    Entry {
        name: "garbage",
        does: "submits noise to the chain and sends noise to TEE workers",
        make: || Arc::new(Garbage),
    },
    Entry {
        name: "silent",
        does: "never answers a challenge",
        make: || Arc::new(Silent),
    },
    Entry {
        name: "withholds",
        does: "drops fragments, submits a proof, and keeps it from the worker that would find it false",
        make: || Arc::new(Withholds),
    },
    Entry {
        name: "outsources",
        does: "drops fragments and rebuilds them from its colleagues' when it is challenged",
        make: || Arc::<Outsources>::default(),
    },
    Entry {
        name: "hollow",
        does: "deletes idle files once they are certified",
        make: || Arc::new(Hollow),
    },
    Entry {
        name: "on-demand",
        does: "deletes idle files once they are certified and makes them again when it is challenged",
        make: || Arc::<OnDemand>::default(),
    },
];

/// The strain of this name, or [`HONEST`].
pub fn find(name: &str) -> Option<&'static Entry> {
    std::iter::once(&HONEST)
        .chain(STRAINS)
        .find(|entry| entry.name == name)
}

/// All names, for a message that says what would be right.
pub fn known() -> String {
    let names = STRAINS.iter().chain([&HONEST]).map(|entry| entry.name);
    names.collect::<Vec<_>>().join(", ")
}

/// The strains as JSON: `[{"name", "does"}]`.
pub fn list() -> serde_json::Value {
    let entry = |e: &Entry| serde_json::json!({ "name": e.name, "does": e.does });
    STRAINS.iter().map(entry).collect()
}

struct Honest;

impl Strain for Honest {}
