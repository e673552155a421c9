//! What each step in a file's life costs, and a block's hook, with more and more files on the chain.
//!
//! ```sh
//! cargo bench --workspace --bench scale [-- [--bare] FILES...]
//! ```
//!
//! There are a thousand miners. Times are microseconds of whole dispatches in native code; signatures
//! are left out, because they would hide what grows. The state is a trie in memory behind the caches
//! that a node has; with `--bare` there are none, so that every access walks down a larger trie. The
//! chains of a table are built and measured in turns, for what a heap's layout and other work on the
//! machine do to one of them they do to all.
//!
//! In the first table only files grow in number. In the second one there are more and more users, too:
//! what grows more there is the depth of the maps of users. In the third one all files are of one user:
//! what grows there is the published list of that user, where it is added to or written again.

mod chain;
mod world;

use cess_primitives::{
    bucket::BucketName,
    file::{DeclaredSegments, DigestInfo, Name, SegmentList, TagSigInfo, UserBrief},
    hash,
    traits::Protocol,
    AccountId, BVec, Hash,
};
use chain::Chain;
use frame_support::{storage::unhashed, traits::Hooks};
use pallet_file_bank::{Call, File};
use sp_runtime::traits::Dispatchable;
use std::{collections::BTreeMap, hint::black_box, time::Instant};
use world::{Everything, FileBank, Now, RuntimeCall, RuntimeOrigin, System, World};

const MINERS: u32 = 1000;
/// Users who have a territory, whether they have files or not.
const USERS: u32 = 1000;
const SEGMENTS: u32 = 4;
/// Files that are stored between two writes of the state, as a block would.
const FILES_IN_BLOCK: u32 = 20;
/// Bytes that are walked through before each sample, more than any cache holds: a small chain must
/// not look cheaper only because it fits.
const BALLAST: usize = 64 << 20;
/// Files on which each step is measured.
const SAMPLES: u32 = 100;

fn account(kind: &str, n: u32) -> AccountId {
    AccountId::new(sp_io::hashing::blake2_256(format!("{kind}/{n}").as_bytes()))
}

fn miner(n: u32) -> AccountId {
    account("miner", n % MINERS)
}

/// Who owns the files.
#[derive(Clone, Copy)]
enum Owners {
    /// So many users, one after the other.
    Of(u32),
    /// A new user after so many files.
    Each(u32),
}

impl Owners {
    fn of(self, n: u32) -> AccountId {
        account(
            "user",
            match self {
                Self::Of(users) => n % users,
                Self::Each(files) => n / files,
            },
        )
    }
}

fn text(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().expect("a short name")
}

/// The `n`-th file: its fid and segments.
fn sample(n: u32) -> (Hash, DeclaredSegments) {
    let hash_of = |part: String| Hash::of(format!("{n}/{part}").as_bytes());
    let segment = |i: u32| SegmentList {
        hash: hash_of(format!("{i}")),
        fragment_list: BVec::truncate_from((0..12).map(|j| hash_of(format!("{i}/{j}"))).collect()),
    };
    let segments: Vec<_> = (0..SEGMENTS).map(segment).collect();
    let fid = hash::fid(segments.iter().map(|segment| segment.hash)).expect("some segments");
    (fid, BVec::truncate_from(segments))
}

/// Microseconds that each step took.
#[derive(Default)]
struct Clock(BTreeMap<&'static str, Vec<f64>>);

impl Clock {
    fn time(&mut self, step: &'static str, act: impl FnOnce()) {
        let start = Instant::now();
        act();
        let taken = start.elapsed().as_secs_f64() * 1e6;
        self.0.entry(step).or_default().push(taken);
    }

    fn call(&mut self, step: &'static str, by: AccountId, call: Call<World>) {
        let call = RuntimeCall::FileBank(call);
        self.time(step, || {
            if let Err(refused) = call.dispatch(RuntimeOrigin::signed(by)) {
                panic!("{step}: {:?}", refused.error);
            }
        });
    }

    /// The lower quartile of each step: what disturbs a measurement only makes it longer.
    fn quartiles(self) -> BTreeMap<&'static str, f64> {
        let quartile = |mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 4]
        };
        let steps = self.0.into_iter();
        steps.map(|(step, times)| (step, quartile(times))).collect()
    }
}

fn declaration(owner: &AccountId, n: u32) -> Call<World> {
    let (file_hash, deal_info) = sample(n);
    Call::upload_declaration {
        file_hash,
        deal_info,
        user_brief: UserBrief {
            user: owner.clone(),
            file_name: text("file.bin"),
            territory_name: text("home"),
        },
        file_size: 1,
    }
}

fn tags(by: &AccountId, fid: Hash, fragments: Vec<Hash>, nonce: u32) -> Call<World> {
    let digest = |fragment| DigestInfo {
        fragment,
        tee_puk: [1; 32],
    };
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(by.as_ref());
    signature[32..36].copy_from_slice(&nonce.to_be_bytes());
    Call::calculate_report {
        tee_sig: BVec::truncate_from(signature.to_vec()),
        tag_sig_info: TagSigInfo {
            miner: by.clone(),
            digest: BVec::truncate_from(fragments.into_iter().map(digest).collect()),
            file_hash: fid,
        },
    }
}

/// Declares, stores and tags a file.
fn store(clock: &mut Clock, owner: &AccountId, n: u32) {
    let (fid, segments) = sample(n);
    clock.call("upload_declaration", owner.clone(), declaration(owner, n));
    for index in 1..=12u8 {
        let step = match index {
            12 => "transfer_report, the 12th",
            _ => "transfer_report",
        };
        let report = Call::transfer_report {
            index,
            deal_hash: fid,
        };
        clock.call(step, miner(12 * n + u32::from(index)), report);
    }
    for index in 1..=12u32 {
        let by = miner(12 * n + index);
        let column = segments.iter().map(|s| s.fragment_list[index as usize - 1]);
        let report = tags(&by, fid, column.collect(), 0);
        clock.call("calculate_report", by, report);
    }
}

/// All that may happen to a stored file, up to its end.
fn live(clock: &mut Clock, owner: &AccountId, n: u32) {
    let (fid, segments) = sample(n);
    let (loser, restorer) = (miner(12 * n + 1), miner(12 * n + 500));
    let fragment = segments[0].fragment_list[0];
    let lose = Call::generate_restoral_order {
        file_hash: fid,
        restoral_fragment: fragment,
    };
    clock.call("generate_restoral_order", loser, lose);
    let claim = Call::claim_restoral_order {
        restoral_fragment: fragment,
    };
    clock.call("claim_restoral_order", restorer.clone(), claim);
    let complete = Call::restoral_order_complete {
        fragment_hash: fragment,
    };
    clock.call("restoral_order_complete", restorer.clone(), complete);
    let report = tags(&restorer, fid, vec![fragment], 1);
    clock.call("calculate_report", restorer, report);

    let bucket: BucketName = text("photos");
    let create = Call::create_bucket {
        owner: owner.clone(),
        name: bucket.clone(),
    };
    clock.call("create_bucket", owner.clone(), create);
    let put = Call::put_in_bucket {
        owner: owner.clone(),
        file_hash: fid,
        bucket,
    };
    clock.call("put_in_bucket", owner.clone(), put);
    let another = account("another", n);
    clock.call(
        "upload_declaration, stored",
        another.clone(),
        declaration(&another, n),
    );
    let delivery = Call::territory_file_delivery {
        user: owner.clone(),
        file_hash: fid,
        target_territory: text("annex"),
    };
    clock.call("territory_file_delivery", owner.clone(), delivery);
    for (step, owner) in [
        ("delete_file", owner.clone()),
        ("delete_file, the last owner's", another),
    ] {
        let delete = Call::delete_file {
            owner: owner.clone(),
            file_hash: fid,
        };
        clock.call(step, owner, delete);
    }
}

fn hook(clock: &mut Clock, step: &'static str) {
    let block = System::block_number() + 1;
    System::reset_events();
    System::set_block_number(block);
    clock.time(step, || {
        FileBank::on_initialize(block);
    });
}

/// Chains with so many files, of such owners. All grow at once, so that
/// their states lie in the memory alike.
fn chains(sizes: &[u32], owners: Owners, is_cached: bool) -> Vec<Chain> {
    let new = |_| Chain::new(world::genesis(), is_cached);
    let mut chains: Vec<_> = sizes.iter().map(new).collect();
    for chain in &mut chains {
        chain.block(|| {
            (0..MINERS).for_each(|n| world::enter_miner(&miner(n)));
            (0..USERS).for_each(|n| world::enter_territory(&account("user", n), &text("home")));
        });
    }
    let rounds = sizes
        .iter()
        .max()
        .map_or(0, |most| most.div_ceil(FILES_IN_BLOCK));
    for round in 0..rounds {
        for (chain, files) in chains.iter_mut().zip(sizes) {
            let until = |round| (u64::from(*files) * u64::from(round) / u64::from(rounds)) as u32;
            let due = until(round)..until(round + 1);
            if due.is_empty() {
                continue;
            }
            chain.block(|| {
                let mut unheeded = Clock::default();
                due.for_each(|n| store(&mut unheeded, &owners.of(n), n));
                System::reset_events();
            });
        }
    }
    chains.iter_mut().for_each(Chain::warm_up);
    chains
}

/// The steps' times on chains with so many files. The chains take turns, so that what disturbs one of
/// them disturbs them all.
fn measure(sizes: &[u32], owners: Owners, is_cached: bool) -> Vec<BTreeMap<&'static str, f64>> {
    let mut chains: Vec<_> = chains(sizes, owners, is_cached)
        .into_iter()
        .zip(sizes)
        .map(|(chain, files)| (chain, *files, Clock::default()))
        .collect();
    // Every sample finds the chain as it was, and the processor's caches without it.
    let mut ballast = vec![0u8; BALLAST];
    let mut undone = |chain: &Chain, act: &mut dyn FnMut()| {
        ballast
            .iter_mut()
            .for_each(|byte| *byte = byte.wrapping_add(1));
        black_box(&ballast);
        chain.try_block(act);
    };
    for turn in 0..SAMPLES {
        for (chain, files, clock) in &mut chains {
            let n = (u64::from(turn) * u64::from(*files) / u64::from(SAMPLES)) as u32;
            let owner = owners.of(n);
            undone(chain, &mut || {
                let (fid, _) = sample(n);
                clock.time("(reading one file)", || {
                    black_box(unhashed::get_raw(&File::<World>::hashed_key_for(fid)));
                });
            });
            undone(chain, &mut || {
                store(clock, &owner, 1_000_000 + n);
                hook(clock, "hook, nothing due");
            });
            undone(chain, &mut || live(clock, &owner, n));
            undone(chain, &mut || {
                for n in 0..20 {
                    let owner = account("dealer", n);
                    let declare = declaration(&owner, 2_000_000 + 20 * turn + n);
                    let declare = RuntimeCall::FileBank(declare);
                    let declared = declare.dispatch(RuntimeOrigin::signed(owner));
                    declared.expect("a deal");
                }
                let now = Now::get();
                Now::set(now + Everything::params().deal_ticks(SEGMENTS));
                hook(clock, "hook, 20 deals end");
                Now::set(now);
            });
        }
    }
    chains
        .into_iter()
        .map(|(.., clock)| clock.quartiles())
        .collect()
}

fn table(title: &str, sizes: &[u32], columns: &[BTreeMap<&'static str, f64>]) {
    println!("\n{title}\n");
    print!("{:32}", "µs");
    sizes.iter().for_each(|size| print!("{size:>10}"));
    println!("{:>10}", "ratio");
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else {
        return;
    };
    for (step, base) in first {
        print!("{step:32}");
        for column in columns {
            print!("{:>10.1}", column[step]);
        }
        println!("{:>10.2}", last[step] / base);
    }
}

fn main() {
    let is_cached = !std::env::args().any(|argument| argument == "--bare");
    let given = std::env::args().filter_map(|size| size.parse().ok());
    let mut sizes: Vec<u32> = given.collect();
    if sizes.is_empty() {
        sizes = vec![100, 1_000, 10_000];
    }
    for (title, owners) in [
        ("Files, spread over a hundred users", Owners::Of(100)),
        ("Files, ten to a user", Owners::Each(10)),
        ("Files, all of one user", Owners::Of(1)),
    ] {
        let columns = measure(&sizes, owners, is_cached);
        table(title, &sizes, &columns);
    }
}
