//! A runtime of System and the file bank, beside which everything costs the same whatever there is:
//! territories, miners and workers are single entries of maps, and every signature is good.

use cess_primitives::{
    file::Name,
    miner::SpaceProofInfo,
    tee::WorkerKey,
    traits::{Authorisations, Miners, Protocol, TeeWorkers, Territories},
    AccountId, Hash, ProtocolParams, Tick, MAX_OWNERS, MAX_USER_FILES,
};
use codec::{Decode, Encode};
use frame_support::{
    derive_impl, pallet_prelude::ValueQuery, parameter_types, storage_alias, traits::ConstU32,
    Blake2_128Concat,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Storage};

type Block = frame_system::mocking::MockBlock<World>;

frame_support::construct_runtime!(
    pub enum World {
        System: frame_system,
        FileBank: pallet_file_bank,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for World {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

impl pallet_file_bank::Config for World {
    type Protocol = Everything;
    type Territories = Everything;
    type Miners = Everything;
    type TeeWorkers = Everything;
    type Credit = ();
    type Authorisations = Everything;
    type UserFileLimit = ConstU32<MAX_USER_FILES>;
    type OwnerLimit = ConstU32<MAX_OWNERS>;
    type WeightInfo = pallet_file_bank::weights::SubstrateWeight<World>;
}

parameter_types! {
    pub static Now: Tick = 1;
}

/// Bytes that a territory pays for, or that a miner holds.
#[derive(Clone, Default, Encode, Decode)]
struct Account {
    held: u128,
    /// As large as what the real pallets keep.
    rest: Vec<u8>,
}

#[storage_alias]
type Land = StorageMap<World, Blake2_128Concat, (AccountId, Name), Account, ValueQuery>;
#[storage_alias]
type Mines = StorageMap<World, Blake2_128Concat, AccountId, Account, ValueQuery>;

pub struct Everything;

fn book_land(owner: &AccountId, name: &Name, change: impl FnOnce(u128) -> u128) -> DispatchResult {
    Land::mutate((owner, name), |account| account.held = change(account.held));
    Ok(())
}

fn book_mine(miner: &AccountId, change: impl FnOnce(u128) -> u128) -> DispatchResult {
    Mines::mutate(miner, |account| account.held = change(account.held));
    Ok(())
}

/// Enters a miner with an entry of about 3 KiB, as a filter and a key make it.
pub(crate) fn enter_miner(miner: &AccountId) {
    let rest = vec![7; 3 << 10];
    Mines::insert(miner, Account { held: 0, rest });
}

/// Enters a territory with an entry of about 100 bytes.
pub(crate) fn enter_territory(owner: &AccountId, name: &Name) {
    let rest = vec![7; 100];
    Land::insert((owner, name), Account { held: 0, rest });
}

impl Protocol for Everything {
    fn now() -> Tick {
        Now::get()
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
}

impl Territories for Everything {
    fn is_alive(_: &AccountId, _: &Name) -> bool {
        true
    }

    fn remaining(_: &AccountId, _: &Name) -> Result<u128, DispatchError> {
        Ok(u128::MAX)
    }

    fn lock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        book_land(owner, name, |held| held + space)
    }

    fn unlock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        book_land(owner, name, |held| held - space)
    }

    fn use_locked(owner: &AccountId, name: &Name, _: u128) -> DispatchResult {
        book_land(owner, name, |held| held)
    }

    fn use_remaining(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        book_land(owner, name, |held| held + space)
    }

    fn release_used(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        book_land(owner, name, |held| held - space)
    }

    fn take_expired(_: u32) -> Vec<(AccountId, Name)> {
        vec![]
    }
}

impl Miners for Everything {
    fn exists(miner: &AccountId) -> bool {
        Mines::contains_key(miner)
    }

    fn is_positive(miner: &AccountId) -> bool {
        !Mines::get(miner).rest.is_empty()
    }

    fn lock_space(miner: &AccountId, space: u128) -> DispatchResult {
        book_mine(miner, |held| held + space)
    }

    fn unlock_space(miner: &AccountId, space: u128) -> DispatchResult {
        book_mine(miner, |held| held - space)
    }

    fn commit_space(miner: &AccountId, _: u128) -> DispatchResult {
        book_mine(miner, |held| held)
    }

    fn tagged(miner: &AccountId, _: &[Hash], _: u128) -> DispatchResult {
        book_mine(miner, |held| held)
    }

    fn drop_tagged(miner: &AccountId, fragments: &[Hash], size: u128) -> DispatchResult {
        book_mine(miner, |held| held - size * fragments.len() as u128)
    }

    fn drop_untagged(miner: &AccountId, space: u128) -> DispatchResult {
        book_mine(miner, |held| held - space)
    }

    fn is_restoral_target(_: &AccountId) -> bool {
        false
    }

    fn restored(_: &AccountId, _: u128) -> DispatchResult {
        Ok(())
    }

    fn add_idle(_: &AccountId, _: SpaceProofInfo, _: [u8; 64]) -> Result<u128, DispatchError> {
        Ok(0)
    }

    fn replace_idle(_: &AccountId, _: SpaceProofInfo, _: [u8; 64]) -> Result<u128, DispatchError> {
        Ok(0)
    }

    fn punish_missing_tag(miner: &AccountId, _: u128) -> DispatchResult {
        book_mine(miner, |held| held)
    }
}

impl TeeWorkers for Everything {
    fn can_tag(_: &WorkerKey) -> bool {
        true
    }

    fn can_verify(_: &WorkerKey) -> bool {
        true
    }

    fn can_cert(_: &WorkerKey) -> bool {
        true
    }

    fn verifiers() -> Vec<WorkerKey> {
        vec![[1; 32]]
    }

    fn verify_master(_: &[u8; 32], _: &[u8]) -> bool {
        true
    }

    fn stash(_: &WorkerKey) -> Option<AccountId> {
        None
    }

    fn worked(_: &WorkerKey) {}

    fn failed(_: &WorkerKey) {}
}

impl Authorisations for Everything {
    fn may_act_for(operator: &AccountId, owner: &AccountId) -> bool {
        operator == owner
    }
}

/// The state of an empty chain.
pub(crate) fn genesis() -> Storage {
    RuntimeGenesisConfig::default()
        .build_storage()
        .expect("genesis builds")
}
