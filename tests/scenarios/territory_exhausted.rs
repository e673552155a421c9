//! A territory that is too small refuses, early and clearly.
//!
//! Phases and what must hold:
//! 1. a file that needs more than the whole territory is refused before anything is declared;
//! 2. files fill the territory; the next one is refused and locks nothing;
//! 3. after one is deleted, there is room again.

use anyhow::{ensure, Result};
use cess_tests::{random_bytes, Devnet};
use cessnet::client::ClientError;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_territory_refuses_until_something_is_deleted() -> Result<()> {
    let net = Devnet::start("small.toml", 1).await?;
    let segment = net.params.segment_size as usize;
    // A GiB holds 85 segments with their redundancy.
    let refused = net.put("whale.bin", &random_bytes(11, 86 * segment)).await;
    expect_no_room(refused)?;
    ensure!(net.chain.deals().await?.is_empty() && net.territory().await?.locked_space == 0);

    let (first, _) = net
        .store("first.bin", &random_bytes(12, 50 * segment))
        .await?;
    net.store("second.bin", &random_bytes(13, 33 * segment))
        .await?;
    let third = random_bytes(14, 3 * segment);
    expect_no_room(net.put("third.bin", &third).await)?;
    ensure!(
        net.territory().await?.locked_space == 0,
        "a refusal locks nothing"
    );

    net.gateway.delete(&net.user, &first).await?;
    let (fid, _) = net.store("third.bin", &third).await?;
    ensure!(net.fetch(&fid).await? == third);
    net.finish().await
}

fn expect_no_room<T>(result: Result<T>) -> Result<()> {
    let Err(error) = result else {
        anyhow::bail!("a file that does not fit was accepted")
    };
    let Some(ClientError::Refused { code, message }) = error.downcast_ref() else {
        return Err(error);
    };
    ensure!((400..500).contains(code), "code {code}");
    ensure!(
        message.to_lowercase().contains("territory"),
        "the message must name the cause: {message}"
    );
    Ok(())
}
