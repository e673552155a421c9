//! One of three validators loses power.
//!
//! Phases and what must hold:
//! 1. without it blocks go on, finality stands still (three of three must vote), files can be stored;
//! 2. restarted, it catches up and finality moves past the blocks that were made without it;
//! 3. the file comes back byte for byte.

use anyhow::{ensure, Result};
use cess_tests::{random_bytes, Devnet};
use cessnet::{lifecycle, Action};

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_goes_on_without_a_validator_and_finalizes_with_it() -> Result<()> {
    let mut net = Devnet::start("network.toml", 1).await?;
    net.act("charlie", Action::Kill).await?;
    let bytes = random_bytes(10, 5 << 20);
    let (fid, _) = net.store("steadfast.bin", &bytes).await?;
    let best = net.chain.best_number().await?;
    net.act("charlie", Action::Restart).await?;
    let what = "finality passes the blocks that were made without charlie";
    lifecycle::until(&net.chain, net.ticks(120), what, || async {
        Ok((net.chain.finalized_number().await? > best).then_some(()))
    })
    .await?;
    net.ready("charlie").await?;
    ensure!(net.fetch(&fid).await? == bytes);
    net.finish().await
}
