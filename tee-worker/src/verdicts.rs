//! Verdicts on their way to the chain.
//!
//! A verdict is written to the disk before the miner learns of it, and stays there until the chain
//! has it or no longer wants it. So a worker that is killed in between posts it when it is back.

use crate::{byzantine::Strain, view::View};
use cess_chain::{calls::audit, Call, ChainError};
use cess_primitives::{audit::ChallengeInfo, tee::WorkerKey, AccountId, BloomFilter, Tick};
use codec::{Decode, Encode};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::{
    collections::HashSet,
    future::Future,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

const VERDICTS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("verdicts");

/// Which of a challenge's two proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub enum Part {
    /// Idle space.
    Idle,
    /// Service files.
    Service,
}

/// A signed verdict.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Verdict {
    /// The challenged miner.
    pub miner: AccountId,
    /// When the challenge began; it tells a miner's challenges apart.
    pub start: Tick,
    /// Whether the proof holds.
    pub result: bool,
    /// The master key's signature.
    pub signature: [u8; 64],
    /// What else the chain wants to know.
    pub over: Over,
}

/// The proof that a verdict is about.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Over {
    /// Idle space.
    Idle {
        /// The total hash.
        total_hash: Vec<u8>,
        /// Idle files given up.
        front: u64,
        /// Idle files certified.
        rear: u64,
        /// The accumulator.
        accumulator: [u8; 256],
    },
    /// Service files.
    Service {
        /// Sum over the fragments.
        bloom: Box<BloomFilter>,
    },
}

impl Verdict {
    /// Which proof it is about.
    pub fn part(&self) -> Part {
        match self.over {
            Over::Idle { .. } => Part::Idle,
            Over::Service { .. } => Part::Service,
        }
    }

    fn key(&self) -> Vec<u8> {
        (&self.miner, self.start, self.part()).encode()
    }

    fn call(&self, tee_puk: &WorkerKey) -> Call {
        let (miner, signature) = (&self.miner, &self.signature[..]);
        match &self.over {
            Over::Idle {
                total_hash,
                front,
                rear,
                accumulator,
            } => audit::post_idle_verdict(
                miner,
                total_hash,
                *front,
                *rear,
                accumulator,
                self.result,
                signature,
                tee_puk,
            ),
            Over::Service { bloom } => {
                audit::post_service_verdict(miner, self.result, signature, bloom, tee_puk)
            }
        }
    }
}

/// Whether this worker owes a verdict over this part of a challenge.
pub fn is_owed(challenge: &ChallengeInfo, part: Part, me: &WorkerKey) -> bool {
    let proofs = &challenge.prove_info;
    match part {
        Part::Idle => proofs
            .idle_prove
            .as_ref()
            .is_some_and(|proof| proof.tee_puk == *me && proof.verify_result.is_none()),
        Part::Service => proofs
            .service_prove
            .as_ref()
            .is_some_and(|proof| proof.tee_puk == *me && proof.verify_result.is_none()),
    }
}

/// The disk did not keep a verdict.
#[derive(Debug, Error)]
#[error(
    "{path}: {reason}; check that the disk is not full and that no other worker uses the directory"
)]
pub struct StoreError {
    path: PathBuf,
    reason: String,
}

/// Verdicts that the chain does not have yet.
struct Store {
    path: PathBuf,
    database: Database,
}

impl Store {
    fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join("tee.redb");
        let failed = |reason: String| StoreError {
            path: path.clone(),
            reason,
        };
        std::fs::create_dir_all(directory).map_err(|e| failed(e.to_string()))?;
        let database = Database::create(&path).map_err(|e| failed(e.to_string()))?;
        let store = Self { path, database };
        // The table must exist before it is read.
        store.write(|_| Ok(()))?;
        Ok(store)
    }

    fn put(&self, verdict: &Verdict) -> Result<(), StoreError> {
        self.write(|table| {
            table.insert(&verdict.key()[..], &verdict.encode()[..])?;
            Ok(())
        })
    }

    fn remove(&self, verdict: &Verdict) -> Result<(), StoreError> {
        self.write(|table| {
            table.remove(&verdict.key()[..])?;
            Ok(())
        })
    }

    fn all(&self) -> Result<Vec<Verdict>, StoreError> {
        let read = || -> Result<Vec<Verdict>, redb::Error> {
            let transaction = self.database.begin_read()?;
            let table = transaction.open_table(VERDICTS)?;
            let mut verdicts = Vec::new();
            for entry in table.iter()? {
                let (_, value) = entry?;
                match Verdict::decode(&mut value.value()) {
                    Ok(verdict) => verdicts.push(verdict),
                    Err(error) => tracing::warn!(%error, "skipping a verdict of another release"),
                }
            }
            Ok(verdicts)
        };
        read().map_err(|e| self.failed(&e))
    }

    fn write(
        &self,
        change: impl FnOnce(&mut redb::Table<'_, &[u8], &[u8]>) -> Result<(), redb::Error>,
    ) -> Result<(), StoreError> {
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            change(&mut transaction.open_table(VERDICTS)?)?;
            transaction.commit()?;
            Ok(())
        };
        write().map_err(|e| self.failed(&e))
    }

    fn failed(&self, error: &redb::Error) -> StoreError {
        StoreError {
            path: self.path.clone(),
            reason: error.to_string(),
        }
    }
}

/// Takes verdicts, and posts them until the chain has them. Clones share everything.
#[derive(Clone)]
pub struct Verdicts {
    store: Arc<Store>,
    view: View,
    me: WorkerKey,
    /// Proofs that miners delivered in this run or on which a verdict waits.
    delivered: Arc<Mutex<HashSet<(AccountId, Tick, Part)>>>,
    /// What is being posted: a verdict that is asked for twice is posted once, for a post costs a fee.
    posting: Arc<Mutex<HashSet<Vec<u8>>>>,
    stop: CancellationToken,
    strain: Strain,
}

impl Verdicts {
    /// Opens the store in this directory and posts what waits there, until `stop`.
    pub fn open(
        directory: &Path,
        view: View,
        me: WorkerKey,
        stop: CancellationToken,
    ) -> Result<Self, StoreError> {
        let store = Store::open(directory)?;
        let waiting = store.all()?;
        let this = Self {
            store: Arc::new(store),
            view,
            me,
            delivered: Arc::default(),
            posting: Arc::default(),
            stop,
            strain: Strain::Honest,
        };
        for verdict in waiting {
            this.mark_delivered(&verdict.miner, verdict.start, verdict.part());
            this.post_in_background(verdict);
        }
        Ok(this)
    }

    /// Lets the worker lie.
    pub fn with_strain(self, strain: Strain) -> Self {
        Self { strain, ..self }
    }

    /// The verdict to sign when `result` was found.
    pub fn says(&self, result: bool) -> bool {
        self.strain.says(result)
    }

    /// Keeps a verdict safe and begins to post it.
    pub async fn publish(&self, verdict: Verdict) -> Result<(), StoreError> {
        self.mark_delivered(&verdict.miner, verdict.start, verdict.part());
        let (store, kept) = (Arc::clone(&self.store), verdict.clone());
        let stored = tokio::task::spawn_blocking(move || store.put(&kept)).await;
        stored.unwrap_or_else(|error| {
            Err(StoreError {
                path: self.store.path.clone(),
                reason: error.to_string(),
            })
        })?;
        self.post_in_background(verdict);
        Ok(())
    }

    /// How many verdicts the chain does not have yet.
    pub fn waiting(&self) -> Result<usize, StoreError> {
        Ok(self.store.all()?.len())
    }

    /// Whether the miner delivered this proof of the challenge that began then.
    pub fn was_delivered(&self, miner: &AccountId, start: Tick, part: Part) -> bool {
        lock(&self.delivered).contains(&(miner.clone(), start, part))
    }

    /// Forgets the deliveries of challenges that are over.
    pub fn keep_delivered(&self, is_open: impl Fn(&AccountId, Tick) -> bool) {
        lock(&self.delivered).retain(|(miner, start, _)| is_open(miner, *start));
    }

    /// Runs something in the background until the worker stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        });
    }

    fn mark_delivered(&self, miner: &AccountId, start: Tick, part: Part) {
        lock(&self.delivered).insert((miner.clone(), start, part));
    }

    fn post_in_background(&self, verdict: Verdict) {
        let this = self.clone();
        let named = (verdict.key(), verdict.result).encode();
        if !lock(&self.posting).insert(named.clone()) {
            return;
        }
        self.spawn(async move {
            this.post(&verdict).await;
            lock(&this.posting).remove(&named);
            let store = Arc::clone(&this.store);
            let removed = tokio::task::spawn_blocking(move || store.remove(&verdict)).await;
            if let Ok(Err(error)) = removed {
                tracing::warn!(%error, "a posted verdict stays on the disk");
            }
        });
    }

    /// Returns when the chain has the verdict, or no longer wants it.
    async fn post(&self, verdict: &Verdict) {
        let miner = hex::encode(AsRef::<[u8]>::as_ref(&verdict.miner));
        loop {
            match self.try_post(verdict).await {
                Ok(true) => {
                    return tracing::info!(miner, part = ?verdict.part(), result = verdict.result, "posted a verdict")
                }
                Ok(false) => return,
                Err(error @ ChainError::Dispatch { .. }) => {
                    // Most often the miner handed the same verdict in a moment earlier.
                    return tracing::info!(miner, %error, "the chain did not take a verdict");
                }
                Err(error) => tracing::warn!(miner, %error, "a verdict waits for the chain"),
            }
            self.view.next_block().await;
        }
    }

    /// False when the chain no longer wants it.
    async fn try_post(&self, verdict: &Verdict) -> Result<bool, ChainError> {
        let challenge = self.view.challenge(&verdict.miner).await?;
        let wanted = challenge.is_some_and(|challenge| {
            challenge.challenge_element.start == verdict.start
                && is_owed(&challenge, verdict.part(), &self.me)
        });
        if wanted {
            self.view.submit(verdict.call(&self.me)).await?;
        }
        Ok(wanted)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
