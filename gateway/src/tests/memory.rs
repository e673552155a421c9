//! Files stream: memory does not grow with them.

use crate::testing::{miner_account, miner_info, noise, Put, SinkMiner, World};
use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use cess_p2p::memory::MemoryFragments;
use cess_p2p::Identity;
use futures::{stream, StreamExt};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tower::ServiceExt;

const MIB: usize = 1 << 20;
const FILE: usize = 512 * MIB;
const LIMIT_KIB: u64 = 192 << 10;
/// Set in the process that does the work: its peak must not include that of other tests.
const ALONE: &str = "CESS_GATEWAY_TEST_ALONE";

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_file_of_half_a_gibibyte_needs_less_than_half_of_that() {
    if std::env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(pass_a_file());
        let peak = peak_kib();
        assert!(peak < LIMIT_KIB, "{peak} KiB were used");
        return println!("{peak} KiB were used");
    }
    let name = "tests::memory::a_file_of_half_a_gibibyte_needs_less_than_half_of_that";
    let alone = std::process::Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    let failed = String::from_utf8_lossy(&alone.stderr);
    assert!(
        alone.status.success() && said.contains("KiB were used"),
        "{said}{failed}"
    );
}

async fn pass_a_file() {
    let world = World::with_segments(0, 4 * MIB as u64).await;
    for index in 0..12 {
        let miner = SinkMiner::default();
        world
            .network
            .join(Identity::from_seed([index; 32]), Arc::new(miner.clone()));
        let info = miner_info(index, 1 << 40);
        world
            .chain
            .add_miner(miner_account(index.into()), info, move |hash| {
                miner.holds(hash)
            });
    }
    // The work takes many of this chain's short ticks.
    world.chain.set_params(|p| p.deal_life = 1_000_000);
    let peer = world
        .network
        .join(Identity::from_seed([255; 32]), MemoryFragments::accepting());
    let gateway = world.start_with(Arc::new(peer), 1 << 40).await;

    let chunk = Bytes::from(noise(MIB, 1));
    let numbered = move |i: usize| {
        let mut bytes = chunk.to_vec();
        bytes[..8].copy_from_slice(&i.to_be_bytes());
        Ok::<_, std::io::Error>(Bytes::from(bytes))
    };
    let mut expected = Sha256::new();
    (0..FILE / MIB).for_each(|i| expected.update(numbered(i).unwrap()));
    let body = Body::from_stream(stream::iter(0..FILE / MIB).map(numbered));
    let put = Put::object("large").header("Content-Length", FILE.to_string());
    let fid = put.send_body(&gateway, body).await.fid();
    world.until_stored(fid).await;

    let request = Request::get(format!("/file/download/{fid}"))
        .body(Body::empty())
        .unwrap();
    let response = gateway.router.clone().oneshot(request).await.unwrap();
    let mut served = Sha256::new();
    let mut body = response.into_body().into_data_stream();
    while let Some(data) = body.next().await {
        served.update(data.unwrap());
    }
    assert_eq!(served.finalize(), expected.finalize());
    gateway.stop().await;
}
