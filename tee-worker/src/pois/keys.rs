//! Miners' keys, which follow from the master key.

use crate::master::Master;
use cess_pois::{Group, PoISKey, PoisError, SecretKey, SpaceProofInfo};
use cess_primitives::AccountId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Keys that are remembered; then all are forgotten, and made again when they are needed.
const REMEMBERED: usize = 4096;

/// A key that this network's workers made, with the way to compute fast in its group.
pub(crate) struct MinerKey {
    pub(crate) public: PoISKey,
    group: Arc<Group>,
}

/// Makes keys, and remembers them: finding primes takes a while. Clones remember together.
#[derive(Clone, Default)]
pub(crate) struct Keys(Arc<Mutex<Known>>);

/// By the master key that they follow from, and the miner.
type Known = HashMap<([u8; 32], AccountId), Arc<MinerKey>>;

impl Keys {
    /// A miner's key under this master key: the same at every request. Keeps a core busy when it is not
    /// known yet.
    pub(crate) fn of(
        &self,
        master: &Master,
        miner: &AccountId,
    ) -> Result<Arc<MinerKey>, PoisError> {
        let name = (master.public(), miner.clone());
        if let Some(known) = self.known().get(&name) {
            return Ok(Arc::clone(known));
        }
        let secret = master.derive("cess-tee pois key", &[]);
        let key = SecretKey::derive(&secret, miner)?;
        let key = Arc::new(MinerKey {
            public: key.public(),
            group: Arc::new(Group::secret(&key)?),
        });
        let mut known = self.known();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(name, Arc::clone(&key));
        Ok(key)
    }

    /// The group of a certified state. A key that was made under an earlier master key is as good, only
    /// slower to compute with: nobody has its factors any more.
    pub(crate) fn group(
        &self,
        master: &Master,
        info: &SpaceProofInfo,
    ) -> Result<Arc<Group>, PoisError> {
        let own = self.of(master, &info.miner)?;
        if own.public == info.pois_key {
            return Ok(Arc::clone(&own.group));
        }
        Group::public(&info.pois_key).map(Arc::new)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use cess_pois::new_miner;

    #[test]
    fn every_worker_with_the_master_key_makes_the_same_key_and_another_one_for_each_miner() {
        let master = testing::master();
        let (a, b): (AccountId, AccountId) = ([1; 32].into(), [2; 32].into());
        let here = Keys::default().of(&master, &a).unwrap();
        let elsewhere = Keys::default().of(&master, &a).unwrap();
        assert!(here.public == elsewhere.public);
        let other = Keys::default().of(&master, &b).unwrap();
        assert!(here.public.n != other.public.n && here.public.g != other.public.g);
    }

    #[test]
    fn a_key_of_an_earlier_master_key_is_still_of_use() {
        let miner: AccountId = [1; 32].into();
        let old = SecretKey::derive(&[9; 32], &miner).unwrap().public();
        let info = new_miner(miner, old);
        assert!(Keys::default().group(&testing::master(), &info).is_ok());
    }
}
