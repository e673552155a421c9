//! A chain in memory that authors blocks as a node does: head with a BABE claim, time, end.

use cess_runtime::{
    genesis::{Network, USERS},
    *,
};
use frame_support::traits::BuildGenesisConfig;
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
    make_vrf_sign_data, Slot,
};
use sp_core::{crypto::VrfSecret, sr25519, Pair};
use sp_runtime::{traits::Header as _, Digest, DigestItem};

/// The slot of block 1; any will do.
const FIRST_SLOT: u64 = 1_000_000;

/// A chain at its genesis.
pub(crate) fn new(network: &str) -> sp_io::TestExternalities {
    let network = Network::parse(network).unwrap();
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    merge(&mut config, network.genesis());
    let config: RuntimeGenesisConfig = serde_json::from_value(config).unwrap();
    let mut chain = sp_io::TestExternalities::default();
    chain.execute_with(|| config.build());
    chain.commit_all().unwrap();
    chain
}

/// Merges a patch as RFC 7386 does.
fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
    match (into, patch) {
        (serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}

/// Authors the next block with these transactions, all of which must get in; returns its head.
pub(crate) fn author(transactions: Vec<UncheckedExtrinsic>) -> Header {
    let number = System::block_number() + 1;
    let slot = Slot::from(FIRST_SLOT + u64::from(number));
    let parent = match number {
        1 => Hash::zero(),
        _ => LAST.with(|last| last.get()),
    };
    let head = Header::new(
        number,
        Hash::zero(),
        Hash::zero(),
        parent,
        Digest {
            logs: vec![claim(slot)],
        },
    );
    Executive::initialize_block(&head);
    let now = *slot * Babe::slot_duration();
    apply(UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(
        pallet_timestamp::Call::set { now },
    )));
    transactions.into_iter().for_each(apply);
    let head = Executive::finalize_block();
    LAST.with(|last| last.set(head.hash()));
    head
}

thread_local! {
    static LAST: std::cell::Cell<Hash> = const { std::cell::Cell::new(Hash::zero()) };
}

/// Authors `count` empty blocks.
pub(crate) fn run(count: u32) {
    (0..count).for_each(|_| {
        author(Vec::new());
    });
}

fn apply(transaction: UncheckedExtrinsic) {
    Executive::apply_extrinsic(transaction)
        .expect("the transaction is valid")
        .expect("the call succeeds");
}

/// A secondary slot's claim, with the output of the author's key.
fn claim(slot: Slot) -> DigestItem {
    let validators = Babe::authorities().len() as u64;
    let authority_index = (*slot % validators) as u32;
    let seed = format!("//{}", USERS[authority_index as usize]);
    let pair = sr25519::Pair::from_string(&seed, None).unwrap();
    let epoch = pallet_babe::EpochIndex::<Runtime>::get();
    let vrf_signature = pair.vrf_sign(&make_vrf_sign_data(&Babe::randomness(), slot, epoch));
    DigestItem::babe_pre_digest(PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
        authority_index,
        slot,
        vrf_signature,
    }))
}

/// What every pallet of ours promises about its state.
pub(crate) fn check_invariants() {
    Protocol::do_try_state().unwrap();
    TeeWorker::do_try_state().unwrap();
    FileBank::do_try_state().unwrap();
    Sminer::do_try_state().unwrap();
    Audit::do_try_state().unwrap();
    StorageHandler::do_try_state().unwrap();
    Oss::do_try_state().unwrap();
}
