//! What a miner may do in each state, and where it leads (spec chain 12.3).

use crate::{mock::*, *};
use cess_primitives::{traits::AuditedMiners, ProtocolParams, TCESS};
use frame_support::{assert_ok, storage::with_storage_layer};
use sp_runtime::DispatchError;

/// The first block at which a stake of block 1 may leave.
const FREE: u64 = ProtocolParams::fast().staking_lock as u64 + 2;

const STATES: [&str; 7] = [
    "not ready",
    "positive",
    "frozen",
    "lock",
    "exit",
    "offline",
    "gone",
];

/// Miner 1, of two TiB, in this state; its stake is free to leave.
fn bring_into(state_wanted: &str) {
    register(1, 2);
    if state_wanted != "not ready" {
        certify_key(1);
    }
    run_to(FREE);
    let done = match state_wanted {
        "frozen" => Sminer::punish_false_idle(&acc(1), UNIT),
        "offline" => Sminer::force_exit(&acc(1)),
        "lock" | "exit" | "gone" => Sminer::miner_exit_prep(signed(1), acc(1)),
        _ => Ok(()),
    };
    assert_ok!(done);
    if ["exit", "gone"].contains(&state_wanted) {
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
    }
    if state_wanted == "gone" {
        assert_ok!(Sminer::miner_withdraw(signed(1)));
    } else {
        assert_eq!(state(1), state_wanted);
    }
}

fn wish(name: &str) -> Result<(), DispatchError> {
    match name {
        "key" => {
            let signature = key_signature(1, &pois_key(9), &MARKER);
            let tee_sig = signature.clone();
            Sminer::register_pois_key(signed(1), pois_key(9), signature, tee_sig, MARKER)
        }
        "declare more" => Sminer::increase_declaration_space(signed(1), 1),
        "declare less" => Sminer::decrease_declaration_space(signed(1), 1),
        "stake" => Sminer::increase_collateral(signed(1), acc(1), 8000 * TCESS),
        "prepare" => Sminer::miner_exit_prep(signed(1), acc(1)),
        "leave" => Sminer::miner_exit(root(), acc(1)),
        "throw out" => Sminer::force_exit(&acc(1)),
        "withdraw" => Sminer::miner_withdraw(signed(1)),
        "claim" => Sminer::receive_reward(signed(1))
            .map(|_| ())
            .map_err(|refusal| refusal.error),
        "register" => Sminer::regnstk(signed(1), acc(51), endpoint("e"), 8000 * TCESS, 2),
        other => panic!("nobody wishes to {other}"),
    }
}

/// The state after the wish, or why it was not granted.
fn outcome(name: &str) -> String {
    match with_storage_layer(|| wish(name)) {
        Ok(()) => match MinerItems::<Test>::contains_key(acc(1)) {
            true => state(1),
            false => "gone".into(),
        },
        Err(DispatchError::Module(error)) => error.message.unwrap_or("?").into(),
        Err(other) => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_state_answers_every_wish() {
    let state_error = "StateError";
    let not_positive = "NotpositiveState";
    let taken = "AlreadyRegistered";
    #[rustfmt::skip]
    let table = [
        // not ready, positive, frozen, lock, exit, offline, gone
        ("key", ["positive", state_error, state_error, state_error, state_error, state_error, "NotMiner"]),
        ("declare more", [not_positive, "frozen", not_positive, not_positive, not_positive, not_positive, "NotMiner"]),
        ("declare less", [state_error, "positive", "positive", state_error, state_error, state_error, "NotMiner"]),
        ("stake", ["not ready", "positive", "positive", state_error, state_error, state_error, "NotExisted"]),
        ("prepare", ["lock", "lock", "lock", state_error, state_error, state_error, "NotExisted"]),
        ("leave", [state_error, state_error, state_error, "exit", state_error, state_error, "NotExisted"]),
        ("throw out", [state_error, "offline", "offline", "offline", state_error, state_error, "NotExisted"]),
        ("withdraw", [state_error, state_error, state_error, state_error, "gone", "gone", "NotMiner"]),
        ("claim", [not_positive, "positive", not_positive, not_positive, "exit", not_positive, "NotMiner"]),
        ("register", [taken, taken, taken, taken, taken, taken, "not ready"]),
    ];
    for (name, expected) in table {
        for (state, expected) in STATES.into_iter().zip(expected) {
            execute(|| {
                bring_into(state);
                check();
                assert_eq!(outcome(name), expected, "{state}: {name}");
            });
        }
    }
}

#[test]
fn the_exit_happens_by_itself_and_only_when_it_is_due() {
    execute(|| {
        bring_into("lock");
        let due = FREE + u64::from(ProtocolParams::fast().exit_lock);
        run_to(due - 1);
        assert_eq!(state(1), "lock");
        run_to(due);
        assert_eq!(state(1), "exit");
        assert_eq!(ExitSchedule::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_fine_freezes_only_a_positive_miner() {
    for (before, after) in
        STATES[..6]
            .iter()
            .zip(["not ready", "frozen", "frozen", "lock", "exit", "offline"])
    {
        execute(|| {
            bring_into(before);
            assert_ok!(Sminer::punish_false_idle(&acc(1), UNIT));
            assert_eq!(state(1), after);
        });
    }
}
