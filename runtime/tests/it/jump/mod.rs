//! A jump of the clock ends where walking there ends, for all pallets together.
//!
//! One copy of a busy network goes through a year in blocks of a tick each; the other one is taken
//! close to its end by `advance_clock`, and has the same last blocks. What the pallets store is then
//! compared byte by byte, but for the tick at which a restoral order was opened. A day has thirty
//! ticks, else the walk would take minutes. Random challenges and new eras are held: whom the first
//! hit follows from each block's randomness, and the second come with blocks, not with ticks.

mod world;

use crate::chain::{self, Fork};
use cess_primitives::Tick;
use cess_runtime::*;
use frame_support::traits::{PalletInfoAccess, StorageInfoTrait};
use sp_io::hashing::twox_128;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// Ticks of a day; the fewer, the shorter the walk.
const DAY: Tick = 30;
const YEAR: Tick = 365 * DAY;
/// Blocks at the end that both have: enough for all that is due after the jump.
const LAST: Tick = 400;

/// Values by the name of the item and the key.
type Stored = BTreeMap<(String, Vec<u8>), Vec<u8>>;

/// What the chain stores for the protocol's pallets, and for money.
fn stored() -> Stored {
    let pallets = [
        FileBank::name(),
        StorageHandler::name(),
        Sminer::name(),
        Reservoir::name(),
        Oss::name(),
        CessTreasury::name(),
        Audit::name(),
        TeeWorker::name(),
        Balances::name(),
    ];
    let items = AllPalletsWithSystem::storage_info();
    let title = |key: &[u8]| {
        let item = items.iter().find(|item| key.starts_with(&item.prefix));
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        item.map_or_else(
            || "version".into(),
            |item| [text(&item.pallet_name), text(&item.storage_name)].join("."),
        )
    };
    let accounts = [twox_128(b"System"), twox_128(b"Account")].concat();
    let prefixes = pallets.map(|name| twox_128(name.as_bytes()).to_vec());
    let mut all = BTreeMap::new();
    for prefix in prefixes.into_iter().chain([accounts]) {
        let mut key = prefix.clone();
        while let Some(next) = sp_io::storage::next_key(&key) {
            if !next.starts_with(&prefix) {
                break;
            }
            let value = sp_io::storage::get(&next).expect("the key is there");
            all.insert((title(&next), next.clone()), value.to_vec());
            key = next;
        }
    }
    all
}

/// How much waits for its tick, by queue.
fn waiting() -> [(&'static str, usize); 12] {
    use pallet_audit::{ChallengeSlip, VerifySlip};
    use pallet_file_bank::{DealQueue, TagQueue};
    use pallet_oss::ExpiringProxies;
    use pallet_reservoir::{EventExpiredRecords, LoanDeadlines};
    use pallet_sminer::{ExitSchedule, ReturnStakingSchedule};
    use pallet_storage_handler::{PayOrder, SaleQueue, TerritoryExpired};
    [
        ("deals", DealQueue::<Runtime>::iter_keys().count()),
        ("tags", TagQueue::<Runtime>::iter_keys().count()),
        ("exits", ExitSchedule::<Runtime>::iter_keys().count()),
        (
            "stakes",
            ReturnStakingSchedule::<Runtime>::iter_keys().count(),
        ),
        (
            "offers",
            EventExpiredRecords::<Runtime>::iter_keys().count(),
        ),
        ("loans", LoanDeadlines::<Runtime>::iter_keys().count()),
        ("sales", SaleQueue::<Runtime>::iter_keys().count()),
        ("orders", PayOrder::<Runtime>::iter_keys().count()),
        ("frozen", TerritoryExpired::<Runtime>::iter_keys().count()),
        ("proxies", ExpiringProxies::<Runtime>::iter_keys().count()),
        ("proofs", ChallengeSlip::<Runtime>::iter_keys().count()),
        ("verdicts", VerifySlip::<Runtime>::iter_keys().count()),
    ]
}

/// Forgets when restoral orders were opened, which for one that a missed tag opened is the tick of
/// the block that saw it.
fn forget_when_orders_were_opened() {
    use pallet_file_bank::RestoralOrder;
    let orders: Vec<_> = RestoralOrder::<Runtime>::iter().collect();
    for (fragment, mut order) in orders {
        order.gen_block = 0;
        RestoralOrder::<Runtime>::insert(fragment, order);
    }
}

/// Authors so many blocks.
fn run(chain: &mut sp_io::TestExternalities, blocks: Tick) {
    for done in (0..blocks).step_by(100) {
        chain.execute_with(|| chain::run(100.min(blocks - done)));
        chain.commit_all().unwrap();
    }
}

/// What is stored in the end.
fn end(mut chain: sp_io::TestExternalities) -> Stored {
    chain.execute_with(|| {
        chain::check_invariants();
        assert!(
            waiting().iter().all(|(_, left)| *left == 0),
            "{:?}",
            waiting()
        );
        world::settle();
        chain::check_invariants();
        forget_when_orders_were_opened();
        stored()
    })
}

#[test]
fn a_year_that_is_jumped_over_ends_like_one_that_passes() {
    let mut chain = chain::new("fast");
    chain.execute_with(|| world::build(|params| params.one_day = DAY));
    let fork = Fork::at(chain);

    let mut jumped = fork.go_on();
    jumped.execute_with(|| {
        assert!(
            waiting().iter().all(|(_, left)| *left > 0),
            "{:?}",
            waiting()
        );
        let ticks = YEAR - LAST;
        Protocol::advance_clock(RuntimeOrigin::root(), ticks).unwrap();
    });
    run(&mut jumped, LAST);
    let jumped = end(jumped);

    let mut walked = fork.go_on();
    let start = Instant::now();
    run(&mut walked, YEAR);
    println!("a year of {YEAR} blocks took {:?}", start.elapsed());
    let walked = end(walked);

    let keys: BTreeSet<_> = walked.keys().chain(jumped.keys()).collect();
    let differing = keys
        .into_iter()
        .filter(|key| walked.get(key) != jumped.get(key));
    let differing: Vec<_> = differing.map(|(item, _)| item).collect();
    assert!(differing.is_empty(), "these differ: {differing:?}");
}
