//! What every command needs that opens the chain.

use super::{
    BabeImport, Backend, Client, GrandpaImport, HostFunctions, Pool, SelectChain,
    JUSTIFICATION_PERIOD,
};
use cess_runtime::{opaque::Block, RuntimeApi};
use sc_consensus_babe::{BabeLink, BabeWorkerHandle};
use sc_consensus_grandpa::LinkHalf;
use sc_service::{error::Error, Configuration, PartialComponents};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::inherents::BabeCreateInherentDataProviders;
use std::sync::Arc;

/// The parts of a node that is not running yet.
pub type Parts = PartialComponents<
    Client,
    Backend,
    SelectChain,
    sc_consensus::DefaultImportQueue<Block>,
    Pool,
    Extra,
>;

/// The parts that are particular to our consensus.
pub struct Extra {
    /// Imports own blocks.
    pub block_import: BabeImport,
    /// BABE's epochs and configuration.
    pub babe_link: BabeLink<Block>,
    /// Asks BABE about epochs.
    pub babe_worker: BabeWorkerHandle<Block>,
    /// Connects the import of blocks with the vote on them.
    pub grandpa_link: LinkHalf<Block, Client, SelectChain>,
    /// Makes slot and time for a new block.
    pub inherents: BabeCreateInherentDataProviders<Block>,
    /// Tells others how the node does.
    pub telemetry: Option<Telemetry>,
}

/// Opens the chain and sets up the import of blocks.
///
/// # Errors
/// When the database, the keystore or the genesis cannot be used.
pub fn parts(config: &Configuration) -> Result<Parts, Error> {
    let telemetry = config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty())
        .map(|endpoints| -> Result<_, sc_telemetry::Error> {
            let worker = TelemetryWorker::new(16)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Ok((worker, telemetry))
        })
        .transpose()?;
    let handle = telemetry.as_ref().map(|(_, telemetry)| telemetry.handle());

    let executor = sc_service::new_wasm_executor::<HostFunctions>(&config.executor);
    let (client, backend, keystore_container, task_manager) =
        sc_service::new_full_parts::<Block, RuntimeApi, _>(
            config,
            handle.clone(),
            executor,
            Default::default(),
        )?;
    let client = Arc::new(client);
    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager
            .spawn_handle()
            .spawn("telemetry", None, worker.run());
        telemetry
    });

    let select_chain = SelectChain::new(backend.clone());
    let transaction_pool = Arc::from(
        sc_transaction_pool::Builder::new(
            task_manager.spawn_essential_handle(),
            client.clone(),
            config.role.is_authority().into(),
        )
        .with_options(config.transaction_pool.clone())
        .with_prometheus(config.prometheus_registry())
        .build(),
    );

    let (grandpa_import, grandpa_link): (GrandpaImport, _) = sc_consensus_grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD,
        &client,
        select_chain.clone(),
        handle.clone(),
    )?;
    let justification_import = grandpa_import.clone();

    let babe_config = sc_consensus_babe::configuration(&*client)?;
    let inherents = inherents(babe_config.slot_duration());
    let (block_import, babe_link) = sc_consensus_babe::block_import(
        babe_config,
        grandpa_import,
        client.clone(),
        inherents.clone(),
        select_chain.clone(),
        OffchainTransactionPoolFactory::new(transaction_pool.clone()),
    )?;
    let (import_queue, babe_worker) =
        sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
            link: babe_link.clone(),
            block_import: block_import.clone(),
            justification_import: Some(Box::new(justification_import)),
            client: client.clone(),
            slot_duration: babe_link.config().slot_duration(),
            spawner: &task_manager.spawn_essential_handle(),
            registry: config.prometheus_registry(),
            telemetry: handle,
        })?;

    Ok(PartialComponents {
        client,
        backend,
        task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool,
        other: Extra {
            block_import,
            babe_link,
            babe_worker,
            grandpa_link,
            inherents,
            telemetry,
        },
    })
}

/// Makes the current slot and time for a block.
fn inherents(
    slot_duration: sp_consensus_babe::SlotDuration,
) -> BabeCreateInherentDataProviders<Block> {
    Arc::new(move |_, _| async move {
        let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
        let slot =
            sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
                *timestamp,
                slot_duration,
            );
        Ok((slot, timestamp))
    })
}
