//! The command line.

use sc_cli::{
    BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd,
    ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd, SubstrateCli,
};

/// Runs a node, unless a subcommand says otherwise.
#[derive(Debug, clap::Parser)]
pub struct Cli {
    /// What to do instead of running a node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// How to run the node.
    #[clap(flatten)]
    pub run: RunCmd,
}

/// What else the binary does.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Make, show or insert keys.
    #[command(subcommand)]
    Key(KeySubcommand),

    /// Write a chain specification as JSON; export-chain-spec does the same.
    BuildSpec(BuildSpecCmd),

    /// Write a chain specification as JSON, plain or raw.
    ExportChainSpec(ExportChainSpecCmd),

    /// Execute a block again.
    CheckBlock(CheckBlockCmd),

    /// Write blocks to a file.
    ExportBlocks(ExportBlocksCmd),

    /// Write the state at a block as a chain specification.
    ExportState(ExportStateCmd),

    /// Read blocks from a file.
    ImportBlocks(ImportBlocksCmd),

    /// Remove the whole chain.
    PurgeChain(PurgeChainCmd),

    /// Go back by some blocks.
    Revert(RevertCmd),

    /// Show the heads of the database.
    ChainInfo(ChainInfoCmd),
}

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "CESS node".into()
    }

    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn executable_name() -> String {
        "cess-node".into()
    }

    fn description() -> String {
        "A validator or full node of the CESS chain.".into()
    }

    fn author() -> String {
        "the cessnet authors".into()
    }

    fn support_url() -> String {
        "see docs/ in the sources".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(Box::new(crate::chain_spec::load(id)?))
    }
}
