//! A block in which everything that can be due is due, more of it than the block handles.

use super::{
    calls::{dearest, largest_election},
    files::declaration,
    fill, queue, Taken,
};
use crate::{
    chain::{self, account},
    life::{challenge, declare, lose, miner, prove_idle, rent, report, store, HOLDERS},
    world::{as_root, dispatch, enter, name, open_for_work, Sample},
};
use cess_primitives::{
    reservoir::UseType, territory::OrderType, traits::Protocol as _, Balance, ProtocolParams, Tick,
    COLLATERAL_PER_TIB, MAX_SEGMENTS, TCESS,
};
use cess_runtime::{config::RuntimeBlockWeights, *};
use frame_support::{traits::Currency, weights::Weight};
use pallet_audit::{ChallengeSlip, VerifySlip};
use pallet_file_bank::{Call as FileCall, DealQueue, File, FileOrders, TagQueue, TerritoryFiles};
use pallet_reservoir::{Call as LoanCall, EventId, LoanDeadlines};
use pallet_sminer::{Call as MinerCall, ExitSchedule};
use pallet_storage_handler::{Call as LandCall, PayOrder, TerritoryFrozen};
use std::time::Duration;

/// Things of each kind that are due: more than a block handles of any of them.
const MANY: usize = 25;
/// Miners: some hold files, as many are challenged, and as many leave.
const MINERS: usize = HOLDERS + 2 * MANY;
/// Orders and territories: a block handles 200 and 50.
const ORDERS: usize = 250;
const TERRITORIES: usize = 60;

/// Changes quantities.
fn set_params(change: impl FnOnce(&mut ProtocolParams)) {
    let mut params = Protocol::params();
    change(&mut params);
    as_root(pallet_protocol::Call::set_params { params });
}

/// Miners, a territory for Alice, lenders and borrowers.
fn people() {
    (1..=MINERS).for_each(|n| enter(&miner(n), 1, 64));
    rent("//Alice", "home", 60, 90);
    let amount = 2 * MANY as Balance * COLLATERAL_PER_TIB;
    Balances::make_free_balance_be(&account("//Ferdie"), 2 * amount);
    dispatch("//Ferdie", LoanCall::filling { amount });
    for n in 0..MANY {
        Balances::make_free_balance_be(&account(&format!("//Borrower//{n}")), TCESS);
    }
}

/// A territory with files in it that expires now, and a large file that left its traces.
fn expired_files() {
    rent("//Bob", "gone", 10, 30);
    for i in 0..MANY {
        store(&format!("gone {i}"), "//Bob", "gone", 1);
    }
    let traces = store("traces", "//Alice", "home", 25);
    for segment in 0..traces.segments.len() {
        (1..=HOLDERS).for_each(|column| {
            lose(&traces, segment, column);
        });
    }
    end_lease("//Bob", "gone");
    chain::run(2);
    // Frozen until now, it expires in the next block; its files go from the one after that on.
    let frozen = Protocol::params().frozen_days * Protocol::params().one_day;
    as_root(pallet_protocol::Call::advance_clock { ticks: frozen });
    chain::run(1);
    let delete = FileCall::delete_file {
        owner: account("//Alice"),
        file_hash: traces.fid,
    };
    dispatch("//Alice", delete);
}

fn end_lease(user: &str, territory: &str) {
    as_root(LandCall::update_user_territory_life {
        user: account(user),
        terr_name: name(territory),
        deadline: Protocol::now() + 1,
    });
}

/// Everything else is due in the next block.
fn book() {
    for i in 0..MANY {
        let (deal, late) = (format!("deal {i}"), format!("late {i}"));
        let deal = Sample::new(&deal, 1);
        declare(&deal, "//Alice", "home");
        report(&deal, 1..=HOLDERS - 1);
        let late = Sample::new(&late, 1);
        declare(&late, "//Alice", "home");
        report(&late, 1..=HOLDERS);
    }
    for n in 0..MANY {
        challenge(&miner(HOLDERS + 1 + n));
        if n % 2 > 0 {
            prove_idle(&miner(HOLDERS + 1 + n));
        }
        let leaving = miner(HOLDERS + MANY + 1 + n);
        let miner = account(&leaving);
        dispatch(&leaving, MinerCall::miner_exit_prep { miner });
    }
    let id: EventId = b"loan".to_vec().try_into().unwrap();
    as_root(LoanCall::create_event {
        id: id.clone(),
        quota: MANY as u32,
        deadline: 1,
        unit_amount: COLLATERAL_PER_TIB,
        borrow_period: 1,
        use_type: UseType::MinerStaking,
    });
    for n in 0..MANY {
        let id = id.clone();
        dispatch(&format!("//Borrower//{n}"), LoanCall::attend_event { id });
    }
    for i in 0..ORDERS {
        let order = LandCall::create_order {
            target_acc: account("//Dave"),
            territory_name: name(&format!("order {i}")),
            order_type: OrderType::Buy,
            gib_count: 1,
            days: 30,
            expired: 1,
        };
        dispatch("//Dave", order);
    }
    for i in 0..TERRITORIES {
        let terr_name = format!("plot {i}");
        rent("//Charlie", &terr_name, 1, 30);
        end_lease("//Charlie", &terr_name);
    }
}

/// What is due, by queue.
fn due() -> [(&'static str, usize); 9] {
    let now = Protocol::now();
    let past = |ticks: &mut dyn Iterator<Item = Tick>| ticks.filter(|tick| *tick < now).count();
    let bobs = (account("//Bob"), name("gone"));
    let stray = |(fid, _): &(_, _)| !File::<Runtime>::contains_key(fid);
    let mut deals = DealQueue::<Runtime>::iter_keys().map(|(key, _)| Tick::from_be_bytes(key));
    let mut tags = TagQueue::<Runtime>::iter_keys().map(|(key, _)| Tick::from_be_bytes(key));
    let proofs = ChallengeSlip::<Runtime>::iter_keys().map(|(tick, _)| tick);
    let verdicts = VerifySlip::<Runtime>::iter_keys().map(|(tick, _)| tick);
    let mut exits = ExitSchedule::<Runtime>::iter_keys().map(|(tick, _)| tick);
    let mut loans = LoanDeadlines::<Runtime>::iter_keys().map(|(tick, _)| tick);
    let mut leases = TerritoryFrozen::<Runtime>::iter_keys().map(|(tick, _)| tick);
    [
        ("deals", past(&mut deals)),
        ("tags", past(&mut tags)),
        (
            "files",
            TerritoryFiles::<Runtime>::iter_key_prefix(bobs).count(),
        ),
        (
            "traces",
            FileOrders::<Runtime>::iter_keys().filter(stray).count(),
        ),
        ("slips", past(&mut proofs.chain(verdicts))),
        ("exits", past(&mut exits)),
        ("loans", past(&mut loans)),
        ("orders", PayOrder::<Runtime>::iter_keys().count()),
        ("leases", past(&mut leases)),
    ]
}

/// So much weight in time.
fn time(weight: Weight) -> Duration {
    Duration::from_nanos(weight.ref_time() / 1000)
}

/// A file as large as they may be, declared with the block at its fullest.
fn declare_largest() -> Taken {
    let largest = Sample::new("largest", MAX_SEGMENTS as usize);
    let call = declaration(&largest, account("//Alice"));
    let mut waiting = queue([("//Alice".into(), RuntimeCall::FileBank(call))]);
    fill(&mut waiting, true)
}

#[test]
fn a_block_in_which_everything_is_due_takes_transactions_and_leaves_the_rest_for_later() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        set_params(|params| params.challenge_start = Tick::MAX);
        open_for_work();
        people();
        expired_files();
        set_params(|params| {
            params.challenge_start = 0;
            params.challenge_period = 1;
            (params.challenge_window, params.verify_window) = (1, 1);
            (params.deal_life, params.deal_life_per_segment) = (1, 1);
            (params.tag_life, params.tag_life_per_segment) = (1, 1);
            (params.staking_lock, params.exit_lock) = (1, 1);
        });
        book();
        // New challenges and duties end in their usual time.
        let usual = ProtocolParams::fast();
        set_params(|params| {
            (params.challenge_window, params.verify_window) =
                (usual.challenge_window, usual.verify_window);
            (params.tag_life, params.tag_life_per_segment) =
                (usual.tag_life, usual.tag_life_per_segment);
        });
        as_root(pallet_protocol::Call::advance_clock { ticks: 170 });

        let before = due();
        let taken = declare_largest();
        println!("{:?} by weight: {before:?}, then {:?}", taken.hooks, due());
        assert_eq!(taken.transactions, 1);
        // The dearest call would find room too. A block that begins a session takes no transactions,
        // which is the session pallet's way; all that is due, and an election, fit into it.
        let limit = RuntimeBlockWeights::get().max_block;
        let rest = time(limit - dearest());
        assert!(taken.hooks <= rest, "{taken:?} of {rest:?}");
        assert!(taken.hooks + time(largest_election()) <= time(limit));
        assert!(taken.hooks > rest / 4, "hardly anything was due: {taken:?}");
        for ((queue, before), (_, after)) in before.into_iter().zip(due()) {
            assert!(
                after < before,
                "{queue}: {before} were due, and {after} are"
            );
            assert!(after > 0, "{queue}: all {before} of them at once");
        }
        chain::check_invariants();
        set_params(|params| params.challenge_start = Tick::MAX);
        let mut blocks = 0;
        while due().iter().any(|(_, left)| *left > 0) {
            let session = Session::current_index();
            let taken = fill(&mut queue([]), true);
            let rotated = Session::current_index() > session;
            assert!(taken.hooks <= rest || rotated, "{taken:?} of {rest:?}");
            blocks += 1;
            assert!(blocks < 100, "{:?}", due());
        }
        println!("the rest took {blocks} blocks");
        chain::check_invariants();
    });
}
