//! The miner's side: what it keeps, and everything that it answers.

mod recover;

pub use recover::{Check, Repaired};

use crate::{
    accumulator::{bottom_of, live_count, raised, Append},
    book::Book,
    commit::{self, Challenge, Commitment},
    deletion::{emptied, most, Deletion},
    generate::{generate, places, Watch},
    graph::Place,
    group::{prime_of_value, value},
    layer,
    levels::Levels,
    space::{self, RangeProof, Selection},
    Group, Node, Params, PoisError, Record, SpaceProofInfo, Store,
};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A miner's idle space at a certified state.
///
/// It can be made again from that state and the store at any time: what it remembers beside the files
/// is only there so that it is not computed twice. All methods block; proofs can be made while another
/// thread generates the next set.
pub struct Prover<S> {
    params: Params,
    miner: [u8; 32],
    group: Group,
    store: S,
    inner: Mutex<Inner>,
}

struct Inner {
    info: SpaceProofInfo,
    levels: Levels,
    book: Book,
}

impl<S: Store> Prover<S> {
    /// Takes up a state. The files must be there; only their Merkle levels are read, and only where
    /// nothing is remembered of them.
    ///
    /// # Errors
    /// [`PoisError::Missing`] when a live file is gone or shortened, [`PoisError::NotMyState`] when the
    /// files don't give the certified accumulator: [`Prover::recover`] helps in both cases.
    pub fn open(params: Params, info: SpaceProofInfo, store: S) -> Result<Self, PoisError> {
        live_count(&info)?;
        let group = Group::public(&info.pois_key)?;
        for file in info.front + 1..=info.rear {
            let place = Place::of_file(&params, file);
            if !layer::is_present(&store, &params, place)? {
                return Err(PoisError::Missing(place.record()));
            }
        }
        let mut book = Book::new(params, &info);
        let levels = levels_of(&group, &store, &mut book, &info)?;
        book.save(&store)?;
        Ok(Self {
            params,
            miner: info.miner.clone().into(),
            group,
            store,
            inner: Mutex::new(Inner { info, levels, book }),
        })
    }

    /// The certified state.
    pub fn info(&self) -> SpaceProofInfo {
        self.inner().info.clone()
    }

    /// The sizes and counts.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Makes the layers of the next set that are not there yet. `watch` is called between layers, and
    /// may stop the work, which goes on there next time.
    ///
    /// # Errors
    /// [`PoisError::Cancelled`], [`PoisError::Store`].
    pub fn generate(&self, watch: Watch<'_>) -> Result<Commitment, PoisError> {
        let rear = self.inner().info.rear;
        let set = rear / self.params.set_files();
        generate(&self.store, &self.params, &self.miner, set, watch)?;
        let roots = places(&self.params, set)
            .map(|place| layer::root(&self.store, &self.params, place))
            .collect::<Result<_, _>>()?;
        Ok(Commitment {
            first: rear + 1,
            roots,
        })
    }

    /// Answers the challenge for the next set.
    ///
    /// # Errors
    /// [`PoisError::Missing`] when a layer is gone or damaged: [`Prover::discard`] it and generate again.
    /// [`PoisError::Gap`] when the commitment is not to the next set.
    pub fn prove_commit(
        &self,
        commitment: &Commitment,
        challenge: &Challenge,
    ) -> Result<(commit::Proof, Append), PoisError> {
        commitment.check(&self.params, &self.info())?;
        let proof = commit::prove(
            &self.store,
            &self.params,
            &self.miner,
            commitment,
            challenge,
        )?;
        let mut inner = self.inner();
        let Inner { info, levels, book } = &mut *inner;
        // The state may have changed meanwhile.
        commitment.check(&self.params, info)?;
        let (mut elements, mut primes) = (Vec::new(), Vec::new());
        for (file, root) in (commitment.first..).zip(commitment.file_roots(&self.params)) {
            book.learn(&self.store, file, root)?;
            elements.push(book.element(&self.store, file)?);
            primes.push(book.prime(&self.store, file)?);
        }
        let bottom = bottom_of(commitment.first);
        let (branch, witnesses) = levels.branch(&self.group, bottom)?;
        let before = levels.bottom(&self.group, bottom)?;
        let with_files = self
            .group
            .power(&before, primes.iter().map(|prime| &**prime))?;
        let append = Append {
            first: commitment.first,
            elements,
            branch,
            after: raised(&self.group, &with_files, &witnesses)?,
        };
        Ok((proof, append))
    }

    /// Gives up the oldest `count` files.
    ///
    /// # Errors
    /// [`PoisError::Count`] when it is more than [`most`].
    pub fn prove_deletion(&self, count: u64) -> Result<Deletion, PoisError> {
        let mut inner = self.inner();
        let Inner { info, levels, book } = &mut *inner;
        let most = most(info);
        if !(1..=most).contains(&count) {
            return Err(PoisError::Count { asked: count, most });
        }
        let front = info.front + count;
        let bottom = bottom_of(front);
        let (branch, [beside, above]) = levels.branch(&self.group, bottom)?;
        let roots = (info.front + 1..=front).map(|file| book.root(&self.store, file));
        let roots: Vec<Node> = roots.collect::<Result<_, _>>()?;
        let kept = levels.files_of(bottom).skip(count as usize);
        let kept = kept.map(|file| book.prime(&self.store, file));
        let kept = kept.collect::<Result<Vec<_>, _>>()?;
        let g = self.group.generator()?;
        let below = self.group.power(&g, kept.iter().map(|prime| &**prime))?;
        let (no_bottom, no_middle) = emptied(front, info.rear);
        let middle = if no_bottom {
            beside
        } else {
            self.group
                .power(&beside, [&*prime_of_value(&below)?.value])?
        };
        let top = if no_middle {
            above
        } else {
            self.group
                .power(&above, [&*prime_of_value(&middle)?.value])?
        };
        Ok(Deletion {
            roots,
            branch,
            after: [value(&below)?, value(&middle)?, value(&top)?],
        })
    }

    /// Answers a challenge against the state that the chain recorded with it. That may be an older one,
    /// as long as its files have not been dropped.
    ///
    /// # Errors
    /// [`PoisError::Missing`] for a file that is gone or damaged, [`PoisError::NotMyState`],
    /// [`PoisError::Empty`].
    pub fn prove_space(
        &self,
        challenged: &SpaceProofInfo,
        space_param: &[u64; space::NODES],
    ) -> Result<Vec<RangeProof>, PoisError> {
        let mut selection = Selection::new(&self.params, challenged, space_param)?;
        let mut inner = self.inner();
        let Inner { info, levels, book } = &mut *inner;
        let older;
        let levels = if info == challenged {
            levels
        } else {
            older = levels_of(&self.group, &self.store, book, challenged)?;
            &older
        };
        let mut proofs = Vec::new();
        while let Some(range) = selection.next_range() {
            let members = levels.members(&self.group, &self.store, book, range)?;
            let roots = (range.left..range.right).map(|file| book.root(&self.store, file));
            let roots: Vec<Node> = roots.collect::<Result<_, _>>()?;
            let files = roots.into_iter().zip(members);
            let proof = space::open(&self.store, &self.params, space_param, range, files)?;
            selection.proven(proof.hash());
            proofs.push(proof);
        }
        Ok(proofs)
    }

    /// Takes over a state that the chain has: after certificates, deletions, or both. Drops nothing.
    ///
    /// # Errors
    /// [`PoisError::NotMyState`] when the files don't give that accumulator, [`PoisError::Missing`] when
    /// one is gone; then the state is as before.
    pub fn adopt(&self, info: SpaceProofInfo) -> Result<(), PoisError> {
        live_count(&info)?;
        let mut inner = self.inner();
        let mine = (&inner.info.miner, &inner.info.pois_key);
        if (&info.miner, &info.pois_key) != mine {
            return Err(PoisError::NotMyState);
        }
        let levels = levels_of(&self.group, &self.store, &mut inner.book, &info)?;
        inner.book.save(&self.store)?;
        (inner.info, inner.levels) = (info, levels);
        Ok(())
    }

    /// Drops what the state doesn't need any more: temporary layers of certified sets, and files that
    /// were given up. Not to be called while a challenge is open that recorded an older state, which may
    /// ask for those.
    ///
    /// # Errors
    /// [`PoisError::Store`].
    pub fn clean(&self) -> Result<(), PoisError> {
        let mut inner = self.inner();
        let (front, rear) = (inner.info.front, inner.info.rear);
        let certified = rear / u64::from(self.params.layers());
        for record in self.store.list().map_err(PoisError::listing)? {
            let needed = match record {
                Record::Bottom(bottom) => bottom >= front / crate::FAN_OUT,
                Record::Layer { cluster, layer } => {
                    let place = Place { cluster, layer };
                    if place.is_file(&self.params) {
                        place.file(&self.params) > front
                    } else {
                        cluster > certified
                    }
                }
            };
            if !needed {
                self.discard(record)?;
            }
        }
        inner.book.forget_before(front + 1);
        Ok(())
    }

    /// Removes a record that turned out to be damaged, so that it is made again.
    ///
    /// # Errors
    /// [`PoisError::Store`].
    pub fn discard(&self, record: Record) -> Result<(), PoisError> {
        self.store.remove(record).map_err(PoisError::store(record))
    }

    /// What is in there is whole whenever the lock is free, even after a panic.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The accumulators of a state, which must be the certified ones.
fn levels_of(
    group: &Group,
    store: &impl Store,
    book: &mut Book,
    info: &SpaceProofInfo,
) -> Result<Levels, PoisError> {
    let levels = Levels::new(group, store, book, info.front, info.rear)?;
    if levels.top()? == info.accumulator {
        Ok(levels)
    } else {
        Err(PoisError::NotMyState)
    }
}
