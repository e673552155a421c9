//! Blocks that are filled with the dearest calls of each pallet.

use super::{
    files::{declaration, tag},
    fill_all, queue,
};
use crate::{
    chain::{self, account, pair},
    world::{as_root, dispatch, enter, name, open_for_work, tee, worker_info, Sample},
};
use cess_primitives::{
    audit::{MAX_IDLE_PROOF, MAX_SERVICE_PROOF},
    cacher::{Bill, CacherInfo, IpAddress},
    miner::{Reward, RewardOrder},
    oss::ProxyAuthPayload,
    tee::{attestation::AttestationReport, WorkerRole},
    BloomFilter, COLLATERAL_PER_TIB, MAX_SEGMENTS, TCESS,
};
use cess_runtime::{
    config::{RuntimeBlockLength, RuntimeBlockWeights, MAX_CANDIDATES, MAX_VOTERS},
    *,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    weights::Weight,
};
use pallet_cacher::Call as CacherCall;
use pallet_cess_election::weights::WeightInfo as _;
use pallet_file_bank::Call;
use pallet_tee_worker::{Call as TeeCall, Workers};
use sp_core::Pair;

type ElectionWeights = <Runtime as pallet_cess_election::Config>::WeightInfo;

/// Workers that are there to be looked through: more than one call does.
const WORKERS: usize = 100;

fn sudo(call: impl Into<RuntimeCall>) -> RuntimeCall {
    let call = Box::new(call.into());
    RuntimeCall::Sudo(pallet_sudo::Call::sudo { call })
}

/// A registration with a report of so many bytes, which nobody signed.
fn registration(seed: &str, bytes: usize) -> RuntimeCall {
    let stash = Some(account("//Alice//stash"));
    let call = TeeCall::register_worker {
        ceseal_info: worker_info(seed, WorkerRole::Full, stash),
        attestation: Some(AttestationReport::SgxDcap {
            quote: vec![0; bytes],
            collateral: None,
        }),
    };
    RuntimeCall::TeeWorker(call)
}

/// Ten bills, none of which was paid before.
fn bills(call: usize) -> RuntimeCall {
    let bill = |i: usize| Bill {
        id: ((10 * call + i) as u128).to_le_bytes(),
        to: account("//Gateway//1"),
        amount: TCESS / 100,
        file_hash: Hash::repeat_byte(1),
        slice_hash: Hash::repeat_byte(2),
        expiration_time: pallet_timestamp::Now::<Runtime>::get() / 1000 + 600,
    };
    let bills: Vec<_> = (0..10).map(bill).collect();
    RuntimeCall::Cacher(CacherCall::pay {
        bills: bills.try_into().unwrap(),
    })
}

/// A user's word that a gateway may act for it.
fn authorisation(exp: u32) -> RuntimeCall {
    let oss = account("//Gateway//1");
    let payload = ProxyAuthPayload { oss, exp };
    let message = [b"<Bytes>", &payload.encode()[..], b"</Bytes>"].concat();
    RuntimeCall::Oss(pallet_oss::Call::proxy_authorzie {
        auth_puk: pair("//Bob").public().0,
        sig: pair("//Bob").sign(&message).0.to_vec().try_into().unwrap(),
        payload,
    })
}

fn service_verdict() -> RuntimeCall {
    RuntimeCall::Audit(pallet_audit::Call::post_service_verdict {
        miner: account("//Miner//1"),
        service_result: true,
        signature: vec![0; 64].try_into().unwrap(),
        service_bloom_filter: Box::new(BloomFilter::default()),
        tee_puk: tee(),
    })
}

/// Sends the same call until a block is full and the next one begun; what the blocks took.
fn flood(title: &str, seed: &str, count: usize, must: bool, call: impl Fn(usize) -> RuntimeCall) {
    let wishes = (0..count).map(|i| (seed.to_string(), call(i)));
    let blocks = fill_all(title, queue(wishes), must);
    assert!(
        blocks.len() > 1,
        "{title}: {count} of them fit into a block"
    );
    let taken: usize = blocks.iter().map(|block| block.transactions).sum();
    assert_eq!(taken, count, "{title}: all of them come in the end");
}

#[test]
fn blocks_are_filled_with_the_dearest_calls_of_users() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        open_for_work();
        enter("//Miner//1", 1, 64);
        let mint = pallet_storage_handler::Call::mint_territory {
            gib_count: 1,
            territory_name: name("home"),
            days: 30,
        };
        dispatch("//Alice", mint);
        let info = CacherInfo {
            payee: account("//Gateway//1"),
            ip: IpAddress::IPV4([127, 0, 0, 1], 8080),
            byte_price: 1000,
        };
        dispatch("//Gateway//1", CacherCall::register { info });
        let now = Protocol::now();
        flood("pay", "//Alice", 260, true, bills);
        flood("renew", "//Alice", 760, true, |_| {
            let call = pallet_storage_handler::Call::renewal_territory {
                territory_name: name("home"),
                days: 1,
            };
            RuntimeCall::StorageHandler(call)
        });
        // Each is refused but for the first; refused calls count too.
        flood("authorise", "//Gateway//1", 1200, false, |_| {
            authorisation(now + 60)
        });
        flood("judge", "//Gateway//1", 800, false, |_| service_verdict());
        let repay = pallet_reservoir::Call::repay { amount: 1 };
        flood("repay", "//Bob", 1600, false, |_| {
            RuntimeCall::Reservoir(repay.clone())
        });
        // Their bytes fill a block sooner than their weight.
        flood("register", "//Bob", 100, false, |_| {
            registration("//Tee//9", 60_000)
        });
        chain::check_invariants();
    });
}

#[test]
fn blocks_are_filled_with_claims_of_many_rewards() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        open_for_work();
        enter("//Miner//1", 1, 64);
        let order = RewardOrder {
            receive_count: 0,
            max_count: 90,
            atonce: true,
            order_reward: 180,
            each_amount: 1,
            last_receive_block: 1,
        };
        let orders = vec![order; 90];
        let reward = Reward {
            total_reward: 90 * 180,
            reward_issued: 0,
            order_list: orders.try_into().unwrap(),
        };
        pallet_sminer::RewardMap::<Runtime>::insert(account("//Miner//1"), reward);
        flood("claim", "//Miner//1", 200, false, |_| {
            RuntimeCall::Sminer(pallet_sminer::Call::receive_reward {})
        });
    });
}

#[test]
fn blocks_are_filled_with_the_dearest_calls_of_root() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        open_for_work();
        for n in 0..WORKERS {
            let seed = format!("//Marker//{n}");
            let ceseal_info = worker_info(&seed, WorkerRole::Marker, None);
            let attestation = None;
            let register = TeeCall::register_worker {
                ceseal_info,
                attestation,
            };
            dispatch(&seed, register);
        }
        let there = || Workers::<Runtime>::iter_keys().count();
        assert_eq!(there(), WORKERS + 2);
        as_root(TeeCall::set_minimum_ceseal_version {
            major: 9,
            minor: 0,
            patch: 0,
        });
        flood("look", "//Alice", 160, true, |_| {
            sudo(TeeCall::migration_last_work {})
        });
        flood("sweep", "//Alice", 40, true, |_| {
            sudo(TeeCall::patch_clear_invalid_tee {})
        });
        assert_eq!(there(), 1, "the holder of the master key stays");
        flood("weed", "//Alice", 40, true, |_| {
            sudo(TeeCall::patch_clear_not_work_tee {})
        });
        flood("spend", "//Alice", 4000, false, |_| {
            let acc = account("//Bob");
            sudo(pallet_cess_treasury::Call::sid_send_funds { acc, funds: 1 })
        });
        chain::check_invariants();
    });
}

/// Calls of file-bank, as large as they may be.
fn of_files() -> Vec<RuntimeCall> {
    let fid = cess_primitives::Hash([b'0'; 64]);
    let owner = account("//Alice");
    let sample = Sample::new("largest", MAX_SEGMENTS as usize);
    [
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
    ]
    .map(RuntimeCall::FileBank)
    .into()
}

/// Calls of the other pallets, as large as they may be.
fn of_others() -> Vec<RuntimeCall> {
    let funds = 1;
    let acc = account("//Bob");
    vec![
        RuntimeCall::Sminer(pallet_sminer::Call::receive_reward {}),
        RuntimeCall::Sminer(pallet_sminer::Call::decrease_declaration_space { tib_count: 1 }),
        service_verdict(),
        RuntimeCall::Audit(pallet_audit::Call::submit_idle_proof {
            idle_prove: vec![1; MAX_IDLE_PROOF as usize].try_into().unwrap(),
        }),
        RuntimeCall::Audit(pallet_audit::Call::submit_service_proof {
            service_prove: vec![1; MAX_SERVICE_PROOF as usize].try_into().unwrap(),
        }),
        RuntimeCall::StorageHandler(pallet_storage_handler::Call::exec_order {
            order_id: Default::default(),
        }),
        RuntimeCall::Reservoir(pallet_reservoir::Call::repay {
            amount: COLLATERAL_PER_TIB,
        }),
        registration("//Tee//9", 60_000),
        sudo(TeeCall::patch_clear_invalid_tee {}),
        sudo(TeeCall::patch_clear_not_work_tee {}),
        sudo(TeeCall::migration_last_work {}),
        sudo(pallet_cess_treasury::Call::sid_send_funds { acc, funds }),
        authorisation(60),
        bills(0),
    ]
}

/// The most that a single call says it takes.
pub(super) fn dearest() -> Weight {
    let calls = of_files().into_iter().chain(of_others());
    let weights = calls.map(|call| call.get_dispatch_info().call_weight);
    weights.fold(Weight::zero(), |a, b| a.max(b))
}

/// An election among as many candidates and voters as there may be.
pub(super) fn largest_election() -> Weight {
    ElectionWeights::elect(MAX_VOTERS, MAX_CANDIDATES)
}

#[test]
fn the_dearest_call_of_each_kind_fits_into_a_block() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        open_for_work();
        let most_bytes = *RuntimeBlockLength::get().max.get(DispatchClass::Normal) as usize;
        for call in of_files().into_iter().chain(of_others()) {
            let info = call.get_dispatch_info();
            let most = RuntimeBlockWeights::get().get(info.class).max_extrinsic;
            let weight = info.call_weight;
            assert!(weight.all_lt(most.unwrap()), "{weight} of {most:?}");
            // A call that reads and writes anything takes more than a read.
            assert!(weight.ref_time() > 25_000_000, "{call:?} takes {weight}");
            assert!(call.encoded_size() < most_bytes / 4);
        }
    });
}

#[test]
fn an_election_at_its_bounds_leaves_ordinary_transactions_their_share() {
    let limits = RuntimeBlockWeights::get();
    let election = largest_election();
    let normal = limits.get(DispatchClass::Normal).max_total.unwrap();
    let rest = limits.max_block - limits.base_block - normal;
    assert!(election.all_lte(rest), "{election} of {rest}");
    // It grows with what it is about.
    let smallest = ElectionWeights::elect(1, 1);
    assert!(smallest.all_lt(election / 4), "{smallest}");
}
