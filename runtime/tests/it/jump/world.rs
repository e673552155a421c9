//! A network in which something of every kind is going to happen by itself.

use crate::{
    chain::{self, account, pair},
    life::{
        challenge, declare, judge_idle, lose, miner, prove_idle, rent, report, store, tag, HOLDERS,
    },
    world::{as_root, certify_idle, dispatch, endpoint, enter, name, open_for_work, Sample},
};
use cess_primitives::{
    oss::ProxyAuthPayload,
    reservoir::UseType,
    territory::OrderType,
    traits::{AuditedMiners, Protocol as _},
    ProtocolParams, Tick, COLLATERAL_PER_TIB, TCESS,
};
use cess_runtime::*;
use codec::Encode;
use frame_support::traits::Currency;
use pallet_file_bank::{Call as FileCall, File};
use pallet_reservoir::Call as LoanCall;
use pallet_sminer::Call as MinerCall;
use pallet_storage_handler::Call as LandCall;
use sp_core::Pair;

/// Idle files of each miner.
const IDLE: u64 = 64;
const LENT: &str = "//Miner//13";
const LEAVING: &str = "//Miner//14";
const SHRINKING: &str = "//Miner//15";
const THROWN_OUT: &str = "//Miner//16";
const SPARE: &str = "//Miner//17";

/// Makes the network. `change` sets its quantities.
pub(super) fn build(change: impl FnOnce(&mut ProtocolParams)) {
    chain::run(1);
    let mut params = Protocol::params();
    // Whom random challenges hit depends on the blocks' randomness.
    params.challenge_start = Tick::MAX;
    change(&mut params);
    as_root(pallet_protocol::Call::set_params { params });
    open_for_work();
    (1..=HOLDERS).for_each(|n| enter(&miner(n), 1, IDLE));
    for seed in [LEAVING, THROWN_OUT, SPARE] {
        enter(seed, 1, IDLE);
    }
    enter(SHRINKING, 2, IDLE);
    borrow();
    earn();
    // What follows eras depends on blocks, not on ticks.
    as_root(pallet_staking::Call::force_no_eras {});
    leases();
    files();
    gateways();
    leave();
    audits();
    chain::run(1);
}

/// A loan that is staked, one that is not, and an offer of more.
fn borrow() {
    dispatch(
        "//Ferdie",
        LoanCall::filling {
            amount: 20 * COLLATERAL_PER_TIB,
        },
    );
    let id: pallet_reservoir::EventId = b"start".to_vec().try_into().unwrap();
    as_root(LoanCall::create_event {
        id: id.clone(),
        quota: 3,
        deadline: 1000,
        unit_amount: COLLATERAL_PER_TIB,
        borrow_period: 2000,
        use_type: UseType::MinerStaking,
    });
    for seed in [LENT, "//Miner//18"] {
        Balances::make_free_balance_be(&account(seed), 1000 * TCESS);
        dispatch(seed, LoanCall::attend_event { id: id.clone() });
    }
    let register = MinerCall::regnstk_assign_staking {
        beneficiary: account(LENT),
        endpoint: endpoint(),
        staking_account: Reservoir::account_id(),
        tib_count: 1,
    };
    dispatch(LENT, register);
    certify_idle(LENT, IDLE);
}

/// Some miners pass an audit, and the era ends: they are owed rewards.
fn earn() {
    for n in 1..=3 {
        let seed = miner(n);
        challenge(&seed);
        prove_idle(&seed);
        judge_idle(&seed);
    }
    // The stakes are free by the end of the second era.
    chain::run_to_era(3);
    for n in 1..=3 {
        dispatch(&miner(n), MinerCall::receive_reward {});
    }
}

/// Territories that live on, end soon or are frozen already, are on sale or sold, and orders.
fn leases() {
    for user in ["//Alice", "//Bob"] {
        rent(user, "home", 1, 500);
        rent(user, "short", 1, 31);
        rent(user, "frozen", 1, 30);
        rent(user, "offered", 1, 40);
        rent(user, "sold", 1, 100);
        let end = LandCall::update_user_territory_life {
            user: account(user),
            terr_name: name("frozen"),
            deadline: Protocol::now() + 1,
        };
        as_root(end);
        for territory_name in ["offered", "sold"].map(name) {
            let offer = LandCall::territory_consignment {
                territory_name,
                price: 100 * TCESS,
            };
            dispatch(user, offer);
        }
        let sold = pallet_storage_handler::Territory::<Runtime>::get(account(user), name("sold"));
        let buy = LandCall::buy_consignment {
            token: sold.unwrap().token,
            rename: name(&format!("of {}", &user[2..])),
        };
        dispatch("//Charlie", buy);
        for (at, expired) in [5, 30, 59].into_iter().enumerate() {
            let order = LandCall::create_order {
                target_acc: account("//Dave"),
                territory_name: name(&format!("ordered {at}")),
                order_type: OrderType::Buy,
                gib_count: 1,
                days: 30 + at as u32,
                expired,
            };
            dispatch(user, order);
        }
    }
}

/// Files that stay, go with their territory, lose a fragment or were never tagged; a deal that
/// comes to nothing.
fn files() {
    store("kept", "//Alice", "home", 2);
    let shared = store("shared", "//Alice", "short", 2);
    declare(&shared, "//Bob", "home");
    for n in 0..25 {
        store(&format!("goes {n}"), "//Bob", "short", 2);
    }
    let lossy = store("lossy", "//Bob", "home", 2);
    lose(&lossy, 0, 1);
    let restoral_fragment = lose(&lossy, 0, 2);
    dispatch(SPARE, FileCall::claim_restoral_order { restoral_fragment });
    let late = Sample::new("late", 2);
    declare(&late, "//Alice", "home");
    report(&late, 1..=HOLDERS);
    tag(&late, 1..=HOLDERS - 2);
    let doomed = Sample::new("doomed", 2);
    declare(&doomed, "//Alice", "home");
    report(&doomed, 1..=5);
    assert_eq!(File::<Runtime>::iter().count(), 29);
}

/// Gateways that act for users until their authorisation has been forgotten.
fn gateways() {
    for (at, user) in ["//Alice", "//Bob", "//Charlie"].into_iter().enumerate() {
        let gateway = format!("//Gateway//{}", at % 2 + 1);
        let payload = ProxyAuthPayload {
            oss: account(&gateway),
            exp: Protocol::now() + 20 + at as Tick,
        };
        let message = [b"<Bytes>", &payload.encode()[..], b"</Bytes>"].concat();
        let authorise = pallet_oss::Call::proxy_authorzie {
            auth_puk: pair(user).public().0,
            sig: pair(user).sign(&message).0.to_vec().try_into().unwrap(),
            payload,
        };
        dispatch(&gateway, authorise);
    }
}

/// Miners on their way out, thrown out, and with a stake that returns.
fn leave() {
    let miner = account(LEAVING);
    dispatch(LEAVING, MinerCall::miner_exit_prep { miner });
    // The stake of a miner that has just staked more returns only later.
    let miner = account(THROWN_OUT);
    let collaterals = 10 * TCESS;
    dispatch(
        THROWN_OUT,
        MinerCall::increase_collateral { miner, collaterals },
    );
    Sminer::force_exit(&account(THROWN_OUT)).unwrap();
    let miner = account(SHRINKING);
    dispatch(
        SHRINKING,
        MinerCall::increase_collateral { miner, collaterals },
    );
    dispatch(
        SHRINKING,
        MinerCall::decrease_declaration_space { tib_count: 1 },
    );
}

/// A miner that proves nothing, and one whose proof nobody judges.
fn audits() {
    challenge(&miner(4));
    challenge(SPARE);
    prove_idle(SPARE);
}

/// What everybody does when all is over: the money that is theirs is fetched.
pub(super) fn settle() {
    for n in 1..=3 {
        dispatch(&miner(n), MinerCall::receive_reward {});
    }
    for seed in [LEAVING, THROWN_OUT] {
        dispatch(seed, MinerCall::miner_withdraw {});
    }
}
