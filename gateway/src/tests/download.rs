//! Files come back, whole or in part, whatever happens to some of the miners.

use crate::testing::{noise, Put, Running, World, SEGMENT};
use axum::body::Body;
use axum::http::StatusCode;
use cess_p2p::Refusal;
use cess_primitives::Hash;
use proptest::prelude::*;
use std::ops::Range;

/// Uploads, waits until miners hold it, and empties the cache.
async fn stored(world: &World, gateway: &Running, put: Put, content: &[u8]) -> Hash {
    let fid = put.send(gateway, content.to_vec()).await.fid();
    world.until_stored(fid).await;
    gateway.until_settled(world, fid).await;
    gateway.gateway.cache.remove(fid).await;
    fid
}

fn counter(gateway: &Running, source: &str) -> u64 {
    gateway
        .gateway
        .metrics
        .segments_read
        .with_label_values(&[source])
        .get()
}

#[tokio::test]
async fn any_four_miners_are_enough_and_three_are_not() {
    let mut world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 3 + 17, 1);
    let fid = stored(&world, &gateway, Put::object("abc"), &content).await;
    // A failure is forgiven after a while, so time stands still.
    world.stop_clock();
    for lost in 0..8 {
        world.miners[lost].refuse_reads(Some(Refusal::NotFound));
    }
    let answer = gateway.download(fid, &[]).await;
    assert_eq!(
        (answer.status, answer.body == content),
        (StatusCode::OK, true)
    );
    assert_eq!(answer.headers["content-length"], content.len().to_string());
    assert_eq!(answer.headers["accept-ranges"], "bytes");
    let failed = gateway
        .gateway
        .metrics
        .fragments_fetched
        .with_label_values(&["failed"])
        .get();
    assert!(
        failed <= 8,
        "who failed once is not asked first again, {failed} did"
    );
    gateway.gateway.cache.remove(fid).await;
    world.miners[8].refuse_reads(Some(Refusal::NotFound));
    let answer = gateway.download(fid, &[]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.msg().contains("only 3 of the 4"), "{}", answer.msg());
    gateway.stop().await;
}

#[tokio::test]
async fn corrupt_silent_and_absent_miners_are_worked_around() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 2, 1);
    let fid = stored(&world, &gateway, Put::object("abc"), &content).await;
    let file = gateway
        .gateway
        .locate(fid)
        .await
        .map(|k| k.file)
        .unwrap_or_else(|e| panic!("{e}"));
    for fragment in file.segments.iter().flat_map(|s| &s.fragments[..3]) {
        let holders = world
            .miners
            .iter()
            .filter(|m| m.fragment(&fragment.hash).is_some());
        holders.for_each(|m| m.insert(fragment.hash, vec![0; SEGMENT as usize / 4].into()));
    }
    let gone = &file.segments[0].fragments[3].miner;
    let gone = (0..12)
        .find(|i| Some(crate::testing::miner_account(*i)) == *gone)
        .unwrap();
    world
        .network
        .leave(&cess_p2p::Identity::from_seed([gone as u8; 32]).peer_id_bytes());
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    gateway.stop().await;
}

#[tokio::test]
async fn a_file_is_served_while_it_is_still_being_stored() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.chain.set_reports(i, false));
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 2 + 1, 1);
    let fid = gateway.upload(content.clone()).await;
    assert!(world.chain.has_deal(&fid));
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    assert_eq!(counter(&gateway, "miners"), 0);
    gateway.stop().await;
}

#[tokio::test]
async fn the_cache_survives_a_restart_and_spares_the_miners() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 2, 1);
    let fid = stored(&world, &gateway, Put::object("abc"), &content).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    assert!(counter(&gateway, "miners") > 0);
    gateway.stop().await;
    let gateway = world.start().await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    assert_eq!(counter(&gateway, "miners"), 0);
    gateway.stop().await;
}

#[tokio::test]
async fn equal_segments_are_no_trouble() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = vec![0; SEGMENT as usize * 3];
    let fid = stored(&world, &gateway, Put::object("zeros"), &content).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    gateway.stop().await;
}

#[tokio::test]
async fn encrypted_files_need_their_password_wherever_their_bytes_come_from() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 2 + 9, 1);
    for format in ["sealed", "published"] {
        let put = Put::object("abc")
            .header("Cipher", "secret")
            .header("Cipher-Format", format);
        let fid = put.send(&gateway, content.clone()).await.fid();
        world.until_stored(fid).await;
        gateway.until_settled(&world, fid).await;
        for emptied in [false, true] {
            if emptied {
                gateway.gateway.cache.remove(fid).await;
            }
            let good = gateway.download(fid, &[("Cipher", "secret")]).await;
            assert_eq!((good.status, good.body == content), (StatusCode::OK, true));
            let part = [("Cipher", "secret"), ("Range", "bytes=4000-5000")];
            let part = gateway.download(fid, &part).await;
            assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
            assert_eq!(part.body, content[4000..=5000]);
            let wrong = gateway.download(fid, &[("Cipher", "guess")]).await;
            assert_eq!(wrong.status, StatusCode::FORBIDDEN);
            assert!(wrong.msg().contains("wrong password"), "{}", wrong.msg());
        }
        let without = gateway.download(fid, &[]).await;
        if without.status == StatusCode::FORBIDDEN {
            assert!(without.msg().contains("Cipher"));
        } else {
            // The published format has no mark: what is served is the ciphertext.
            assert_eq!(format, "published");
            assert_ne!(without.body, content);
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn no_plaintext_of_an_encrypted_file_is_on_disk() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = b"a very secret sentence ".repeat(1000);
    let fid = Put::object("abc")
        .header("Cipher", "pw")
        .send(&gateway, content.clone())
        .await
        .fid();
    world.until_stored(fid).await;
    assert_eq!(
        gateway.download(fid, &[("Cipher", "pw")]).await.body,
        content
    );
    let mut seen = 0;
    for folder in ["spool", "stored", "."] {
        for file in std::fs::read_dir(world.dir.path().join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(path).unwrap();
                assert!(!bytes.windows(22).any(|w| w == &content[..22]));
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "the stored file and the database");
    gateway.stop().await;
}

#[tokio::test]
async fn a_password_for_a_plain_file_is_refused() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let fid = gateway.upload(noise(100, 1)).await;
    let answer = gateway.download(fid, &[("Cipher", "x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    gateway.stop().await;
}

#[tokio::test]
async fn head_says_what_get_would_say() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize + 1, 1);
    let fid = gateway.upload(content.clone()).await;
    let path = format!("/file/download/{fid}");
    let head = gateway.request("HEAD", &path, &[], Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.headers["content-length"], content.len().to_string());
    assert_eq!(head.headers["etag"], format!("\"{fid}\""));
    gateway.stop().await;
}

#[tokio::test]
async fn a_range_outside_the_file_is_416_with_the_size() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let fid = gateway.upload(noise(100, 1)).await;
    for range in ["bytes=100-", "bytes=5-3", "bytes=x"] {
        let answer = gateway.download(fid, &[("Range", range)]).await;
        assert_eq!(answer.status, StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(answer.headers["content-range"], "bytes */100");
        answer.envelope();
    }
    let stale = [("Range", "bytes=0-1"), ("If-Range", "\"other\"")];
    assert_eq!(gateway.download(fid, &stale).await.body.len(), 100);
    gateway.stop().await;
}

#[tokio::test]
async fn a_range_fetches_the_first_segment_and_those_that_it_touches() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 20, 1);
    let fid = stored(&world, &gateway, Put::object("abc"), &content).await;
    let start = SEGMENT as usize * 10 + 5;
    let header = format!("bytes={start}-{}", start + SEGMENT as usize);
    let answer = gateway.download(fid, &[("Range", &header)]).await;
    assert_eq!(answer.body, content[start..=start + SEGMENT as usize]);
    assert_eq!(counter(&gateway, "miners"), 3);
    gateway.stop().await;
}

/// A header, and the bytes that it asks for.
fn any_range(size: usize) -> impl Strategy<Value = (String, Range<usize>)> {
    (0..3u8, 0..size, 0..size * 2).prop_map(move |(kind, a, b)| match kind {
        0 => (format!("bytes={a}-"), a..size),
        1 => (
            format!("bytes=-{}", b + 1),
            size.saturating_sub(b + 1)..size,
        ),
        _ => (format!("bytes={a}-{}", a + b), a..size.min(a + b + 1)),
    })
}

#[test]
fn every_range_gives_exactly_its_bytes() {
    const SIZE: usize = SEGMENT as usize * 3 + 1001;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (world, gateway, files) = runtime.block_on(async {
        let world = World::new(12).await;
        let gateway = world.start().await;
        let mut files = Vec::new();
        for (seed, format) in [None, Some("sealed"), Some("published")]
            .into_iter()
            .enumerate()
        {
            let content = noise(SIZE, seed as u8);
            let mut put = Put::object("abc");
            if let Some(format) = format {
                put = put.header("Cipher", "pw").header("Cipher-Format", format);
            }
            let fid = put.send(&gateway, content.clone()).await.fid();
            files.push((fid, content, format.is_some()));
        }
        (world, gateway, files)
    });
    proptest!(ProptestConfig::with_cases(48), |(which in 0usize..3, (header, range) in any_range(SIZE))| {
        let (fid, content, encrypted) = &files[which];
        let mut headers = vec![("Range", header.as_str())];
        if *encrypted {
            headers.push(("Cipher", "pw"));
        }
        let answer = runtime.block_on(gateway.download(*fid, &headers));
        prop_assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
        let expected = format!("bytes {}-{}/{SIZE}", range.start, range.end - 1);
        prop_assert_eq!(answer.headers["content-range"].to_str().unwrap(), expected);
        prop_assert!(answer.body == content[range]);
    });
    runtime.block_on(gateway.stop());
    drop(world);
}
