//! A runtime of System and this pallet. The other pallets are small books of account that live in
//! storage, so that a failed call rolls them back as it does with the real ones.

use crate as pallet_file_bank;
use crate::{Event, MinerUse, TerritoryUse};
use cess_primitives::{
    file::Name,
    miner::SpaceProofInfo,
    tee::WorkerKey,
    traits::{Authorisations, Miners, Protocol, TeeWorkers, Territories, WorkCredit},
    AccountId, Hash, ProtocolParams, Tick,
};
use codec::{Decode, Encode};
use frame_support::{
    derive_impl, ensure, parameter_types, storage_alias, traits::Hooks, Blake2_128Concat,
};
use sp_core::{sr25519, Pair};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult};
use std::collections::BTreeMap;

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        FileBank: pallet_file_bank,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

parameter_types! {
    pub static UserFileLimit: u32 = 100;
    pub static OwnerLimit: u32 = 4;
}

impl pallet_file_bank::Config for Test {
    type Protocol = Clock;
    type Territories = Land;
    type Miners = Mines;
    type TeeWorkers = Tees;
    type Credit = Credits;
    type Authorisations = Permits;
    type UserFileLimit = UserFileLimit;
    type OwnerLimit = OwnerLimit;
}

#[storage_alias]
type ClockOffset = StorageValue<Mock, Tick, frame_support::pallet_prelude::ValueQuery>;

pub struct Clock;

impl Protocol for Clock {
    fn now() -> Tick {
        System::block_number() as Tick + ClockOffset::get()
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
}

/// A territory of the mock.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub(crate) struct Plot {
    pub(crate) total: u128,
    pub(crate) used: u128,
    pub(crate) locked: u128,
    pub(crate) frozen: bool,
    pub(crate) expired: bool,
}

impl Plot {
    fn free(&self) -> u128 {
        self.total - self.used - self.locked
    }
}

#[storage_alias]
pub(crate) type Plots = StorageMap<Mock, Blake2_128Concat, (AccountId, Name), Plot>;
#[storage_alias]
type Expired =
    StorageValue<Mock, Vec<(AccountId, Name)>, frame_support::pallet_prelude::ValueQuery>;
/// While set, the mock refuses to free locked or used space.
#[storage_alias]
pub(crate) type LandStuck = StorageValue<Mock, bool, frame_support::pallet_prelude::ValueQuery>;

pub struct Land;

fn plot(owner: &AccountId, name: &Name) -> Result<Plot, DispatchError> {
    Plots::get((owner, name)).ok_or(DispatchError::Other("no such territory"))
}

/// Lets `change` alter a territory; it stays as it was when the result makes no sense.
fn change_plot(
    owner: &AccountId,
    name: &Name,
    change: impl FnOnce(&mut Plot) -> Option<()>,
) -> DispatchResult {
    let mut plot = plot(owner, name)?;
    change(&mut plot).ok_or(DispatchError::Other(
        "the territory's accounts do not allow this",
    ))?;
    Plots::insert((owner, name), plot);
    Ok(())
}

/// What a new charge takes: the territory must be active and hold more.
fn spare(plot: &Plot, space: u128) -> Option<()> {
    (!plot.frozen && !plot.expired && plot.free() > space).then_some(())
}

impl Territories for Land {
    fn is_alive(owner: &AccountId, name: &Name) -> bool {
        plot(owner, name).is_ok_and(|plot| !plot.expired)
    }

    fn remaining(owner: &AccountId, name: &Name) -> Result<u128, DispatchError> {
        plot(owner, name).map(|plot| plot.free())
    }

    fn lock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        change_plot(owner, name, |plot| {
            spare(plot, space)?;
            plot.locked += space;
            Some(())
        })
    }

    fn unlock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        ensure!(!LandStuck::get(), "the land is stuck");
        change_plot(owner, name, |plot| {
            plot.locked = plot.locked.checked_sub(space)?;
            Some(())
        })
    }

    fn use_locked(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        change_plot(owner, name, |plot| {
            plot.locked = plot.locked.checked_sub(space)?;
            plot.used += space;
            Some(())
        })
    }

    fn use_remaining(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        change_plot(owner, name, |plot| {
            spare(plot, space)?;
            plot.used += space;
            Some(())
        })
    }

    fn release_used(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        ensure!(!LandStuck::get(), "the land is stuck");
        change_plot(owner, name, |plot| {
            plot.used = plot.used.checked_sub(space)?;
            Some(())
        })
    }

    fn take_expired(limit: u32) -> Vec<(AccountId, Name)> {
        Expired::mutate(|list| list.drain(..list.len().min(limit as usize)).collect())
    }
}

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

fn change_mine<R>(
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

/// What a worker of the mock may do.
#[derive(Clone, Copy, Encode, Decode)]
pub(crate) struct Licence {
    tag: bool,
    cert: bool,
    stash: bool,
}

#[storage_alias]
type Licences = StorageMap<Mock, Blake2_128Concat, WorkerKey, Licence>;
/// How often a worker did something useful.
#[storage_alias]
pub(crate) type Worked =
    StorageMap<Mock, Blake2_128Concat, WorkerKey, u32, frame_support::pallet_prelude::ValueQuery>;

pub struct Tees;

/// Tags and certifies.
pub(crate) const MARKER: WorkerKey = [1; 32];
/// Tags and certifies, but nobody is paid for it.
pub(crate) const UNPAID: WorkerKey = [2; 32];
/// Verifies only.
pub(crate) const VERIFIER: WorkerKey = [3; 32];

/// The account that is paid for [`MARKER`]'s work.
pub(crate) fn stash_of(worker: &WorkerKey) -> AccountId {
    AccountId::new(sp_io::hashing::blake2_256(worker))
}

pub(crate) fn master_key() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[42; 32])
}

impl TeeWorkers for Tees {
    fn can_tag(worker: &WorkerKey) -> bool {
        Licences::get(worker).is_some_and(|licence| licence.tag)
    }

    fn can_verify(worker: &WorkerKey) -> bool {
        Licences::contains_key(worker)
    }

    fn can_cert(worker: &WorkerKey) -> bool {
        Licences::get(worker).is_some_and(|licence| licence.cert)
    }

    fn verifiers() -> Vec<WorkerKey> {
        Licences::iter_keys().collect()
    }

    fn verify_master(digest: &[u8; 32], signature: &[u8]) -> bool {
        sr25519::Signature::try_from(signature)
            .is_ok_and(|sig| sp_io::crypto::sr25519_verify(&sig, digest, &master_key().public()))
    }

    fn stash(worker: &WorkerKey) -> Option<AccountId> {
        Licences::get(worker)
            .filter(|licence| licence.stash)
            .map(|_| stash_of(worker))
    }

    fn worked(worker: &WorkerKey) {
        Worked::mutate(worker, |count| *count += 1);
    }

    fn failed(_: &WorkerKey) {}
}

/// Credit of a stash: tagged, certified, replaced.
#[storage_alias]
pub(crate) type Points = StorageMap<
    Mock,
    Blake2_128Concat,
    AccountId,
    (u128, u128, u128),
    frame_support::pallet_prelude::ValueQuery,
>;

pub struct Credits;

impl WorkCredit for Credits {
    fn tagged(stash: &AccountId, bytes: u128) {
        Points::mutate(stash, |points| points.0 += bytes);
    }

    fn certified(stash: &AccountId, bytes: u128) {
        Points::mutate(stash, |points| points.1 += bytes);
    }

    fn replaced(stash: &AccountId, bytes: u128) {
        Points::mutate(stash, |points| points.2 += bytes);
    }

    fn verified_idle(_: &AccountId, _: u128) {}

    fn verified_service(_: &AccountId, _: u128) {}
}

pub struct Permits;

impl Authorisations for Permits {
    fn may_act_for(operator: &AccountId, owner: &AccountId) -> bool {
        operator == owner || (*operator == gateway() && *owner == alice())
    }
}

pub(crate) fn alice() -> AccountId {
    AccountId::new([200; 32])
}

pub(crate) fn bob() -> AccountId {
    AccountId::new([201; 32])
}

/// Alice authorised it, Bob did not.
pub(crate) fn gateway() -> AccountId {
    AccountId::new([202; 32])
}

/// The `n`-th miner, from 1.
pub(crate) fn miner(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

/// Miners at genesis.
pub(crate) const MINERS: u8 = 14;

pub(crate) fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().expect("a short name")
}

/// Each user's territories.
pub(crate) const HOME: &str = "home";
pub(crate) const ANNEX: &str = "annex";

/// Genesis of the mock.
pub(crate) struct ExtBuilder {
    idle: u128,
    territory: u128,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            idle: 64 << 30,
            territory: 1 << 40,
        }
    }
}

impl ExtBuilder {
    /// Idle bytes of each miner.
    pub(crate) fn idle(mut self, idle: u128) -> Self {
        self.idle = idle;
        self
    }

    /// Bytes of each territory.
    pub(crate) fn territory(mut self, total: u128) -> Self {
        self.territory = total;
        self
    }

    /// Runs the test in block 1, then checks all invariants.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        let storage = RuntimeGenesisConfig::default()
            .build_storage()
            .expect("genesis builds");
        sp_io::TestExternalities::new(storage).execute_with(|| {
            System::set_block_number(1);
            for n in 1..=MINERS {
                let mine = Mine {
                    positive: true,
                    idle: self.idle,
                    ..Mine::default()
                };
                Quarry::insert(miner(n), mine);
            }
            for owner in [alice(), bob()] {
                for plot in [HOME, ANNEX] {
                    let land = Plot {
                        total: self.territory,
                        ..Plot::default()
                    };
                    Plots::insert((&owner, name(plot)), land);
                }
            }
            let licence = |tag, cert, stash| Licence { tag, cert, stash };
            Licences::insert(MARKER, licence(true, true, true));
            Licences::insert(UNPAID, licence(true, true, false));
            Licences::insert(VERIFIER, licence(false, false, true));
            test();
            check_invariants();
        });
    }
}

/// The pallet's own invariants, and that territories and miners account for what it says.
pub(crate) fn check_invariants() {
    FileBank::do_try_state().expect("invariants hold");
    let claimed = FileBank::territory_use();
    let kept: BTreeMap<_, _> = Plots::iter()
        .map(|(key, plot)| {
            (
                key,
                TerritoryUse {
                    locked: plot.locked,
                    used: plot.used,
                },
            )
        })
        .filter(|(_, plot)| *plot != TerritoryUse::default())
        .collect();
    assert_eq!(kept, claimed, "territories account for deals and files");

    let claimed = FileBank::miner_use();
    for (account, mine) in Quarry::iter() {
        let expected = claimed.get(&account).cloned().unwrap_or_default();
        let fragments = mine.tagged.len() as u128 * fragment_size();
        let MinerUse {
            deals,
            untagged,
            tagged,
        } = expected;
        match mine.left {
            None => {
                assert_eq!(
                    mine.lock,
                    deals + untagged,
                    "{account:?} locks what is untagged"
                );
                assert_eq!(
                    mine.tagged, tagged,
                    "{account:?} answers for its tagged fragments"
                );
                assert_eq!(
                    mine.service, fragments,
                    "{account:?} accounts for each of them"
                );
            }
            Some(held) => {
                let open = deals + untagged + tagged.len() as u128 * fragment_size();
                assert!(
                    mine.restored + open <= held,
                    "{account:?} is not freed twice"
                );
            }
        }
    }
}

pub(crate) fn fragment_size() -> u128 {
    Clock::params().fragment_size.into()
}

/// Begins the next block; returns the weight of what was due.
pub(crate) fn next_block() -> frame_support::weights::Weight {
    System::set_block_number(System::block_number() + 1);
    FileBank::on_initialize(System::block_number())
}

/// Moves the clock ahead and begins a block.
pub(crate) fn jump(ticks: Tick) {
    ClockOffset::mutate(|offset| *offset += ticks);
    next_block();
}

/// Ends the territory as the storage handler does.
pub(crate) fn expire(owner: &AccountId, territory: &str) {
    Plots::mutate((owner, name(territory)), |plot| {
        plot.as_mut().expect("the territory exists").expired = true;
    });
    Expired::append((owner.clone(), name(territory)));
}

/// The miner is thrown out: others may restore what it holds.
pub(crate) fn throw_out(account: &AccountId) {
    change_mine(account, |mine| {
        mine.left = Some(mine.service + mine.lock);
        mine.positive = false;
        Some(())
    })
    .expect("the miner exists");
}

/// What the pallet said since the last time.
pub(crate) fn events() -> Vec<Event<Test>> {
    let events = System::read_events_for_pallet::<Event<Test>>();
    System::reset_events();
    events
}
