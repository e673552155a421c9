//! The methods that the node answers beside the standard ones: accounts' nonces, fees, BABE, GRANDPA.

use crate::service::{Backend, Client, Pool, SelectChain};
use cess_runtime::{opaque::Block, BlockNumber, Hash};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
    FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the methods need.
#[derive(Clone)]
pub struct Deps {
    /// The chain.
    pub client: Arc<Client>,
    /// Transactions that wait.
    pub pool: Arc<Pool>,
    /// Which fork is best.
    pub select_chain: SelectChain,
    /// The node's keys.
    pub keystore: KeystorePtr,
    /// Asks BABE about epochs.
    pub babe: BabeWorkerHandle<Block>,
    /// GRANDPA's voters.
    pub voters: SharedAuthoritySet<Hash, BlockNumber>,
    /// GRANDPA's rounds.
    pub rounds: SharedVoterState,
    /// Justifications as they come.
    pub justifications: GrandpaJustificationStream<Block>,
    /// Proves finality of old blocks.
    pub finality: Arc<FinalityProofProvider<Backend, Block>>,
}

/// Makes the methods.
///
/// # Errors
/// When two methods have the same name.
pub fn module(
    deps: Deps,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, jsonrpsee::core::RegisterMethodError> {
    let mut module = RpcModule::new(());
    module.merge(System::new(deps.client.clone(), deps.pool).into_rpc())?;
    module.merge(TransactionPayment::new(deps.client.clone()).into_rpc())?;
    module.merge(Babe::new(deps.client, deps.babe, deps.keystore, deps.select_chain).into_rpc())?;
    module.merge(
        Grandpa::new(
            executor,
            deps.voters,
            deps.rounds,
            deps.justifications,
            deps.finality,
        )
        .into_rpc(),
    )?;
    Ok(module)
}
