//! The node's parts and how they work together.

mod full;
mod parts;

pub use full::start;
pub use parts::{parts, Extra, Parts};

use cess_runtime::{opaque::Block, RuntimeApi};
use sc_executor::WasmExecutor;
use sp_consensus_babe::inherents::BabeCreateInherentDataProviders;

/// What the runtime may call in the node.
pub type HostFunctions = sp_io::SubstrateHostFunctions;
/// The chain: database, state and execution.
pub type Client = sc_service::TFullClient<Block, RuntimeApi, WasmExecutor<HostFunctions>>;
/// The database.
pub type Backend = sc_service::TFullBackend<Block>;
/// The longest chain on top of the finalized block is best.
pub type SelectChain = sc_consensus::LongestChain<Backend, Block>;
/// The transactions that wait for a block.
pub type Pool = sc_transaction_pool::TransactionPoolHandle<Block, Client>;
/// Imports blocks through GRANDPA into the client.
pub type GrandpaImport =
    sc_consensus_grandpa::GrandpaBlockImport<Backend, Block, Client, SelectChain>;
/// Imports blocks through BABE into GRANDPA.
pub type BabeImport = sc_consensus_babe::BabeBlockImport<
    Block,
    Client,
    GrandpaImport,
    BabeCreateInherentDataProviders<Block>,
    SelectChain,
>;

/// At least every so many blocks there is a justification (spec chain 1.4).
const JUSTIFICATION_PERIOD: u32 = 4;
