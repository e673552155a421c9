//! A running node.

use super::{parts, Extra, Parts, JUSTIFICATION_PERIOD};
use crate::rpc;
use cess_runtime::opaque::Block;
use futures::FutureExt;
use sc_client_api::{Backend as _, BlockBackend};
use sc_consensus_babe::{BabeParams, SlotProportion};
use sc_consensus_grandpa::{
    warp_proof::NetworkProvider, FinalityProofProvider, GrandpaParams, SharedVoterState,
    VotingRulesBuilder,
};
use sc_network::{
    config::{FullNetworkConfiguration, NetworkBackendType},
    Litep2pNetworkBackend, NetworkBackend, NetworkWorker,
};
use sc_service::{error::Error, Configuration, TaskManager, WarpSyncConfig};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_runtime::traits::Block as BlockT;
use std::{sync::Arc, time::Duration};

/// How long a GRANDPA message needs through the network (spec chain 1.4).
const GOSSIP_DURATION: Duration = Duration::from_millis(333);
/// The share of a slot in which the author may fill its block; the rest is for sending and
/// importing it.
const PROPOSAL_SHARE: f32 = 0.5;

/// Starts a node; it runs until the returned manager is dropped.
///
/// # Errors
/// When the chain cannot be opened or an address cannot be bound.
pub fn start(config: Configuration) -> Result<TaskManager, Error> {
    match config.network.network_backend {
        NetworkBackendType::Litep2p => start_with::<Litep2pNetworkBackend>(config),
        NetworkBackendType::Libp2p => {
            start_with::<NetworkWorker<Block, <Block as BlockT>::Hash>>(config)
        }
    }
}

fn start_with<N: NetworkBackend<Block, <Block as BlockT>::Hash>>(
    config: Configuration,
) -> Result<TaskManager, Error> {
    let Parts {
        client,
        backend,
        mut task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool,
        other:
            Extra {
                block_import,
                babe_link,
                babe_worker,
                grandpa_link,
                inherents,
                mut telemetry,
            },
    } = parts(&config)?;
    let registry = config.prometheus_registry().cloned();
    let role = config.role;
    let force_authoring = config.force_authoring;
    let with_grandpa = !config.disable_grandpa;
    let name = config.network.node_name.clone();
    let keystore = keystore_container.keystore();

    // Network.
    let mut net_config =
        FullNetworkConfiguration::<_, _, N>::new(&config.network, registry.clone());
    let metrics = N::register_notification_metrics(registry.as_ref());
    let genesis = client
        .block_hash(0)?
        .ok_or_else(|| Error::Other("the database has no genesis block; purge it".into()))?;
    let grandpa_protocol =
        sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
    let (grandpa_set, grandpa_notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
        grandpa_protocol.clone(),
        metrics.clone(),
        net_config.peer_store_handle(),
    );
    net_config.add_notification_protocol(grandpa_set);
    let warp_sync = NetworkProvider::new(
        backend.clone(),
        grandpa_link.shared_authority_set().clone(),
        Vec::new(),
    );
    let (network, system_rpc_tx, tx_handler_controller, sync_service) =
        sc_service::build_network(sc_service::BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: transaction_pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
            block_relay: None,
            metrics,
        })?;

    if config.offchain_worker.enabled {
        let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
            runtime_api_provider: client.clone(),
            keystore: Some(keystore.clone()),
            offchain_db: backend.offchain_storage(),
            transaction_pool: Some(OffchainTransactionPoolFactory::new(
                transaction_pool.clone(),
            )),
            network_provider: Arc::new(network.clone()),
            is_validator: role.is_authority(),
            // No pallet of ours calls out.
            enable_http_requests: false,
            custom_extensions: |_| Vec::new(),
        })?;
        task_manager.spawn_handle().spawn(
            "offchain-workers-runner",
            "offchain-worker",
            workers
                .run(client.clone(), task_manager.spawn_handle())
                .boxed(),
        );
    }

    // RPC.
    let rounds = SharedVoterState::empty();
    let deps = rpc::Deps {
        client: client.clone(),
        pool: transaction_pool.clone(),
        select_chain: select_chain.clone(),
        keystore: keystore.clone(),
        babe: babe_worker,
        voters: grandpa_link.shared_authority_set().clone(),
        rounds: rounds.clone(),
        justifications: grandpa_link.justification_stream(),
        finality: FinalityProofProvider::new_for_service(
            backend.clone(),
            Some(grandpa_link.shared_authority_set().clone()),
        ),
    };
    sc_service::spawn_tasks(sc_service::SpawnTasksParams {
        config,
        client: client.clone(),
        backend,
        task_manager: &mut task_manager,
        keystore: keystore.clone(),
        transaction_pool: transaction_pool.clone(),
        rpc_builder: Box::new(move |executor| {
            rpc::module(deps.clone(), executor).map_err(|e| Error::Application(Box::new(e)))
        }),
        network: network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: sync_service.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;
    let telemetry = telemetry.as_ref().map(|telemetry| telemetry.handle());

    // Consensus.
    if role.is_authority() {
        let proposer = sc_basic_authorship::ProposerFactory::new(
            task_manager.spawn_handle(),
            client.clone(),
            transaction_pool.clone(),
            registry.as_ref(),
            telemetry.clone(),
        );
        let babe = sc_consensus_babe::start_babe(BabeParams {
            keystore: keystore.clone(),
            client,
            select_chain,
            env: proposer,
            block_import,
            sync_oracle: sync_service.clone(),
            justification_sync_link: sync_service.clone(),
            create_inherent_data_providers: inherents,
            force_authoring,
            // A network that lost its finality for a while still wants to serve files.
            backoff_authoring_blocks: None::<()>,
            babe_link,
            block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SHARE),
            max_block_proposal_slot_portion: None,
            telemetry: telemetry.clone(),
        })?;
        task_manager.spawn_essential_handle().spawn_blocking(
            "babe-proposer",
            Some("block-authoring"),
            babe,
        );
    }
    if with_grandpa {
        let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
            config: sc_consensus_grandpa::Config {
                gossip_duration: GOSSIP_DURATION,
                justification_generation_period: JUSTIFICATION_PERIOD,
                observer_enabled: false,
                local_role: role,
                name: Some(name),
                keystore: role.is_authority().then_some(keystore),
                telemetry: telemetry.clone(),
                protocol_name: grandpa_protocol,
            },
            link: grandpa_link,
            network,
            sync: sync_service,
            notification_service: grandpa_notifications,
            voting_rule: VotingRulesBuilder::default().build(),
            prometheus_registry: registry,
            shared_voter_state: rounds,
            telemetry,
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
        })?;
        task_manager
            .spawn_essential_handle()
            .spawn_blocking("grandpa-voter", None, voter);
    }
    Ok(task_manager)
}
