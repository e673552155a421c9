//! How a miner conducts itself: honestly, or as a strain says; and how that changes.

use super::{chain, find, known, store, Entry, Message, Strain, World, HONEST};
use crate::chain::ChainApi;
use crate::error::MinerError;
use crate::events;
use crate::miner::Miner;
use crate::state::StateError;
use crate::store::FragmentStore;
use std::any::Any;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};

/// Why the conduct stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// There is no such strain.
    #[error("there is no strain `{0}`; there are {known}", known = known())]
    Unknown(String),
    /// The choice could not be made durable.
    #[error(transparent)]
    State(#[from] StateError),
}

/// The strain of a miner, behind everything that the miner does.
pub struct Conduct {
    world: World,
    current: RwLock<(&'static Entry, Arc<dyn Strain>)>,
    /// One switch at a time.
    turning: tokio::sync::Mutex<()>,
}

impl Conduct {
    /// The strain that the database remembers, else `at_first`.
    pub fn new(world: World, at_first: &'static Entry) -> Result<Self, StateError> {
        let remembered = world.state.strain()?;
        let entry = match remembered.as_deref().map(|name| (name, find(name))) {
            Some((_, Some(entry))) => entry,
            Some((name, None)) => {
                tracing::warn!(name, "the remembered strain does not exist in this release");
                at_first
            }
            None => at_first,
        };
        Ok(Self {
            world,
            current: RwLock::new((entry, entry.make())),
            turning: tokio::sync::Mutex::default(),
        })
    }

    /// What the strain may use.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The name of the strain, `honest` for none.
    pub fn name(&self) -> &'static str {
        self.read().0.name
    }

    /// Whether there is no strain.
    pub fn is_honest(&self) -> bool {
        self.name() == HONEST.name
    }

    /// The strain.
    pub fn strain(&self) -> Arc<dyn Strain> {
        self.read().1
    }

    fn read(&self) -> (&'static Entry, Arc<dyn Strain>) {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        (current.0, Arc::clone(&current.1))
    }

    /// The chain behind this conduct.
    pub fn chain(self: &Arc<Self>) -> Arc<dyn ChainApi> {
        Arc::new(chain::Masked(Arc::clone(self)))
    }

    /// The fragments behind this conduct.
    pub fn store(self: &Arc<Self>) -> Arc<dyn FragmentStore> {
        Arc::new(store::Masked(Arc::clone(self)))
    }

    /// Lets the strain change a message before it is signed.
    pub fn tell(&self, message: &mut dyn Any) {
        let told = self.strain().tell(&self.world, Message::of(message));
        self.fell_short(told);
    }

    /// The strain starts its work.
    pub async fn begin(&self) {
        let (entry, strain) = self.read();
        if !self.is_honest() {
            tracing::warn!(strain = entry.name, "this miner cheats: it {}", entry.does);
        }
        let begun = strain.begin(&self.world).await;
        self.fell_short(begun);
    }

    /// A strain that cannot cheat leaves the miner honest.
    pub(super) fn fell_short<T: Default>(&self, result: Result<T, MinerError>) -> T {
        result.unwrap_or_else(|error| {
            tracing::warn!(strain = self.name(), %error, "the strain fell short");
            T::default()
        })
    }

    /// Changes the strain: durable when it returns, and in effect.
    async fn turn(&self, name: &str) -> Result<(), TurnError> {
        let entry = find(name).ok_or_else(|| TurnError::Unknown(name.into()))?;
        let _turning = self.turning.lock().await;
        if self.name() != entry.name {
            self.world.state.forget_kept()?;
        }
        self.world.state.set_strain(entry.name)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = (entry, entry.make());
        self.begin().await;
        Ok(())
    }
}

/// Changes the strain of a running miner. One that becomes honest looks at everything that it should
/// hold, tells the chain what it lost, and makes its idle files again.
pub async fn turn(miner: &Miner, name: &str) -> Result<(), TurnError> {
    miner.conduct.turn(name).await?;
    miner.status.set_strain(miner.conduct.name());
    if miner.conduct.is_honest() {
        miner.wakes.idle_suspected.store(true, Ordering::Release);
    }
    events::look_at_everything(miner);
    Ok(())
}
