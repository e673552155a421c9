//! A runtime of System and this pallet. The other pallets are small books of account that live in
//! storage, so that a failed call rolls them back as it does with the real ones.

mod land;
mod mines;
mod tees;

pub(crate) use land::{Expired, Land, LandStuck, Plot, Plots};
pub(crate) use mines::{change_mine, Mine, Mines, Quarry};
pub(crate) use tees::{
    master_key, stash_of, Credits, Licence, Licences, Points, Tees, Worked, MARKER, UNPAID,
    VERIFIER,
};

use crate as pallet_file_bank;
use crate::{Event, MinerUse, TerritoryUse};
use cess_primitives::{
    file::Name,
    traits::{Authorisations, Protocol},
    AccountId, ProtocolParams, Tick,
};
use frame_support::{
    derive_impl, pallet_prelude::ValueQuery, parameter_types, storage_alias, traits::Hooks,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage};
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
    type WeightInfo = pallet_file_bank::weights::SubstrateWeight<Test>;
}

#[storage_alias]
type ClockOffset = StorageValue<Mock, Tick, ValueQuery>;

pub struct Clock;

impl Protocol for Clock {
    fn now() -> Tick {
        System::block_number() as Tick + ClockOffset::get()
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
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
