//! Does what the command line asks for.

use crate::{
    cli::{Cli, Subcommand},
    service::{self, Parts},
};
use cess_primitives::SS58_PREFIX;
use cess_runtime::opaque::Block;
use sc_cli::{Result, SubstrateCli};
use sp_core::crypto::{set_default_ss58_version, Ss58AddressFormat};

/// Parses the process's arguments and carries them out.
///
/// # Errors
/// Whatever went wrong; `main` prints it and exits with 1.
pub fn run() -> Result<()> {
    let cli = Cli::from_args();
    match &cli.subcommand {
        None => cli
            .create_runner(&cli.run)?
            .run_node_until_exit(|config| async move {
                service::start(config).map_err(sc_cli::Error::Service)
            }),
        Some(Subcommand::Key(cmd)) => {
            // Only here: chain specifications keep the generic prefix, which every tool reads.
            set_default_ss58_version(Ss58AddressFormat::custom(SS58_PREFIX));
            cmd.run(&cli)
        }
        Some(Subcommand::BuildSpec(cmd)) => cli
            .create_runner(cmd)?
            .sync_run(|config| cmd.run(config.chain_spec, config.network)),
        Some(Subcommand::ExportChainSpec(cmd)) => cmd.run(cli.load_spec(&cmd.chain)?),
        Some(Subcommand::CheckBlock(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let Parts {
                client,
                task_manager,
                import_queue,
                ..
            } = service::parts(&config)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Some(Subcommand::ExportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let Parts {
                client,
                task_manager,
                ..
            } = service::parts(&config)?;
            Ok((cmd.run(client, config.database), task_manager))
        }),
        Some(Subcommand::ExportState(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let Parts {
                client,
                task_manager,
                ..
            } = service::parts(&config)?;
            Ok((cmd.run(client, config.chain_spec), task_manager))
        }),
        Some(Subcommand::ImportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let Parts {
                client,
                task_manager,
                import_queue,
                ..
            } = service::parts(&config)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Some(Subcommand::PurgeChain(cmd)) => cli
            .create_runner(cmd)?
            .sync_run(|config| cmd.run(config.database)),
        Some(Subcommand::Revert(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let Parts {
                client,
                task_manager,
                backend,
                ..
            } = service::parts(&config)?;
            let consensus = Box::new(|client: std::sync::Arc<service::Client>, backend, blocks| {
                sc_consensus_babe::revert(client.clone(), backend, blocks)?;
                sc_consensus_grandpa::revert(client, blocks)?;
                Ok(())
            });
            Ok((cmd.run(client, backend, Some(consensus)), task_manager))
        }),
        Some(Subcommand::ChainInfo(cmd)) => cli
            .create_runner(cmd)?
            .sync_run(|config| cmd.run::<Block>(&config)),
    }
}
