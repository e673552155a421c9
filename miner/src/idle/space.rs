//! The idle files on disk, as the tasks share them.
//!
//! What is on disk and the chain's state together are all there is: a prover is made from them at the start,
//! and again whenever the two have moved apart. Everything here keeps a core busy or waits for the disk, so it
//! runs away from the network threads, and stops early when nobody waits for it any more.

use crate::error::MinerError;
use cess_pois::commit::{self, Challenge, Commitment};
use cess_pois::deletion::Deletion;
use cess_pois::space::RangeProof;
use cess_pois::{
    Append, Check, DirStore, Params, PoisError, Progress, Prover, Record, Repaired, SpaceProofInfo,
    Store,
};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Is told how far a generation is, between layers, and may stop it.
pub type Watch = Box<dyn FnMut(Progress) -> ControlFlow<()> + Send>;

/// A miner's idle files; clones share the prover.
#[derive(Clone)]
pub struct IdleSpace {
    store: DirStore,
    /// `None` until the chain's state was looked at, and while files are made again.
    prover: Arc<Mutex<Option<Arc<Prover<DirStore>>>>>,
}

/// Raised when the caller of some work is gone.
#[derive(Clone, Default)]
struct Halt(Arc<AtomicBool>);

struct RaiseOnDrop(Halt);

impl Drop for RaiseOnDrop {
    fn drop(&mut self) {
        self.0 .0.store(true, Ordering::Release);
    }
}

impl IdleSpace {
    /// Opens or creates the directory.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, MinerError> {
        let store = DirStore::open(dir)
            .map_err(MinerError::io("cannot open the directory of idle files"))?;
        Ok(Self {
            store,
            prover: Arc::default(),
        })
    }

    /// Moves on to a certified state. When the files don't give it, those that are missing or damaged are made
    /// again, at the price of their whole sets.
    pub async fn follow(
        &self,
        params: Params,
        info: SpaceProofInfo,
        watch: Watch,
    ) -> Result<Repaired, MinerError> {
        self.blocking(move |space, halt| {
            if space.take_up(params, &info)? {
                return Ok(Repaired::default());
            }
            space.make_again(params, info, watch, halt)
        })
        .await
    }

    /// Checks every byte of a state's files, and makes those again that are missing or damaged.
    pub async fn repair(
        &self,
        params: Params,
        info: SpaceProofInfo,
        watch: Watch,
    ) -> Result<Repaired, MinerError> {
        self.blocking(move |space, halt| space.make_again(params, info, watch, halt))
            .await
    }

    /// Makes the layers of the next set that are not there yet.
    pub async fn generate(&self, watch: Watch) -> Result<Commitment, MinerError> {
        self.blocking(move |space, halt| {
            space.with_prover(|prover| prover.generate(&mut stoppable(watch, halt)))
        })
        .await
    }

    /// Answers a worker's challenge over the next set. A layer that turns out to be damaged is dropped, so
    /// that the next generation makes it again.
    pub async fn prove_commit(
        &self,
        commitment: Commitment,
        challenge: Challenge,
    ) -> Result<(commit::Proof, Append), MinerError> {
        self.blocking(move |space, _| {
            let answer = space.with_prover(|prover| prover.prove_commit(&commitment, &challenge));
            if let Err(PoisError::Missing(record)) = &answer {
                space.with_prover(|prover| prover.discard(*record))?;
            }
            answer
        })
        .await
    }

    /// Gives up the oldest `count` files.
    pub async fn prove_deletion(&self, count: u64) -> Result<Deletion, MinerError> {
        self.blocking(move |space, _| space.with_prover(|prover| prover.prove_deletion(count)))
            .await
    }

    /// Answers the chain's challenge over the state that it recorded; `None` while no prover is there.
    pub async fn prove(
        &self,
        challenged: SpaceProofInfo,
        space_param: [u64; 8],
    ) -> Result<Option<Vec<RangeProof>>, MinerError> {
        self.blocking(move |space, _| {
            let prover = space.held().clone();
            prover
                .map(|prover| prover.prove_space(&challenged, &space_param))
                .transpose()
        })
        .await
    }

    /// Drops what the state does not need: temporary layers, files that were given up. Not while a challenge is
    /// open, which may be over an older state.
    pub async fn clean(&self) -> Result<(), MinerError> {
        self.blocking(|space, _| space.with_prover(|prover| prover.clean()))
            .await
    }

    /// Deletes all files, and forgets nothing of them.
    pub async fn remove_files(&self) -> Result<(), MinerError> {
        self.blocking(|space, _| space.remove(|record| matches!(record, Record::Layer { .. })))
            .await
    }

    /// Whether the files give the state.
    fn take_up(&self, params: Params, info: &SpaceProofInfo) -> Result<bool, PoisError> {
        let held = self.held().clone();
        if let Some(prover) = held {
            if prover.info() == *info {
                return Ok(true);
            }
            match prover.adopt(info.clone()) {
                Ok(()) => return Ok(true),
                // A fork may have taken back what was certified.
                Err(PoisError::NotMyState | PoisError::Missing(_)) => self.let_go(),
                Err(error) => return Err(error),
            }
        }
        match Prover::open(params, info.clone(), self.store.clone()) {
            Ok(prover) => {
                *self.held() = Some(Arc::new(prover));
                Ok(true)
            }
            Err(error @ (PoisError::NotMyState | PoisError::Missing(_))) => {
                tracing::warn!(%error, "idle files are made again");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn make_again(
        &self,
        params: Params,
        info: SpaceProofInfo,
        watch: Watch,
        halt: Halt,
    ) -> Result<Repaired, PoisError> {
        // Who wants to prove meanwhile is told to come back.
        self.let_go();
        let mut watch = stoppable(watch, halt);
        let recover = |check, watch: cess_pois::Watch<'_>| {
            Prover::recover(params, info.clone(), self.store.clone(), check, watch)
        };
        let recovered = match recover(Check::Bytes, &mut watch) {
            // Each file is whole in itself, but one is not what was certified: none can be trusted.
            Err(PoisError::NotMyState) => {
                self.remove(|_| true)?;
                recover(Check::Presence, &mut watch)
            }
            result => result,
        };
        let (prover, repaired) = recovered?;
        *self.held() = Some(Arc::new(prover));
        Ok(repaired)
    }

    fn remove(&self, which: impl Fn(&Record) -> bool) -> Result<(), PoisError> {
        let failed = |record, source| PoisError::Store { record, source };
        let records = self.store.list().map_err(|error| failed(None, error))?;
        for record in records.into_iter().filter(which) {
            let removed = self.store.remove(record);
            removed.map_err(|error| failed(Some(record), error))?;
        }
        Ok(())
    }

    fn with_prover<T>(
        &self,
        work: impl FnOnce(&Prover<DirStore>) -> Result<T, PoisError>,
    ) -> Result<T, PoisError> {
        let prover = self.held().clone();
        work(&*prover.ok_or(PoisError::NotMyState)?)
    }

    fn let_go(&self) {
        *self.held() = None;
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, Halt) -> Result<T, PoisError> + Send + 'static,
    ) -> Result<T, MinerError> {
        let halt = Halt::default();
        let _gone = RaiseOnDrop(halt.clone());
        let space = self.clone();
        Ok(tokio::task::spawn_blocking(move || work(&space, halt)).await??)
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<Prover<DirStore>>>> {
        self.prover.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stoppable(mut watch: Watch, halt: Halt) -> impl FnMut(Progress) -> ControlFlow<()> {
    move |progress| {
        if halt.0.load(Ordering::Acquire) {
            return ControlFlow::Break(());
        }
        watch(progress)
    }
}
