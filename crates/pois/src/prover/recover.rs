use super::{levels_of, Prover};
use crate::{
    accumulator::live_count,
    book::Book,
    generate::{generate, Watch},
    graph::Place,
    layer, Group, Params, PoisError, SpaceProofInfo, Store,
};
use std::collections::BTreeSet;

/// How closely files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Whether they are there, at their full length.
    Presence,
    /// Every byte: as long as it takes to read and hash them.
    Bytes,
}

/// What [`Prover::recover`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Live files that were missing or damaged and are there again.
    pub files: u64,
    /// Sets that were labelled again for it.
    pub sets: u64,
}

impl<S: Store> Prover<S> {
    /// Takes up a state whatever became of the files: makes those again that are missing or damaged.
    ///
    /// A label depends on labels of all layers below, and on the files of earlier clusters, so the price
    /// for one file is generating its whole set, except for those files of it that are still there. The
    /// set's temporary layers come back, too: [`Prover::clean`] drops them. What was remembered of the
    /// files is forgotten and read again.
    ///
    /// # Errors
    /// [`PoisError::NotMyState`] when even so the files don't give the certified accumulator;
    /// [`PoisError::Cancelled`], [`PoisError::Store`].
    pub fn recover(
        params: Params,
        info: SpaceProofInfo,
        store: S,
        check: Check,
        watch: Watch<'_>,
    ) -> Result<(Self, Repaired), PoisError> {
        live_count(&info)?;
        let mut book = Book::new(params, &info);
        let mut sets = BTreeSet::new();
        let mut repaired = Repaired::default();
        for file in info.front + 1..=info.rear {
            let place = Place::of_file(&params, file);
            let good = match check {
                Check::Presence => layer::is_present(&store, &params, place)?,
                Check::Bytes => {
                    layer::is_present(&store, &params, place)? && {
                        let root = book.root(&store, file)?;
                        layer::is_whole(&store, &params, place, &root)?
                    }
                }
            };
            if !good {
                let record = place.record();
                store.remove(record).map_err(PoisError::store(record))?;
                sets.insert((file - 1) / params.set_files());
                repaired.files += 1;
            }
        }
        let miner: &[u8; 32] = info.miner.as_ref();
        for set in sets {
            generate(&store, &params, miner, set, watch)?;
            repaired.sets += 1;
        }
        let group = Group::public(&info.pois_key)?;
        match levels_of(&group, &store, &mut book, &info) {
            Ok(_) => book.save(&store)?,
            Err(_) => book.forget(&store)?,
        }
        Ok((Self::open(params, info, store)?, repaired))
    }
}
