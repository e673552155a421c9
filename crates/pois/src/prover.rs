//! The miner's side: what it keeps, and everything that it answers.

use crate::{
    commit::{self, Challenge, Commitment},
    deletion::Deletion,
    space, Append, Params, PoisError, SpaceProofInfo, Store,
};
use std::ops::ControlFlow;

/// How far a generation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Layers of the set that are there.
    pub done: usize,
    /// Layers of the set: [`Params::commit_roots`].
    pub total: usize,
}

/// A miner's idle space at a certified state. It can be made again from that state and the store at any
/// time: nothing else is remembered.
pub struct Prover<S> {
    store: S,
}

impl<S: Store> Prover<S> {
    /// Takes up a state. Reads the roots of the live files.
    ///
    /// # Errors
    /// [`PoisError::Missing`] when a live file is gone or damaged: [`Prover::recover`] makes it again.
    /// [`PoisError::NotMyState`] when the files don't give the certified accumulator.
    pub fn open(params: Params, info: SpaceProofInfo, store: S) -> Result<Self, PoisError> {
        todo!()
    }

    /// Takes up a state whatever became of the files: makes those again that are missing or damaged, at
    /// the price of generating their whole sets, and checks all others byte by byte.
    ///
    /// # Errors
    /// As [`Prover::open`]; [`PoisError::Cancelled`].
    pub fn recover(
        params: Params,
        info: SpaceProofInfo,
        store: S,
        watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(Self, Repaired), PoisError> {
        todo!()
    }

    /// The certified state.
    pub fn info(&self) -> &SpaceProofInfo {
        todo!()
    }

    /// Makes the layers of the next set that are not there yet. `watch` is called between layers, and
    /// may stop the work, which goes on there next time.
    ///
    /// # Errors
    /// [`PoisError::Cancelled`], [`PoisError::Store`].
    pub fn generate(
        &self,
        watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Commitment, PoisError> {
        todo!()
    }

    /// Answers the challenge for the next set.
    ///
    /// # Errors
    /// [`PoisError::Missing`] when a layer is gone or damaged.
    pub fn prove_commit(
        &self,
        commitment: &Commitment,
        challenge: &Challenge,
    ) -> Result<(commit::Proof, Append), PoisError> {
        todo!()
    }

    /// Gives up the oldest `count` files.
    ///
    /// # Errors
    /// [`PoisError::Count`] when it is more than [`crate::deletion::most`].
    pub fn prove_deletion(&self, count: u64) -> Result<Deletion, PoisError> {
        todo!()
    }

    /// Answers a challenge against the state that the chain recorded with it. That may be an older one,
    /// as long as its files have not been dropped.
    ///
    /// # Errors
    /// [`PoisError::Missing`], [`PoisError::NotMyState`], [`PoisError::Empty`].
    pub fn prove_space(
        &self,
        challenged: &SpaceProofInfo,
        space_param: &[u64; space::NODES],
    ) -> Result<Vec<space::RangeProof>, PoisError> {
        todo!()
    }

    /// Takes over a state that the chain has: after a certificate or a deletion. Drops nothing.
    ///
    /// # Errors
    /// [`PoisError::NotMyState`] when it is not one that follows from this one and the store.
    pub fn adopt(&mut self, info: SpaceProofInfo) -> Result<(), PoisError> {
        todo!()
    }

    /// Drops what the state doesn't need any more: temporary layers of certified sets, files that were
    /// given up. Not to be called while a challenge is open that recorded an older state.
    ///
    /// # Errors
    /// [`PoisError::Store`].
    pub fn clean(&self) -> Result<(), PoisError> {
        todo!()
    }
}

/// What [`Prover::recover`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Live files that were missing or damaged and are there again.
    pub files: u64,
    /// Sets that were labelled again for it.
    pub sets: u64,
}
