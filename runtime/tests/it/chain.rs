//! A chain in memory that authors blocks as a node does: head with a BABE claim, time, end.

use cess_primitives::AccountId;
use cess_runtime::{
    genesis::{Network, USERS},
    *,
};
use codec::Encode;
use frame_support::{storage::with_transaction_unchecked, traits::BuildGenesisConfig};
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
    make_vrf_sign_data, Slot,
};
use sp_core::{crypto::VrfSecret, sr25519, Pair};
use sp_runtime::{
    generic::Era, traits::Header as _, ApplyExtrinsicResult, Digest, DigestItem, MultiSignature,
    TransactionOutcome,
};
use std::{cell::RefCell, collections::HashMap};

/// The slot before block 1; any will do.
const FIRST_SLOT: u64 = 1_000_000;

/// A chain at its genesis.
pub(crate) fn new(network: &str) -> sp_io::TestExternalities {
    let network = Network::parse(network).unwrap();
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    merge(&mut config, network.genesis());
    let config: RuntimeGenesisConfig = serde_json::from_value(config).unwrap();
    TIP.with_borrow_mut(|tip| *tip = Tip::default());
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

/// Where the chain is, beside its state.
#[derive(Clone, Default)]
struct Tip {
    parent: Hash,
    slot: u64,
    /// Validators (by their place in [`USERS`]) that claim no slot.
    silent: Vec<usize>,
}

thread_local! {
    static TIP: RefCell<Tip> = RefCell::default();
}

/// A state that several chains can go on from.
pub(crate) struct Fork {
    /// Nodes of the state's trie, and how often each is used.
    nodes: Vec<(Vec<u8>, (Vec<u8>, i32))>,
    root: sp_core::H256,
    tip: Tip,
}

impl Fork {
    /// Ends a chain here.
    pub(crate) fn at(mut chain: sp_io::TestExternalities) -> Self {
        chain.commit_all().unwrap();
        let (nodes, root) = chain.into_raw_snapshot();
        let tip = TIP.with_borrow(Tip::clone);
        Self { nodes, root, tip }
    }

    /// A chain that goes on from here; only the last one that was asked for can be used.
    pub(crate) fn go_on(&self) -> sp_io::TestExternalities {
        TIP.with_borrow_mut(|tip| *tip = self.tip.clone());
        let version = VERSION.state_version();
        sp_io::TestExternalities::from_raw_snapshot(self.nodes.clone(), self.root, version)
    }
}

/// From now on these users' validators are as good as dead.
pub(crate) fn silence(users: &[usize]) {
    TIP.with_borrow_mut(|tip| tip.silent = users.to_vec());
}

/// Authors the next block with these transactions, all of which must get in; returns its head.
pub(crate) fn author(transactions: Vec<UncheckedExtrinsic>) -> Header {
    author_with(|| transactions.into_iter().for_each(apply))
}

/// Authors the next block; `fill` applies its transactions.
pub(crate) fn author_with(fill: impl FnOnce()) -> Header {
    let number = System::block_number() + 1;
    let (slot, claim) = next_claim(number);
    let parent = TIP.with_borrow(|tip| tip.parent);
    let digest = Digest { logs: vec![claim] };
    let head = Header::new(number, Hash::zero(), Hash::zero(), parent, digest);
    Executive::initialize_block(&head);
    let now = *slot * Babe::slot_duration();
    apply(UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(
        pallet_timestamp::Call::set { now },
    )));
    fill();
    let head = Executive::finalize_block();
    TIP.with_borrow_mut(|tip| (tip.parent, tip.slot) = (head.hash(), *slot));
    head
}

/// Authors `count` empty blocks.
pub(crate) fn run(count: u32) {
    (0..count).for_each(|_| {
        author(Vec::new());
    });
}

/// Authors empty blocks until this session begins.
pub(crate) fn run_to_session(session: u32) {
    while Session::current_index() < session {
        run(1);
    }
}

/// Authors empty blocks until this era begins.
pub(crate) fn run_to_era(era: u32) {
    while pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |active| active.index) < era {
        run(1);
    }
}

/// Applies a transaction as a block's author does: one that is turned away leaves no trace.
pub(crate) fn try_apply(transaction: UncheckedExtrinsic) -> ApplyExtrinsicResult {
    with_transaction_unchecked(|| match Executive::apply_extrinsic(transaction) {
        Ok(done) => TransactionOutcome::Commit(Ok(done)),
        Err(turned_away) => TransactionOutcome::Rollback(Err(turned_away)),
    })
}

fn apply(transaction: UncheckedExtrinsic) {
    Executive::apply_extrinsic(transaction)
        .expect("the transaction is valid")
        .expect("the call succeeds");
}

/// The next slot that somebody claims as a secondary one, and the claim.
fn next_claim(number: u32) -> (Slot, DigestItem) {
    let tip = TIP.with_borrow(Tip::clone);
    let mut slot = Slot::from(tip.slot.max(FIRST_SLOT)) + 1;
    loop {
        let current = Babe::current_epoch();
        // The first block of an epoch is claimed with the epoch's own keys.
        let epoch = match number > 1 && slot >= current.start_slot + current.duration {
            true => Babe::next_epoch(),
            false => current,
        };
        let authority_index = (*slot % epoch.authorities.len() as u64) as u32;
        let key: &sr25519::Public = epoch.authorities[authority_index as usize].0.as_ref();
        let (user, pair) = owner(key);
        if tip.silent.contains(&user) {
            slot = slot + 1;
            continue;
        }
        let data = make_vrf_sign_data(&epoch.randomness, slot, epoch.epoch_index);
        let claim = PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
            authority_index,
            slot,
            vrf_signature: pair.vrf_sign(&data),
        });
        return (slot, DigestItem::babe_pre_digest(claim));
    }
}

/// The user whose session key this is.
fn owner(key: &sr25519::Public) -> (usize, sr25519::Pair) {
    let pairs = USERS.iter().map(|user| pair(&format!("//{user}")));
    let mut pairs = pairs.enumerate();
    pairs
        .find(|(_, pair)| pair.public() == *key)
        .expect("validators are users")
}

/// The transaction that `signer` would send with this nonce.
pub(crate) fn sign(signer: &sr25519::Pair, nonce: Nonce, call: RuntimeCall) -> UncheckedExtrinsic {
    let extension: TxExtension = (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckMortality::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
    );
    let payload = sp_runtime::generic::SignedPayload::new(call, extension).unwrap();
    let signature = payload.using_encoded(|bytes| signer.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    let address = Address::Id(signer.public().into());
    UncheckedExtrinsic::new_signed(call, address, MultiSignature::Sr25519(signature), extension)
}

/// The key pair of a seed.
pub(crate) fn pair(seed: &str) -> sr25519::Pair {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, sr25519::Pair>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let make = || sr25519::Pair::from_string(seed, None).unwrap();
        known.entry(seed.into()).or_insert_with(make).clone()
    })
}

/// The account of a seed.
pub(crate) fn account(seed: &str) -> AccountId {
    pair(seed).public().into()
}

/// What every pallet promises about its state.
pub(crate) fn check_invariants() {
    let complaints = cess_runtime::books::complaints();
    assert!(complaints.is_empty(), "{}", complaints.join("; "));
}
