//! A gateway that loses power leaves nothing locked and finishes what it began.
//!
//! Phases and what must hold:
//! 1. killed while a body arrives: the client gets an error; after the restart nothing is declared,
//!    nothing is locked;
//! 2. killed after the deal was declared and before a miner took anything of it: after the restart the same
//!    deal becomes an Active file;
//! 3. the file comes back byte for byte.

use anyhow::{ensure, Context, Result};
use cess_tests::{random_bytes, Devnet};
use cessnet::roles::RoleKind;
use cessnet::{lifecycle, Action};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_gateway_resumes_its_uploads() -> Result<()> {
    let mut net = Devnet::start("small.toml", 2).await?;

    // A body that stops after its first MiB, while the gateway waits for the rest.
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let stream = futures::stream::unfold(receiver, |mut r| async {
        r.recv().await.map(|item| (item, r))
    });
    let request = net
        .gateway
        .signed("PUT", "/object/torn.bin", &net.user)
        .header("Territory", "scenario")
        .body(reqwest::Body::wrap_stream(stream));
    let upload = tokio::spawn(request.send());
    for _ in 0..4 {
        sender.send(Ok(random_bytes(6, 256 << 10))).await?;
    }
    net.act("gateway-1", Action::Kill).await?;
    drop(sender);
    ensure!(
        upload.await?.is_err(),
        "an upload to a dead gateway cannot succeed"
    );
    net.act("gateway-1", Action::Restart).await?;
    net.ready("gateway-1").await?;
    ensure!(
        net.chain.deals().await?.is_empty(),
        "a torn upload declares nothing"
    );
    ensure!(
        net.territory().await?.locked_space == 0,
        "a torn upload locks nothing"
    );

    let bytes = random_bytes(7, 40 << 20);
    // Nobody takes anything of the file before the gateway is gone.
    all_miners(&mut net, Action::Pause).await?;
    let fid = net.put("resumed.bin", &bytes).await?;
    net.act("gateway-1", Action::Kill).await?;
    all_miners(&mut net, Action::Resume).await?;
    let deal = net
        .chain
        .deal(&fid)
        .await?
        .context("the deal is declared")?;
    ensure!(deal.complete_list.is_empty(), "{:?}", deal.complete_list);
    let locked = net.territory().await?.locked_space;
    ensure!(
        locked == net.params.file_space(10),
        "the deal locks {locked}"
    );
    net.act("gateway-1", Action::Restart).await?;
    net.ready("gateway-1").await?;
    let file = net.active(&fid).await?;
    ensure!(lifecycle::holders(&file).len() == 12);
    ensure!(net.territory().await?.locked_space == 0);
    ensure!(net.fetch(&fid).await? == bytes);
    net.finish().await
}

async fn all_miners(net: &mut Devnet, action: Action) -> Result<()> {
    let miners = net.manifest().of_kind(RoleKind::Miner);
    let names: Vec<_> = miners.map(|role| role.name.clone()).collect();
    for name in names {
        net.act(&name, action).await?;
    }
    Ok(())
}
