//! Blocks that are filled with the dearest calls there are: the life of four of the largest files.

use crate::{
    chain::{self, account, pair},
    world::{dispatch, enter, name, open_for_work, tags, Sample},
};
use cess_primitives::{file::FileState, AccountId, FRAGMENT_COUNT, MAX_SEGMENTS};
use cess_runtime::{config::RuntimeBlockWeights, *};
use frame_support::dispatch::GetDispatchInfo;
use pallet_file_bank::{Call, File};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use std::collections::{HashMap, VecDeque};

const FILES: usize = 4;
/// GiB that Alice rents: a file of a thousand segments takes 11.7.
const ROOM: u32 = 60;
/// Certified idle files of each miner, 64 MiB each; a column takes a thousand MiB.
const IDLE: u64 = 128;

/// Calls and who signs them.
type Wishes = Vec<(String, Call<Runtime>)>;

fn miner(column: usize) -> String {
    format!("//Miner//{column}")
}

/// Sends transactions in order; each block takes as many as fit. Says how many blocks that took.
fn send(wishes: Wishes, nonces: &mut HashMap<String, Nonce>) -> u32 {
    let mut waiting: VecDeque<_> = wishes
        .into_iter()
        .map(|(seed, call)| {
            let nonce = nonces.entry(seed.clone()).or_default();
            *nonce += 1;
            chain::sign(&pair(&seed), *nonce - 1, RuntimeCall::FileBank(call))
        })
        .collect();
    let limit = RuntimeBlockWeights::get().max_block;
    let mut blocks = 0;
    while !waiting.is_empty() {
        let before = waiting.len();
        chain::author_with(|| {
            while let Some(next) = waiting.front() {
                match Executive::apply_extrinsic(next.clone()) {
                    Ok(done) => done.expect("the call succeeds"),
                    Err(TransactionValidityError::Invalid(
                        InvalidTransaction::ExhaustsResources,
                    )) => break,
                    Err(other) => panic!("{other:?}"),
                }
                waiting.pop_front();
            }
        });
        let used = System::block_weight().total();
        assert!(used.all_lte(limit), "a block used {used}");
        assert!(waiting.len() < before, "a block has room for one of them");
        blocks += 1;
    }
    blocks
}

fn declaration(sample: &Sample, user: AccountId) -> Call<Runtime> {
    Call::upload_declaration {
        file_hash: sample.fid,
        deal_info: sample.segments.clone(),
        user_brief: sample.brief(user, name("home")),
        file_size: sample.size(),
    }
}

fn tag(sample: &Sample, column: usize) -> Call<Runtime> {
    let fragments = sample.segments.iter().map(|s| s.fragment_list[column]);
    let miner = account(&miner(column));
    let (tee_sig, tag_sig_info) = tags(&miner, sample.fid, fragments.collect());
    Call::calculate_report {
        tee_sig,
        tag_sig_info,
    }
}

#[test]
fn blocks_full_of_the_dearest_calls_stay_within_their_weight() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        open_for_work();
        (0..FRAGMENT_COUNT).for_each(|column| enter(&miner(column), 1, IDLE));
        let mint = pallet_storage_handler::Call::mint_territory {
            gib_count: ROOM,
            territory_name: name("home"),
            days: 30,
        };
        dispatch("//Alice", mint);
        let alice = account("//Alice");
        let samples: Vec<_> = (0..FILES)
            .map(|i| Sample::new(&format!("file {i}"), MAX_SEGMENTS as usize))
            .collect();
        let mut nonces = HashMap::new();
        let mut send = |wishes: Wishes| send(wishes, &mut nonces);
        let columns = |sample| (0..FRAGMENT_COUNT).map(move |column| (sample, column));

        let declare = |sample| ("//Alice".into(), declaration(sample, alice.clone()));
        send(samples.iter().map(declare).collect());
        let reports = samples.iter().flat_map(columns).map(|(sample, column)| {
            let report = Call::transfer_report {
                index: column as u8 + 1,
                deal_hash: sample.fid,
            };
            (miner(column), report)
        });
        send(reports.collect());
        let tags = samples.iter().flat_map(columns);
        let tags = tags.map(|(sample, column)| (miner(column), tag(sample, column)));
        send(tags.collect());
        let state = |sample: &Sample| File::<Runtime>::get(sample.fid).map(|file| file.stat);
        assert!(samples
            .iter()
            .all(|sample| state(sample) == Some(FileState::Active)));

        let delete = samples.iter().map(|sample| {
            let delete = Call::delete_file {
                owner: alice.clone(),
                file_hash: sample.fid,
            };
            ("//Alice".into(), delete)
        });
        send(delete.collect());
        assert_eq!(File::<Runtime>::iter().count(), 0);
        chain::check_invariants();
    });
}

#[test]
fn the_dearest_call_of_each_kind_fits_into_a_block() {
    let fid = cess_primitives::Hash([b'0'; 64]);
    let owner = account("//Alice");
    let sample = Sample::new("largest", MAX_SEGMENTS as usize);
    chain::new("fast").execute_with(|| {
        chain::run(1);
        open_for_work();
        let calls = [
            declaration(&sample, owner.clone()),
            tag(&sample, 0),
            Call::declare_in_bucket {
                file_hash: fid,
                deal_info: sample.segments.clone(),
                user_brief: sample.brief(owner.clone(), name("home")),
                file_size: 1,
                bucket: name("bucket"),
            },
            Call::territory_file_delivery {
                user: owner.clone(),
                file_hash: fid,
                target_territory: name("home"),
            },
            Call::transfer_report {
                index: 1,
                deal_hash: fid,
            },
            Call::delete_file {
                owner: owner.clone(),
                file_hash: fid,
            },
            Call::root_clear_file {
                owner: owner.clone(),
                file_hash: fid,
            },
            Call::generate_restoral_order {
                file_hash: fid,
                restoral_fragment: fid,
            },
            Call::claim_restoral_order {
                restoral_fragment: fid,
            },
            Call::claim_restoral_noexist_order {
                miner: owner.clone(),
                file_hash: fid,
                restoral_fragment: fid,
            },
            Call::restoral_order_complete { fragment_hash: fid },
            Call::cancel_deal { file_hash: fid },
        ];
        for call in calls {
            let info = RuntimeCall::FileBank(call).get_dispatch_info();
            let most = RuntimeBlockWeights::get().get(info.class).max_extrinsic;
            let weight = info.call_weight;
            assert!(weight.all_lt(most.unwrap()), "{weight} of {most:?}");
            assert!(weight.ref_time() > 0);
        }
    });
}
