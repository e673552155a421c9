//! Blocks that are filled up: with the largest files, with the dearest calls, with all that can be
//! due at once.

mod calls;
mod files;
mod hooks;

use crate::chain::{self, account, pair};
use cess_runtime::{
    config::{RuntimeBlockLength, RuntimeBlockWeights},
    *,
};
use codec::Encode;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// A transaction on its way into a block.
struct Waiting {
    transaction: UncheckedExtrinsic,
    /// What it says it takes, picoseconds.
    time: u64,
    bytes: u32,
}

/// What one block took.
#[derive(Debug)]
struct Taken {
    transactions: usize,
    /// What hooks and inherents before them weigh.
    hooks: Duration,
    /// What they weigh, after the calls said what they really took.
    time: Duration,
    /// How long they took here.
    elapsed: Duration,
}

/// Signs calls, each with its signer's next nonce.
fn queue(wishes: impl IntoIterator<Item = (String, RuntimeCall)>) -> VecDeque<Waiting> {
    let mut nonces = std::collections::HashMap::new();
    let sign = |(seed, call): (String, RuntimeCall)| {
        let nonce: &mut Nonce = nonces
            .entry(seed.clone())
            .or_insert_with(|| System::account_nonce(account(&seed)));
        *nonce += 1;
        let transaction = chain::sign(&pair(&seed), *nonce - 1, call);
        let info = transaction.get_dispatch_info();
        assert_eq!(info.class, DispatchClass::Normal);
        Waiting {
            time: info.total_weight().ref_time(),
            bytes: transaction.encoded_size() as u32,
            transaction,
        }
    };
    wishes.into_iter().map(sign).collect()
}

/// Whether ordinary transactions leave no room for one of so much time and so many bytes.
fn is_full_for(next: &Waiting) -> bool {
    let limits = RuntimeBlockWeights::get();
    let normal = limits.get(DispatchClass::Normal);
    let time = next.time + normal.base_extrinsic.ref_time();
    let used = System::block_weight();
    let most = normal.max_total.expect("a share of the block");
    used.get(DispatchClass::Normal).ref_time() + time > most.ref_time()
        || used.total().ref_time() + time > limits.max_block.ref_time()
        || System::block_size() + next.bytes
            > *RuntimeBlockLength::get().max.get(DispatchClass::Normal)
}

/// Authors a block with as many of these, in order, as it takes. What is turned away finds no room
/// indeed; it stays. `must`: each must succeed.
fn fill(waiting: &mut VecDeque<Waiting>, must: bool) -> Taken {
    let session = Session::current_index();
    let (before, mut elapsed) = (waiting.len(), Duration::ZERO);
    let weight = |class| {
        let weight = *System::block_weight().get(class);
        Duration::from_nanos(weight.ref_time() / 1000)
    };
    let (mut hooks, mut time) = (Duration::ZERO, Duration::ZERO);
    chain::author_with(|| {
        hooks = weight(DispatchClass::Mandatory);
        while let Some(next) = waiting.front() {
            let full = is_full_for(next);
            let start = Instant::now();
            match chain::try_apply(next.transaction.clone()) {
                Ok(done) => {
                    assert!(!full, "a transaction that does not fit got in");
                    assert!(done.is_ok() || !must, "{done:?}");
                    elapsed += start.elapsed();
                }
                Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)) => {
                    assert!(full, "a transaction that fits was turned away");
                    break;
                }
                Err(other) => panic!("{other:?}"),
            }
            waiting.pop_front();
        }
        time = weight(DispatchClass::Normal);
    });
    let (used, limit) = (
        System::block_weight().total(),
        RuntimeBlockWeights::get().max_block,
    );
    let rotated = Session::current_index() > session;
    assert!(used.all_lte(limit) || rotated, "{used} of {limit}");
    Taken {
        transactions: before - waiting.len(),
        hooks,
        time,
        elapsed,
    }
}

/// Fills blocks until everything is in, each but the last one to the brim.
fn fill_all(title: &str, mut waiting: VecDeque<Waiting>, must: bool) -> Vec<Taken> {
    let mut blocks = Vec::new();
    while !waiting.is_empty() {
        let taken = fill(&mut waiting, must);
        assert!(taken.transactions > 0, "a block has room for one of them");
        println!(
            "{title}: {} in {:?} by weight, {:?} here",
            taken.transactions, taken.time, taken.elapsed
        );
        blocks.push(taken);
    }
    blocks
}
