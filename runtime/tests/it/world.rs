//! TEE workers with a master key, miners with certified space, files: what a network consists of.

use crate::chain::{account, pair};
use cess_primitives::{
    file::{DeclaredSegments, DigestInfo, Name, SegmentList, TagSigInfo, UserBrief},
    hash,
    miner::{Endpoint, PoISKey, SpaceProofInfo},
    payload::{master_digest, space_proof_digest, worker_message, WorkerPayload},
    tee::{MasterKeyLaunchPayload, WorkerKey, WorkerRegistrationInfo, WorkerRole},
    traits::Protocol as _,
    AccountId, BVec, Balance, Hash as Fid, COLLATERAL_PER_TIB, FRAGMENT_COUNT, KIB, TCESS,
};
use cess_runtime::*;
use codec::Encode;
use frame_support::traits::Currency as _;
use sp_core::{sr25519, Pair};
use sp_io::hashing::sha2_256;
use sp_runtime::traits::Dispatchable;

/// A signature as calls carry it.
pub(crate) type Sig = BVec<u8, 64>;

/// The worker that holds the master key.
pub(crate) fn tee() -> WorkerKey {
    pair("//Tee//1").public().0
}

/// The `n`-th master key that the holder makes.
fn master_key(n: usize) -> sr25519::Pair {
    pair(&format!("//Master//{n}"))
}

/// The key that speaks for all workers: the last one that was launched.
fn master() -> sr25519::Pair {
    master_key(pallet_tee_worker::MasterKeyHistory::<Runtime>::get().len())
}

/// What the holder sends when it is to make the next master key.
pub(crate) fn next_master_key() -> pallet_tee_worker::Call<Runtime> {
    let made = pallet_tee_worker::MasterKeyHistory::<Runtime>::get().len();
    let payload = MasterKeyLaunchPayload {
        launcher: tee(),
        master_pubkey: master_key(made + 1).public().0,
    };
    let message = worker_message(WorkerPayload::MasterKeyLaunch, &payload);
    let signature = pair("//Tee//1").sign(&message).0.to_vec();
    pallet_tee_worker::Call::settle_master_key_launch { payload, signature }
}

/// The master key's signature over a digest.
pub(crate) fn master_sign(digest: [u8; 32]) -> Sig {
    master().sign(&digest).0.to_vec().try_into().unwrap()
}

/// What a worker says about itself.
pub(crate) fn worker_info(
    seed: &str,
    role: WorkerRole,
    stash: Option<AccountId>,
) -> WorkerRegistrationInfo {
    let worker = pair(seed).public().0;
    WorkerRegistrationInfo {
        version: 1 << 8,
        machine_id: worker.to_vec(),
        pubkey: worker,
        ecdh_pubkey: worker,
        stash_account: stash,
        genesis_block_hash: System::block_hash(0),
        features: vec![4, 1],
        role,
        endpoint: "http://127.0.0.1:19999".into(),
    }
}

/// Registers the workers `//Tee//1` and `//Tee//2`, whose stashes are validators', and lets the
/// first one make the master key.
pub(crate) fn open_for_work() {
    for (seed, stash) in [("//Tee//1", "//Alice//stash"), ("//Tee//2", "//Bob//stash")] {
        let info = worker_info(seed, WorkerRole::Full, Some(account(stash)));
        let origin = RuntimeOrigin::signed(account(seed));
        TeeWorker::register_worker(origin, info, None).unwrap();
    }
    let origin = RuntimeOrigin::signed(account("//Tee//1"));
    let launch = RuntimeCall::TeeWorker(next_master_key());
    launch.dispatch(origin).unwrap();
}

/// The state of a miner's idle space after so many files came and went.
pub(crate) fn space_proof(miner: &AccountId, front: u64, rear: u64) -> SpaceProofInfo {
    let fill = |seed: Vec<u8>| {
        let mut bytes = [0; 256];
        for (at, part) in bytes.chunks_mut(32).enumerate() {
            part.copy_from_slice(&sha2_256(&(at as u64, &seed).encode()));
        }
        bytes
    };
    let g = fill(miner.encode());
    SpaceProofInfo {
        miner: miner.clone(),
        front,
        rear,
        pois_key: PoISKey {
            g,
            n: fill((miner, "n").encode()),
        },
        accumulator: match rear {
            0 => g,
            _ => fill((miner, front, rear).encode()),
        },
    }
}

/// The two signatures under a space proof: over it with the worker that checked it, and alone.
pub(crate) fn certify(info: &SpaceProofInfo) -> (Sig, Sig) {
    let checked = master_sign(space_proof_digest(info, &tee()));
    (checked, master_sign(master_digest(info)))
}

/// Somebody calls, as if by a transaction, what must succeed.
pub(crate) fn dispatch(seed: &str, call: impl Into<RuntimeCall>) {
    let origin = RuntimeOrigin::signed(account(seed));
    let done = call.into().dispatch(origin);
    done.unwrap_or_else(|refused| panic!("{seed}: {:?}", refused.error));
}

/// As [`dispatch`], by root.
pub(crate) fn as_root(call: impl Into<RuntimeCall>) {
    let done = call.into().dispatch(RuntimeOrigin::root());
    done.unwrap_or_else(|refused| panic!("root: {:?}", refused.error));
}

/// A new miner that declares so many TiB and certifies so many idle files.
pub(crate) fn enter(seed: &str, tib_count: u32, idle: u64) {
    let miner = account(seed);
    Balances::make_free_balance_be(&miner, 1_000_000 * TCESS);
    let register = pallet_sminer::Call::regnstk {
        beneficiary: miner,
        endpoint: endpoint(),
        staking_val: Balance::from(tib_count) * COLLATERAL_PER_TIB,
        tib_count,
    };
    dispatch(seed, register);
    certify_idle(seed, idle);
}

/// A miner that registered gets its key, and certificates for so many idle files.
pub(crate) fn certify_idle(seed: &str, idle: u64) {
    let miner = account(seed);
    let key = space_proof(&miner, 0, 0);
    let (tee_sig_need_verify, tee_sig) = certify(&key);
    let register = pallet_sminer::Call::register_pois_key {
        pois_key: key.pois_key,
        tee_sig_need_verify,
        tee_sig,
        tee_puk: tee(),
    };
    dispatch(seed, register);
    let idle_sig_info = space_proof(&miner, 0, idle);
    let (tee_sig_need_verify, tee_sig) = certify(&idle_sig_info);
    let certify = pallet_file_bank::Call::cert_idle_space {
        idle_sig_info,
        tee_sig_need_verify,
        tee_sig,
        tee_puk: tee(),
    };
    dispatch(seed, certify);
}

/// Where a miner is reached.
pub(crate) fn endpoint() -> Endpoint {
    b"/ip4/127.0.0.1/tcp/4001".to_vec().try_into().unwrap()
}

/// A name of a file, territory or bucket.
pub(crate) fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().unwrap()
}

/// A file that somebody may declare.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) fid: Fid,
    pub(crate) segments: DeclaredSegments,
}

impl Sample {
    /// A file whose segments and fragments all differ.
    pub(crate) fn new(title: &str, segments: usize) -> Self {
        let fragment = |i, j| Fid::of(format!("{title}/{i}/{j}").as_bytes());
        let segment = |i| SegmentList {
            hash: Fid::of(format!("{title}/{i}").as_bytes()),
            fragment_list: (0..FRAGMENT_COUNT)
                .map(|j| fragment(i, j))
                .collect::<Vec<_>>()
                .try_into()
                .unwrap(),
        };
        let segments: Vec<_> = (0..segments).map(segment).collect();
        Self {
            fid: hash::fid(segments.iter().map(|segment| segment.hash)).unwrap(),
            segments: segments.try_into().unwrap(),
        }
    }

    /// Its bytes: full segments but for a bit at the end.
    pub(crate) fn size(&self) -> u128 {
        let segment = u128::from(Protocol::params().segment_size);
        self.segments.len() as u128 * segment - u128::from(KIB)
    }

    /// Whose it is, and where it goes.
    pub(crate) fn brief(&self, user: AccountId, territory: Name) -> UserBrief {
        UserBrief {
            user,
            file_name: name("file.bin"),
            territory_name: territory,
        }
    }
}

/// What a worker says about tags that it made for a miner's fragments of a file.
pub(crate) fn tags(miner: &AccountId, fid: Fid, fragments: Vec<Fid>) -> (Sig, TagSigInfo) {
    let digest = fragments.into_iter().map(|fragment| DigestInfo {
        fragment,
        tee_puk: tee(),
    });
    let info = TagSigInfo {
        miner: miner.clone(),
        digest: digest.collect::<Vec<_>>().try_into().unwrap(),
        file_hash: fid,
    };
    (master_sign(master_digest(&info)), info)
}
