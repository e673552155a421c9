//! Miners, kept as a small book of account.

use super::Clock;
use cess_primitives::{
    miner::SpaceProofInfo,
    traits::{Miners, Protocol},
    AccountId, Hash,
};
use codec::{Decode, Encode};
use frame_support::{storage_alias, Blake2_128Concat};
use sp_runtime::{DispatchError, DispatchResult};

/// A miner of the mock; spaces are bytes.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub(crate) struct Mine {
    pub(crate) positive: bool,
    pub(crate) idle: u128,
    pub(crate) lock: u128,
    pub(crate) service: u128,
    /// Idle files that must still give way.
    pub(crate) pending: u128,
    /// The tagged fragments, sorted: stands for the bloom filter.
    pub(crate) tagged: Vec<Hash>,
    pub(crate) punished: u128,
    /// What it held when it left, and how much of it is dealt with.
    pub(crate) left: Option<u128>,
    pub(crate) restored: u128,
    pub(crate) rear: u64,
    pub(crate) front: u64,
}

#[storage_alias]
pub(crate) type Quarry = StorageMap<Mock, Blake2_128Concat, AccountId, Mine>;

pub struct Mines;

pub(crate) fn change_mine<R>(
    miner: &AccountId,
    change: impl FnOnce(&mut Mine) -> Option<R>,
) -> Result<R, DispatchError> {
    let mut mine = Quarry::get(miner).ok_or(DispatchError::Other("no such miner"))?;
    let result = change(&mut mine).ok_or(DispatchError::Other("the miner's accounts differ"))?;
    Quarry::insert(miner, mine);
    Ok(result)
}

/// For a miner that has not left.
fn change_present(
    miner: &AccountId,
    change: impl FnOnce(&mut Mine) -> Option<()>,
) -> DispatchResult {
    change_mine(miner, |mine| {
        mine.left.is_none().then(|| change(mine)).flatten()
    })
}

fn take(from: &mut u128, space: u128) -> Option<()> {
    *from = from.checked_sub(space)?;
    Some(())
}

/// What was not replaced yet turns idle again.
fn hand_back(mine: &mut Mine, space: u128) {
    let idle = space.min(mine.pending);
    mine.pending -= idle;
    mine.idle += idle;
}

impl Miners for Mines {
    fn exists(miner: &AccountId) -> bool {
        Quarry::contains_key(miner)
    }

    fn is_positive(miner: &AccountId) -> bool {
        Quarry::get(miner).is_some_and(|mine| mine.positive && mine.left.is_none())
    }

    fn lock_space(miner: &AccountId, space: u128) -> DispatchResult {
        change_present(miner, |mine| {
            take(&mut mine.idle, space)?;
            mine.lock += space;
            Some(())
        })
    }

    fn unlock_space(miner: &AccountId, space: u128) -> DispatchResult {
        change_present(miner, |mine| {
            take(&mut mine.lock, space)?;
            mine.idle += space;
            Some(())
        })
    }

    fn commit_space(miner: &AccountId, space: u128) -> DispatchResult {
        change_present(miner, |mine| {
            mine.pending += space;
            (mine.lock >= space).then_some(())
        })
    }

    fn tagged(miner: &AccountId, fragments: &[Hash], fragment_size: u128) -> DispatchResult {
        let space = fragment_size * fragments.len() as u128;
        change_present(miner, |mine| {
            take(&mut mine.lock, space)?;
            mine.service += space;
            mine.tagged.extend(fragments);
            mine.tagged.sort_unstable();
            Some(())
        })
    }

    fn drop_tagged(miner: &AccountId, fragments: &[Hash], fragment_size: u128) -> DispatchResult {
        let space = fragment_size * fragments.len() as u128;
        change_present(miner, |mine| {
            take(&mut mine.service, space)?;
            for fragment in fragments {
                let place = mine.tagged.iter().position(|held| held == fragment)?;
                mine.tagged.remove(place);
            }
            hand_back(mine, space);
            Some(())
        })
    }

    fn drop_untagged(miner: &AccountId, space: u128) -> DispatchResult {
        change_present(miner, |mine| {
            take(&mut mine.lock, space)?;
            hand_back(mine, space);
            Some(())
        })
    }

    fn is_restoral_target(miner: &AccountId) -> bool {
        Quarry::get(miner).is_some_and(|mine| mine.left.is_some())
    }

    fn restored(miner: &AccountId, space: u128) -> DispatchResult {
        change_mine(miner, |mine| {
            mine.restored += space;
            (mine.restored <= mine.left?).then_some(())
        })
    }

    fn add_idle(
        miner: &AccountId,
        info: SpaceProofInfo,
        _: [u8; 64],
    ) -> Result<u128, DispatchError> {
        change_mine(miner, |mine| {
            let files = info
                .rear
                .checked_sub(mine.rear)
                .filter(|files| *files > 0)?;
            let space = u128::from(files) * u128::from(Clock::params().idle_unit);
            mine.rear = info.rear;
            mine.idle += space;
            (info.front == mine.front).then_some(space)
        })
    }

    fn replace_idle(
        miner: &AccountId,
        info: SpaceProofInfo,
        _: [u8; 64],
    ) -> Result<u128, DispatchError> {
        change_mine(miner, |mine| {
            let files = info
                .front
                .checked_sub(mine.front)
                .filter(|files| *files > 0)?;
            let space = u128::from(files) * u128::from(Clock::params().idle_unit);
            mine.front = info.front;
            take(&mut mine.pending, space)?;
            (info.rear == mine.rear).then_some(space)
        })
    }

    fn punish_missing_tag(miner: &AccountId, space: u128) -> DispatchResult {
        change_mine(miner, |mine| {
            mine.punished += space;
            Some(())
        })
    }
}
