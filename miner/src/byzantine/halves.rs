//! A miner that keeps half of each fragment.

use super::{Strain, World};
use crate::error::MinerError;
use crate::store::StoreError;
use async_trait::async_trait;
use cess_primitives::Hash;
use codec::{Decode, DecodeAll, Encode};
use std::sync::Arc;

/// Proves chunks of the first half as they are, and zeros for the others. An audit that samples `c`
/// chunks catches it unless all of them are in the first half: with probability `1 - 2^-c`.
pub(super) struct Halves;

/// What is left of a fragment.
#[derive(Encode, Decode)]
struct Half {
    /// Bytes of the whole.
    size: u64,
    first: Vec<u8>,
}

impl Half {
    fn load(world: &World, fragment: &Hash) -> Result<Option<Self>, StoreError> {
        let kept = world
            .state
            .kept(&fragment.0)
            .map_err(std::io::Error::other)?;
        let half = kept.map(|bytes| Self::decode_all(&mut &bytes[..]));
        Ok(half.transpose().map_err(std::io::Error::other)?)
    }
}

async fn halve(world: &World, fragments: &[Hash]) -> Result<(), MinerError> {
    let (store, state) = (Arc::clone(&world.store), Arc::clone(&world.state));
    let fragments = fragments.to_vec();
    let work = move || -> Result<(), MinerError> {
        for fragment in fragments {
            let Some(size) = store.size(&fragment)? else {
                continue;
            };
            let half = usize::try_from(size / 2).unwrap_or(usize::MAX);
            let first = store.read(&fragment, 0, half)?.unwrap_or_default();
            state.keep(&fragment.0, &Half { size, first }.encode())?;
            store.remove(&fragment)?;
        }
        Ok(())
    };
    tokio::task::spawn_blocking(work).await?
}

#[async_trait]
impl Strain for Halves {
    async fn begin(&self, world: &World) -> Result<(), MinerError> {
        halve(world, &world.service()?).await
    }

    async fn tagged(&self, world: &World, fragments: &[Hash]) -> Result<(), MinerError> {
        halve(world, fragments).await
    }

    fn size(&self, world: &World, fragment: &Hash) -> Result<Option<u64>, StoreError> {
        match world.store.size(fragment)? {
            None => Ok(Half::load(world, fragment)?.map(|half| half.size)),
            whole => Ok(whole),
        }
    }

    fn read(
        &self,
        world: &World,
        fragment: &Hash,
        offset: u64,
        max: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(bytes) = world.store.read(fragment, offset, max)? {
            return Ok(Some(bytes));
        }
        let made_up = |half: Half| {
            let there = half
                .first
                .into_iter()
                .map(Some)
                .chain(std::iter::repeat(None));
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let left = usize::try_from(half.size.saturating_sub(offset)).unwrap_or(usize::MAX);
            there
                .skip(start)
                .take(max.min(left))
                .map(|byte| byte.unwrap_or_default())
                .collect()
        };
        Ok(Half::load(world, fragment)?.map(made_up))
    }

    fn admits_losses(&self) -> bool {
        false
    }
}
