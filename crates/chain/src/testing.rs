//! A tiny chain behind the JSON-RPC interface, with metadata made by hand.

use crate::{
    chain::Options,
    connection::Dialer,
    runtime::{hash_of, Header},
    storage, Chain,
};
use async_trait::async_trait;
use codec::{Compact, Decode, Encode};
use futures::{future, stream, StreamExt};
use scale_info::{meta_type, MetaType, TypeInfo};
use serde_json::{json, value::RawValue, Value};
use sp_core::H256;
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};
use subxt::{
    backend::rpc::{RawRpcFuture, RawRpcSubscription, RpcClient, RpcClientT},
    config::substrate::Digest,
    ext::{
        frame_metadata::{v15, RuntimeMetadataPrefixed},
        subxt_rpcs::{Error, UserError},
    },
    Metadata,
};
use tokio::sync::broadcast;

/// Calls, events and errors with the published names and indices.
#[allow(non_camel_case_types)] // calls are spelt like functions
mod shapes {
    use super::{Decode, Encode, TypeInfo};

    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum SystemEvent {
        #[codec(index = 0)]
        ExtrinsicSuccess,
        #[codec(index = 1)]
        ExtrinsicFailed {
            dispatch_error: sp_runtime::DispatchError,
            weight: u64,
        },
    }
    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum SudoCall {
        sudo(()),
    }
    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum SudoEvent {
        Sudid {
            sudo_result: Result<(), sp_runtime::DispatchError>,
        },
    }
    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum UtilityCall {
        #[codec(index = 2)]
        batch_all(()),
    }
    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum FileBankCall {
        #[codec(index = 3)]
        transfer_report { index: u8, deal_hash: [u8; 64] },
    }
    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum FileBankEvent {
        #[codec(index = 1)]
        TransferReport { acc: [u8; 32], deal_hash: [u8; 64] },
    }
    #[derive(Encode, Decode, TypeInfo)]
    #[scale_info(capture_docs = "always")]
    pub(super) enum FileBankError {
        #[codec(index = 4)]
        /// The caller is not the owner.
        NotOwner,
    }
    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum OssCall {
        authorize { operator: [u8; 32] },
    }
    #[derive(Encode, Decode, TypeInfo)]
    pub(super) enum OssEvent {
        Authorize { acc: [u8; 32], operator: [u8; 32] },
    }
}

fn pallet(
    name: &'static str,
    index: u8,
    calls: Option<MetaType>,
    event: Option<MetaType>,
    error: Option<MetaType>,
) -> v15::PalletMetadata {
    v15::PalletMetadata {
        name,
        index,
        storage: None,
        calls: calls.map(|ty| v15::PalletCallMetadata { ty }),
        event: event.map(|ty| v15::PalletEventMetadata { ty }),
        constants: Vec::new(),
        error: error.map(|ty| v15::PalletErrorMetadata { ty }),
        docs: Vec::new(),
    }
}

fn metadata_bytes() -> Vec<u8> {
    use shapes::*;
    let extensions = [
        ("CheckNonZeroSender", meta_type::<()>(), meta_type::<()>()),
        ("CheckSpecVersion", meta_type::<()>(), meta_type::<u32>()),
        ("CheckTxVersion", meta_type::<()>(), meta_type::<u32>()),
        ("CheckGenesis", meta_type::<()>(), meta_type::<[u8; 32]>()),
        ("CheckMortality", meta_type::<u8>(), meta_type::<[u8; 32]>()),
        ("CheckNonce", meta_type::<Compact<u32>>(), meta_type::<()>()),
        ("CheckWeight", meta_type::<()>(), meta_type::<()>()),
        (
            "ChargeTransactionPayment",
            meta_type::<Compact<u128>>(),
            meta_type::<()>(),
        ),
    ];
    let signed_extensions = extensions
        .into_iter()
        .map(
            |(identifier, ty, additional_signed)| v15::SignedExtensionMetadata {
                identifier,
                ty,
                additional_signed,
            },
        )
        .collect();
    let unit = meta_type::<()>();
    let metadata = v15::RuntimeMetadataV15::new(
        vec![
            pallet("System", 0, None, Some(meta_type::<SystemEvent>()), None),
            pallet("Utility", 1, Some(meta_type::<UtilityCall>()), None, None),
            pallet(
                "Sudo",
                22,
                Some(meta_type::<SudoCall>()),
                Some(meta_type::<SudoEvent>()),
                None,
            ),
            pallet(
                "FileBank",
                104,
                Some(meta_type::<FileBankCall>()),
                Some(meta_type::<FileBankEvent>()),
                Some(meta_type::<FileBankError>()),
            ),
            pallet(
                "Oss",
                108,
                Some(meta_type::<OssCall>()),
                Some(meta_type::<OssEvent>()),
                None,
            ),
        ],
        v15::ExtrinsicMetadata {
            version: 4,
            address_ty: unit,
            call_ty: unit,
            signature_ty: unit,
            extra_ty: unit,
            signed_extensions,
        },
        unit,
        Vec::new(),
        v15::OuterEnums {
            call_enum_ty: unit,
            event_enum_ty: unit,
            error_enum_ty: unit,
        },
        v15::CustomMetadata {
            map: BTreeMap::new(),
        },
    );
    RuntimeMetadataPrefixed::from(metadata).encode()
}

/// Metadata of a runtime with a few pallets of the published indices.
pub(crate) fn metadata() -> Metadata {
    Metadata::decode(&mut &*metadata_bytes()).unwrap()
}

/// One record of `System.Events`.
pub(crate) fn event_record(
    extrinsic: Option<u32>,
    pallet: u8,
    variant: u8,
    fields: &[u8],
) -> Vec<u8> {
    let mut bytes = match extrinsic {
        Some(index) => (0u8, index).encode(),
        None => vec![2],
    };
    bytes.extend([pallet, variant]);
    bytes.extend_from_slice(fields);
    bytes.push(0); // no topics
    bytes
}

/// The value of `System.Events`.
pub(crate) fn events(records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Compact(records.len() as u32).encode();
    records
        .iter()
        .for_each(|record| bytes.extend_from_slice(record));
    bytes
}

/// What the pool does with the next transaction.
pub(crate) enum Pool {
    /// Takes it and puts it into a new block with these events of it.
    Include(Vec<Vec<u8>>),
    /// Takes it into a block, but closes the connection before saying so.
    IncludeSilently,
    /// Refuses it with this code and data.
    Refuse(i32, &'static str),
    /// Takes it and drops it later.
    Drop,
    /// Closes the connection.
    Hang,
}

struct StoredBlock {
    header: Header,
    extrinsics: Vec<Vec<u8>>,
    events: Vec<u8>,
}

struct State {
    genesis: H256,
    best: H256,
    canonical: Vec<H256>,
    blocks: HashMap<H256, StoredBlock>,
    nonces: HashMap<[u8; 32], u64>,
    /// Nonces of transactions that wait, by account: none is included twice.
    plan: VecDeque<Pool>,
    offset: u32,
    /// Whatever else is stored, in every block.
    storage: BTreeMap<Vec<u8>, Vec<u8>>,
    /// While true every request fails as on a closed socket.
    down: bool,
    dials: u32,
}

/// A node; clones are connections to it.
#[derive(Clone)]
pub(crate) struct Node {
    state: Arc<Mutex<State>>,
    heads: broadcast::Sender<Option<Header>>,
}

fn closed() -> Error {
    Error::Client("the socket is closed".into())
}

fn header(number: u32, parent: H256, salt: u64) -> Header {
    Header {
        parent_hash: parent,
        number,
        state_root: H256::from_low_u64_be(salt),
        extrinsics_root: H256::zero(),
        digest: Digest::default(),
    }
}

impl Node {
    pub(crate) fn new(salt: u64) -> Self {
        let first = header(0, H256::zero(), salt);
        let genesis = hash_of(&first);
        let block = StoredBlock {
            header: first,
            extrinsics: Vec::new(),
            events: vec![0],
        };
        let state = State {
            genesis,
            best: genesis,
            canonical: vec![genesis],
            blocks: HashMap::from([(genesis, block)]),
            nonces: HashMap::new(),
            plan: VecDeque::new(),
            offset: 0,
            storage: BTreeMap::new(),
            down: false,
            dials: 0,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            heads: broadcast::channel(64).0,
        }
    }

    /// A chain that talks to this node.
    pub(crate) async fn chain(&self) -> Chain {
        self.chain_with(Options {
            patience: Duration::from_secs(5),
            inclusion: Duration::from_secs(20),
        })
        .await
    }

    /// A chain that gives up after half a second.
    pub(crate) async fn impatient_chain(&self) -> Chain {
        let short = Duration::from_millis(500);
        self.chain_with(Options {
            patience: short,
            inclusion: short,
        })
        .await
    }

    async fn chain_with(&self, options: Options) -> Chain {
        Chain::dial("ws://test".into(), Box::new(self.clone()), options)
            .await
            .unwrap()
    }

    pub(crate) fn plan(&self, steps: impl IntoIterator<Item = Pool>) {
        self.state.lock().unwrap().plan.extend(steps);
    }

    pub(crate) fn set_offset(&self, offset: u32) {
        self.state.lock().unwrap().offset = offset;
    }

    /// Stores a value under a key.
    pub(crate) fn put(&self, key: Vec<u8>, value: Vec<u8>) {
        self.state.lock().unwrap().storage.insert(key, value);
    }

    pub(crate) fn dials(&self) -> u32 {
        self.state.lock().unwrap().dials
    }

    /// Closes all connections; nothing answers until `up`.
    pub(crate) fn down(&self) {
        self.state.lock().unwrap().down = true;
        let _ = self.heads.send(None);
    }

    pub(crate) fn up(&self) {
        self.state.lock().unwrap().down = false;
    }

    /// Replaces the whole chain, as a node with fresh data does.
    pub(crate) fn become_another(&self, salt: u64) {
        let fresh = Self::new(salt);
        let mut fresh = fresh.state.lock().unwrap();
        let mut state = self.state.lock().unwrap();
        state.genesis = fresh.genesis;
        state.best = fresh.best;
        state.canonical = std::mem::take(&mut fresh.canonical);
        state.blocks = std::mem::take(&mut fresh.blocks);
    }

    /// Nonces of the transactions in the best chain, in order.
    pub(crate) fn included_nonces(&self) -> Vec<u64> {
        let state = self.state.lock().unwrap();
        let extrinsics = state
            .canonical
            .iter()
            .flat_map(|hash| &state.blocks[hash].extrinsics);
        extrinsics.map(|bytes| sender_and_nonce(bytes).1).collect()
    }

    /// Adds a best block on top of the current one.
    pub(crate) fn produce(&self, extrinsics: Vec<Vec<u8>>, events: Vec<u8>) -> H256 {
        let parent = self.state.lock().unwrap().best;
        self.produce_on(parent, 1, extrinsics, events)
    }

    /// Adds a best block on top of any block: a fork when it isn't the current one.
    pub(crate) fn produce_on(
        &self,
        parent: H256,
        salt: u64,
        extrinsics: Vec<Vec<u8>>,
        events: Vec<u8>,
    ) -> H256 {
        let mut state = self.state.lock().unwrap();
        let number = state.blocks[&parent].header.number + 1;
        let header = header(number, parent, salt);
        let hash = hash_of(&header);
        for bytes in &extrinsics {
            let (sender, nonce) = sender_and_nonce(bytes);
            state.nonces.insert(sender, nonce + 1);
        }
        state.blocks.insert(
            hash,
            StoredBlock {
                header: header.clone(),
                extrinsics,
                events,
            },
        );
        state.canonical.truncate(number as usize);
        state.canonical.push(hash);
        state.best = hash;
        drop(state);
        let _ = self.heads.send(Some(header));
        hash
    }

    fn answer(&self, method: &str, params: &Value) -> Result<Value, Error> {
        let state = self.state.lock().unwrap();
        if state.down {
            return Err(closed());
        }
        let hash_at = |i: usize| match params[i].as_str() {
            Some(text) => text.parse::<H256>().unwrap(),
            None => state.best,
        };
        let block = |hash: H256| {
            state
                .blocks
                .get(&hash)
                .ok_or_else(|| refused(-32000, "UnknownBlock"))
        };
        Ok(match method {
            "chain_getBlockHash" => {
                let number = params[0].as_u64().unwrap() as usize;
                json!(state.canonical.get(number))
            }
            "chain_getHeader" => json!(block(hash_at(0))?.header),
            "chain_getFinalizedHead" => json!(state.genesis),
            "chain_getBlock" => {
                let block = block(hash_at(0))?;
                let extrinsics: Vec<String> = block.extrinsics.iter().map(|b| hex0x(b)).collect();
                json!({"block": {"header": block.header, "extrinsics": extrinsics}, "justifications": null})
            }
            "state_getRuntimeVersion" => {
                json!({"specName": "test", "specVersion": 1, "transactionVersion": 1})
            }
            "state_getKeysPaged" => {
                let prefix = unhex(params[0].as_str().unwrap());
                let count = params[1].as_u64().unwrap() as usize;
                let after = params[2].as_str().map(unhex).unwrap_or_default();
                let all = state.storage.keys();
                let page = all.filter(|key| key.starts_with(&prefix) && **key > after);
                json!(page.take(count).map(|key| hex0x(key)).collect::<Vec<_>>())
            }
            "state_call" => match params[0].as_str() {
                Some("TransactionPaymentApi_query_info") => json!(hex0x(&payment_info(&params[1]))),
                _ => json!(hex0x(&Some(metadata_bytes()).encode())),
            },
            "state_getStorage" => {
                let key = unhex(params[0].as_str().unwrap());
                json!(self.stored(&state, &key, hash_at(1)).map(|v| hex0x(&v)))
            }
            "state_queryStorageAt" => {
                let at = hash_at(1);
                block(at)?;
                let keys = params[0]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|k| unhex(k.as_str().unwrap()));
                let changes: Vec<_> = keys
                    .map(|k| (hex0x(&k), self.stored(&state, &k, at).map(|v| hex0x(&v))))
                    .collect();
                json!([{"block": at, "changes": changes}])
            }
            "system_accountNextIndex" => {
                let account: cess_primitives::AccountId =
                    serde_json::from_value(params[0].clone()).unwrap();
                json!(state
                    .nonces
                    .get(&<[u8; 32]>::from(account))
                    .copied()
                    .unwrap_or_default())
            }
            other => return Err(refused(-32601, other)),
        })
    }

    fn stored(&self, state: &State, key: &[u8], at: H256) -> Option<Vec<u8>> {
        let block = &state.blocks[&at];
        if key == storage::item("System", "Events") {
            return Some(block.events.clone());
        }
        if key == storage::item("System", "Number") {
            return Some(block.header.number.encode());
        }
        if key == storage::item("Protocol", "ClockOffset") {
            return Some(state.offset.encode());
        }
        if let Some(value) = state.storage.get(key) {
            return Some(value.clone());
        }
        let account: [u8; 32] = storage::map_key(key, 32, storage::Hasher::Blake2).ok()?;
        let nonce = *state.nonces.get(&account)?;
        Some(
            (
                nonce as u32,
                (0u32, 1u32, 0u32),
                (0u128, 0u128, 0u128, 0u128),
            )
                .encode(),
        )
    }

    fn submit(&self, bytes: Vec<u8>) -> Result<Vec<Value>, Error> {
        let step = {
            let mut state = self.state.lock().unwrap();
            if state.down {
                return Err(closed());
            }
            let (sender, nonce) = sender_and_nonce(&bytes);
            if nonce < state.nonces.get(&sender).copied().unwrap_or_default() {
                return Err(refused(1010, "Transaction is outdated"));
            }
            state
                .plan
                .pop_front()
                .unwrap_or(Pool::Include(vec![event_record(Some(0), 0, 0, &[])]))
        };
        match step {
            Pool::Include(records) => {
                let block = self.produce(vec![bytes], events(&records));
                Ok(vec![json!("ready"), json!({ "inBlock": block })])
            }
            Pool::IncludeSilently => {
                self.produce(vec![bytes], events(&[event_record(Some(0), 0, 0, &[])]));
                Ok(vec![json!("ready")])
            }
            Pool::Refuse(code, data) => Err(refused(code, data)),
            Pool::Drop => Ok(vec![json!("ready"), json!("dropped")]),
            Pool::Hang => Err(closed()),
        }
    }
}

#[async_trait]
impl Dialer for Node {
    async fn dial(&self) -> Result<RpcClient, Error> {
        let mut state = self.state.lock().unwrap();
        state.dials += 1;
        if state.down {
            return Err(closed());
        }
        Ok(RpcClient::new(self.clone()))
    }
}

impl RpcClientT for Node {
    fn request_raw<'a>(
        &'a self,
        method: &'a str,
        params: Option<Box<RawValue>>,
    ) -> RawRpcFuture<'a, Box<RawValue>> {
        let params = parse(params);
        let answer = match method {
            "author_submitExtrinsic" => {
                let bytes = unhex(params[0].as_str().unwrap());
                let hash = H256::from(sp_crypto_hashing::blake2_256(&bytes));
                self.submit(bytes).map(|_| json!(hash))
            }
            _ => self.answer(method, &params),
        };
        let answer = answer.map(|value| raw(&value));
        Box::pin(future::ready(answer))
    }

    fn subscribe_raw<'a>(
        &'a self,
        sub: &'a str,
        params: Option<Box<RawValue>>,
        _: &'a str,
    ) -> RawRpcFuture<'a, RawRpcSubscription> {
        let params = parse(params);
        let opened = match sub {
            "author_submitAndWatchExtrinsic" => self
                .submit(unhex(params[0].as_str().unwrap()))
                .map(|statuses| {
                    stream::iter(statuses)
                        .map(|status| Ok(raw(&status)))
                        .boxed()
                }),
            "chain_subscribeNewHeads" => self.answer("chain_getHeader", &json!([])).map(|best| {
                let later = stream::unfold(self.heads.subscribe(), |mut heads| async move {
                    let head = heads.recv().await.ok().flatten()?;
                    Some((Ok(raw(&json!(head))), heads))
                });
                stream::iter([Ok(raw(&best))]).chain(later).boxed()
            }),
            other => Err(refused(-32601, other)),
        };
        Box::pin(future::ready(
            opened.map(|stream| RawRpcSubscription { stream, id: None }),
        ))
    }
}

/// Signer and nonce of an immortal V4 extrinsic.
fn sender_and_nonce(bytes: &[u8]) -> ([u8; 32], u64) {
    let mut input = bytes;
    Compact::<u32>::decode(&mut input).unwrap();
    let sender = input[2..34].try_into().unwrap();
    let mut extra = &input[1 + 33 + 65 + 1..];
    (sender, Compact::<u32>::decode(&mut extra).unwrap().0.into())
}

/// The node's `RuntimeDispatchInfo` for a transaction and its length: ten units for a byte.
fn payment_info(args: &Value) -> Vec<u8> {
    let args = unhex(args.as_str().unwrap());
    let (transaction, length) = args.split_at(args.len() - 4);
    assert_eq!(length, (transaction.len() as u32).to_le_bytes());
    let weight = (Compact(1_000_000u64), Compact(0u64));
    (weight, 0u8, transaction.len() as u128 * 10).encode()
}

fn refused(code: i32, data: &str) -> Error {
    Error::User(UserError {
        code,
        message: "refused".into(),
        data: Some(raw(&json!(data))),
    })
}

fn parse(params: Option<Box<RawValue>>) -> Value {
    params.map_or(Value::Null, |p| serde_json::from_str(p.get()).unwrap())
}

fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap()
}

fn hex0x(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text.trim_start_matches("0x")).unwrap()
}
