//! A file's whole life, plain and encrypted.
//!
//! Phases and what must hold:
//! 1. upload: twelve different miners report, the file passes through Calculate, all tags come in, Active;
//! 2. audit: every holder proves what it holds;
//! 3. download: from miners, byte for byte; a range is the same bytes as a slice;
//! 4. encrypted: nobody gets the plaintext without the password, the owner does;
//! 5. delete: the file leaves the chain, its space returns to the territory.

use anyhow::{ensure, Result};
use cess_tests::{random_bytes, Devnet};
use cessnet::client::{ClientError, Upload};
use cessnet::lifecycle::{self, AuditOutcome};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_lives_from_upload_to_deletion() -> Result<()> {
    let net = Devnet::start("small.toml", 2).await?;
    let bytes = random_bytes(1, 10 << 20);

    let before = net.territory().await?;
    let (fid, file) = net.store("life.bin", &bytes).await?;
    let holders = lifecycle::holders(&file);
    ensure!(holders.len() == 12, "{} holders", holders.len());
    ensure!(file.segment_list.len() == 3);
    let during = net.territory().await?;
    ensure!(during.used_space - before.used_space == net.params.file_space(3));
    ensure!(during.locked_space == 0);

    let miners: Vec<_> = holders.into_keys().collect();
    for (miner, outcome) in net.audit(&miners).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }

    ensure!(
        net.fetch(&fid).await? == bytes,
        "what came back is not what was stored"
    );
    let url = format!("{}/file/download/{fid}", net.gateway.url());
    let http = reqwest::Client::builder().no_proxy().build()?;
    let range = http
        .get(&url)
        .header("Range", "bytes=5000000-5000999")
        .send()
        .await?;
    ensure!(range.status() == 206, "a range answers {}", range.status());
    ensure!(range.bytes().await? == bytes[5_000_000..5_001_000]);

    let secret = random_bytes(2, 5 << 20);
    let path = net.file("secret.bin", &secret)?;
    let upload = Upload {
        file: &path,
        name: "secret.bin",
        territory: "scenario",
        cipher: Some("open sesame"),
    };
    let sealed = net.gateway.put(&net.user, &upload).await?;
    net.active(&sealed).await?;
    let copy = path.with_extension("copy");
    for password in [None, Some("wrong")] {
        let answer = net.gateway.get(&sealed, password, true, &copy).await;
        let refused = matches!(&answer, Err(ClientError::Refused { code: 403, message }) if message.contains("password"));
        ensure!(refused, "plaintext with {password:?}: {answer:?}");
    }
    net.gateway
        .get(&sealed, Some("open sesame"), true, &copy)
        .await?;
    ensure!(std::fs::read(&copy)? == secret);

    for fid in [fid, sealed] {
        net.gateway.delete(&net.user, &fid).await?;
        ensure!(
            net.chain.file(&fid).await?.is_none(),
            "a deleted file is still on chain"
        );
    }
    let after = net.territory().await?;
    ensure!(
        (after.used_space, after.remaining_space) == (before.used_space, before.remaining_space)
    );
    net.finish().await
}
