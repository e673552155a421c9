//! A gateway that is stopped at any point takes up where it stood, and leaves nothing locked.

use crate::records::{Progress, Upload};
use crate::testing::{alice, noise, Put, Running, World, SEGMENT};
use crate::ChainApi;
use axum::http::StatusCode;
use bytes::Bytes;
use cess_p2p::Refusal;
use cess_primitives::Hash;
use cess_segment::Cipher;

/// Takes the bytes in, and stops before the declaration.
async fn record_only(gateway: &Running, content: &[u8], with_file: bool) -> Hash {
    let gateway = &gateway.gateway;
    let mut receiving = gateway.spool.receive(gateway.layout, Cipher::none(), None);
    receiving
        .push(Bytes::copy_from_slice(content))
        .await
        .unwrap();
    let received = receiving.finish().await.unwrap();
    let upload = Upload {
        owner: alice().account_id(),
        file_name: b"abc".to_vec().try_into().unwrap(),
        territory: b"home".to_vec().try_into().unwrap(),
        size: content.len() as u64,
        progress: Progress::Received,
        declarations: 0,
    };
    let (fid, segments) = (received.summary.fid, received.summary.segments);
    let count = segments.len() as u32;
    gateway
        .records
        .begin(fid, upload, segments.try_into().unwrap())
        .await
        .unwrap();
    if with_file {
        gateway
            .cache
            .adopt(fid, received.file, count, false)
            .await
            .unwrap();
    }
    fid
}

#[tokio::test]
async fn while_the_body_arrives_nothing_is_left() {
    let world = World::new(12).await;
    world.start().await.stop().await;
    std::fs::write(world.dir.path().join("spool/half"), noise(100, 1)).unwrap();
    std::fs::write(
        world
            .dir
            .path()
            .join("stored")
            .join(Hash::of(b"x").to_text()),
        b"half",
    )
    .unwrap();
    let gateway = world.start().await;
    assert_eq!((world.files("spool"), world.files("stored")), (0, 0));
    gateway.stop().await;
}

#[tokio::test]
async fn between_record_and_file_the_upload_is_dropped() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let fid = record_only(&gateway, &noise(100, 1), false).await;
    gateway.stop().await;
    let gateway = world.start().await;
    gateway.until_settled(&world, fid).await;
    assert_eq!(world.chain.declarations(), 0);
    let progress = gateway.get(&format!("/file/deal/{fid}")).await.data();
    assert_eq!(progress["state"], "failed");
    gateway.stop().await;
}

#[tokio::test]
async fn between_file_and_declaration_the_upload_is_declared() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 2, 1);
    let fid = record_only(&gateway, &content, true).await;
    gateway.stop().await;
    let gateway = world.start().await;
    world.until_stored(fid).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    gateway.stop().await;
}

#[tokio::test]
async fn between_declaration_and_its_note_the_deal_is_recognised() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let fid = record_only(&gateway, &noise(100, 1), true).await;
    let upload = gateway.gateway.records.upload(fid).await.unwrap().unwrap();
    let segments = gateway
        .gateway
        .records
        .segments(fid)
        .await
        .unwrap()
        .unwrap();
    let segments = segments.try_into().unwrap();
    world
        .chain
        .upload_declaration(&fid, &segments, &upload.brief(), upload.size)
        .await
        .unwrap();
    gateway.stop().await;
    let gateway = world.start().await;
    world.until_stored(fid).await;
    assert_eq!(world.chain.declarations(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn in_the_middle_of_the_distribution_it_goes_on_with_what_is_missing() {
    let world = World::new(14).await;
    (4..14).for_each(|i| world.miners[i].refuse_writes(Some(Refusal::Busy)));
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 5, 1);
    let fid = gateway.upload(content.clone()).await;
    let some = || {
        let holders = world.miners.iter().filter(|m| !m.resumed_at().is_empty());
        holders.count() >= 2
    };
    world.until("some fragments have arrived", some).await;
    gateway.stop().await;
    assert!(world.chain.has_deal(&fid));
    (4..14).for_each(|i| world.miners[i].refuse_writes(None));
    let gateway = world.start().await;
    world.until_stored(fid).await;
    gateway.until_settled(&world, fid).await;
    assert_eq!(world.chain.declarations(), 1);
    gateway.gateway.cache.remove(fid).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    gateway.stop().await;
}

#[tokio::test]
async fn a_file_that_was_stored_while_the_gateway_was_away_is_settled() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.chain.set_reports(i, false));
    let gateway = world.start().await;
    let fid = gateway.upload(noise(SEGMENT as usize, 1)).await;
    let sent = || world.miners.iter().all(|m| !m.resumed_at().is_empty());
    world.until("all columns are sent", sent).await;
    gateway.stop().await;
    (0..12).for_each(|i| world.chain.set_reports(i, true));
    world.until_stored(fid).await;
    let gateway = world.start().await;
    gateway.until_settled(&world, fid).await;
    assert_eq!(
        gateway
            .gateway
            .metrics
            .deals
            .with_label_values(&["stored"])
            .get(),
        1
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_deal_that_expired_while_the_gateway_was_away_is_declared_again() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.chain.set_reports(i, false));
    let gateway = world.start().await;
    let fid = gateway.upload(noise(100, 1)).await;
    gateway.stop().await;
    world.chain.advance_clock(1000);
    world
        .until("the deal is over", || !world.chain.has_deal(&fid))
        .await;
    (0..12).for_each(|i| world.chain.set_reports(i, true));
    let gateway = world.start().await;
    world.until_stored(fid).await;
    assert_eq!(world.chain.declarations(), 2);
    gateway.stop().await;
}

#[tokio::test]
async fn a_deal_that_was_cancelled_while_the_gateway_was_away_stays_cancelled() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.chain.set_reports(i, false));
    let gateway = world.start().await;
    let fid = gateway.upload(noise(100, 1)).await;
    gateway.stop().await;
    world.chain.cancel_deal(&fid).await.unwrap();
    let gateway = world.start().await;
    gateway.until_settled(&world, fid).await;
    assert_eq!(world.chain.declarations(), 1);
    assert_eq!(world.files("stored"), 0);
    gateway.stop().await;
}

#[tokio::test]
async fn a_deal_whose_file_or_whole_data_is_lost_is_cancelled() {
    for whole in [false, true] {
        let world = World::new(12).await;
        (0..12).for_each(|i| world.chain.set_reports(i, false));
        let gateway = world.start().await;
        let fid = gateway.upload(noise(100, 1)).await;
        gateway.stop().await;
        if whole {
            std::fs::remove_file(world.dir.path().join("gateway.redb")).unwrap();
        } else {
            std::fs::remove_file(world.dir.path().join("stored").join(fid.to_text())).unwrap();
        }
        let gateway = world.start().await;
        gateway.until_settled(&world, fid).await;
        world
            .until("the deal is cancelled", || !world.chain.has_deal(&fid))
            .await;
        assert_eq!(world.chain.locked(&alice().account_id(), "home"), 0);
        let progress = gateway.get(&format!("/file/deal/{fid}")).await.data();
        assert_eq!(progress["state"], "failed");
        gateway.stop().await;
    }
}

#[tokio::test]
async fn an_upload_again_adopts_a_deal_whose_record_was_lost() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.chain.set_reports(i, false));
    let gateway = world.start().await;
    let content = noise(100, 1);
    let fid = gateway.upload(content.clone()).await;
    gateway.gateway.halt(&fid).await;
    gateway.gateway.records.forget(fid).await.unwrap();
    gateway.gateway.cache.remove(fid).await;
    (0..12).for_each(|i| world.chain.set_reports(i, true));
    let again = Put::object("abc").send(&gateway, content).await;
    assert_eq!((again.status, again.fid()), (StatusCode::OK, fid));
    world.until_stored(fid).await;
    assert_eq!(world.chain.declarations(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn two_gateways_cannot_share_a_data_directory() {
    let world = World::new(0).await;
    let gateway = world.start().await;
    let second = crate::gateway::Store::open(world.dir.path()).await;
    let error = second.err().map(|e| e.to_string()).unwrap_or_default();
    assert!(error.contains("another gateway runs"), "{error}");
    gateway.stop().await;
}
