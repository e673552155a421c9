//! The invariants notice what must never happen.

use crate::{mock::*, *};
use cess_primitives::tee::{WorkerInfo, WorkerRole::*};
use codec::Encode;
use frame_support::assert_ok;
use sp_core::H256;
use sp_runtime::DispatchError;

/// Breaks a network of three workers with a master key, and looks.
fn noticed(break_it: impl FnOnce()) -> &'static str {
    let mut message = "";
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Verifier);
        register(3, Marker);
        settle(1, 77);
        assert_ok!(TeeWorker::launch_master_key(root(), key(1), true));
        settle(1, 78);
        TeeWorker::do_try_state().expect("sound so far");
        let broken = frame_support::storage::with_transaction(|| {
            break_it();
            let verdict = TeeWorker::do_try_state();
            sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(verdict))
        });
        message = match broken.expect("a transaction was possible") {
            Err(DispatchError::Other(message)) => message,
            other => panic!("not noticed: {other:?}"),
        };
    });
    message
}

fn change(n: u32, change: impl FnOnce(&mut WorkerInfo)) {
    Workers::<Test>::mutate(key(n), |worker| change(worker.as_mut().expect("a worker")));
}

#[test]
fn broken_records_are_noticed() {
    let other_key = noticed(|| change(3, |worker| worker.pubkey = key(4)));
    assert_eq!(other_key, "a worker is filed under another key");
    let endpoint = noticed(|| Endpoints::<Test>::insert(key(3), "elsewhere".to_string()));
    assert_eq!(endpoint, "a worker's endpoints differ");
    let long = noticed(|| {
        let endpoint = "e".repeat(MAX_ENDPOINT + 1);
        Endpoints::<Test>::insert(key(3), &endpoint);
        change(3, |worker| worker.endpoint = endpoint);
    });
    assert_eq!(long, "a worker says too much of itself");
    let idle = noticed(|| LastWork::<Test>::remove(key(3)));
    assert_eq!(idle, "a worker without last work");
    let ageless = noticed(|| WorkerAddedAt::<Test>::remove(key(3)));
    assert_eq!(ageless, "a worker without a start");
    let expected = "a worker's binary and confidence do not fit its attestation";
    let binary = noticed(|| Measurements::<Test>::insert(key(3), H256::zero()));
    assert_eq!(binary, expected);
    let confidence = noticed(|| change(3, |worker| worker.confidence_level = 1));
    assert_eq!(confidence, expected);
    let stash = noticed(|| change(2, |worker| worker.stash_account = None));
    assert_eq!(stash, "a worker's stash does not fit its role");
}

#[test]
fn lists_that_fall_apart_are_noticed() {
    let list = |change: fn(&mut Vec<[u8; 32]>)| {
        noticed(|| {
            ValidationTypeList::<Test>::mutate(|list| {
                let mut keys = list.clone().into_inner();
                change(&mut keys);
                *list = keys.try_into().expect("a short list");
            });
        })
    };
    let twice = list(|keys| keys.push(key(1)));
    assert_eq!(twice, "a verifier is listed twice");
    let expected = "the list of verifiers does not fit the worker's role";
    assert_eq!(list(|keys| keys.truncate(1)), expected);
    assert_eq!(list(|keys| keys.push(key(3))), expected);
    let expected = "something is kept of a worker that is not registered";
    assert_eq!(list(|keys| keys.push(key(9))), expected);
    let stranger = noticed(|| HandoverTimes::<Test>::insert(key(9), (1, 1)));
    assert_eq!(stranger, expected);
    let unsigned = noticed(|| MasterKeyDistributeNotify::<Test>::insert(key(2), key(1)));
    assert_eq!(unsigned, "a request for the master key that nobody signed");
    for agreed in [vec![], vec![key(4); 2]] {
        let list = noticed(|| {
            Sponsorships::<Test>::insert(stash(1), cess_primitives::BVec::truncate_from(agreed))
        });
        let expected = "a stash agreed to nobody, or twice to the same worker";
        assert_eq!(list, expected);
    }
    let count = noticed(|| {
        sp_io::storage::set(
            &Workers::<Test>::counter_storage_final_key(),
            &9u32.encode(),
        )
    });
    assert_eq!(count, "the count of workers is wrong");
    let undated = noticed(|| CesealBinAllowList::<Test>::put(vec![H256::zero()]));
    assert_eq!(undated, "the list of binaries and their dates differ");
    let twice = noticed(|| CesealBinAllowList::<Test>::put(vec![H256::zero(); 2]));
    assert_eq!(twice, "the list of binaries is too long or repeats itself");
}

#[test]
fn a_broken_master_key_is_noticed() {
    let unused = noticed(|| UsedMasterKeys::<Test>::remove(key(77)));
    assert_eq!(unused, "used master keys and their history differ");
    let history = noticed(|| {
        MasterKeyHistory::<Test>::mutate(|history| history.reverse());
    });
    assert_eq!(
        history,
        "the current master key is not the last of the history"
    );
    let previous = noticed(|| {
        SigningKeys::<Test>::mutate(|keys| {
            let keys = keys.as_mut().expect("a key");
            keys.previous = None;
        });
    });
    assert_eq!(
        previous,
        "the previous master key is not the last but one of the history"
    );
    let status = noticed(|| MasterKeyStatus::<Test>::kill());
    assert_eq!(status, "a master key before the first launch");
    let other = noticed(|| {
        MasterKeyStatus::<Test>::mutate(|status| {
            if let cess_primitives::tee::LaunchStatus::Launched(key) = status {
                key.pubkey = [0; 32];
            }
        });
    });
    assert_eq!(other, "the launched master key is not the current one");
    let gone = noticed(|| {
        MasterKeyStatus::<Test>::mutate(|status| {
            if let cess_primitives::tee::LaunchStatus::Launched(launched) = status {
                launched.holder = key(9);
            }
        });
    });
    assert_eq!(gone, "the holder is not registered");
}
