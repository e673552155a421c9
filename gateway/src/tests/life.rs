//! Distribution with miners that fail, deals that end, and owners who change their mind.

use crate::testing::{alice, noise, Put, World, SEGMENT};
use axum::http::StatusCode;
use cess_p2p::Refusal;
use cess_primitives::Hash;

async fn reason(gateway: &crate::testing::Running, fid: Hash) -> String {
    let data = gateway.get(&format!("/file/deal/{fid}")).await.data();
    assert_eq!(data["state"], "failed", "{data}");
    data["reason"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn columns_of_miners_that_refuse_break_off_or_are_gone_go_to_others() {
    let world = World::new(20).await;
    world.miners[0].refuse_writes(Some(Refusal::NoSpace));
    world.miners[1].refuse_writes(Some(Refusal::Busy));
    world.miners[2].refuse_writes(Some(Refusal::OtherColumn));
    world.miners[3].full_at(Some(100));
    for gone in [4u8, 5] {
        world
            .network
            .leave(&cess_p2p::Identity::from_seed([gone; 32]).peer_id_bytes());
    }
    world.miners[6].cut_next_write_at(500);
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 4, 1);
    let fid = gateway.upload(content.clone()).await;
    world.until_stored(fid).await;
    gateway.until_settled(&world, fid).await;
    gateway.gateway.cache.remove(fid).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    assert_eq!(world.chain.declarations(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn columns_of_miners_that_never_report_go_to_others_before_the_deal_ends() {
    let world = World::new(20).await;
    (0..8).for_each(|i| {
        world.chain.set_reports(i, false);
        // They look best.
        world.chain.set_miner(i, |m| m.idle_space = 1 << 50);
    });
    let gateway = world.start().await;
    let fid = gateway.upload(noise(SEGMENT as usize, 1)).await;
    world.until_stored(fid).await;
    assert_eq!(world.chain.declarations(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn equal_columns_may_be_reported_in_any_order() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    // All fragments are equal: each miner reports the first column that is free.
    let fid = gateway.upload(vec![0; SEGMENT as usize]).await;
    world.until_stored(fid).await;
    gateway.until_settled(&world, fid).await;
    assert_eq!(world.chain.declarations(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_deal_that_expires_is_declared_again_and_in_the_end_given_up() {
    let world = World::new(12).await;
    world.chain.set_params(|p| p.deal_life = 20);
    world.chain.set_reports(0, false);
    let gateway = world.start().await;
    let fid = gateway.upload(noise(10, 1)).await;
    gateway.until_settled(&world, fid).await;
    assert_eq!(world.chain.declarations(), 3);
    assert!(reason(&gateway, fid).await.contains("did not report"));
    assert_eq!(world.chain.locked(&alice().account_id(), "home"), 0);
    assert_eq!(world.files("stored"), 0);
    // The same file may be tried again.
    world.chain.set_reports(0, true);
    assert_eq!(gateway.upload(noise(10, 1)).await, fid);
    world.until_stored(fid).await;
    gateway.stop().await;
}

#[tokio::test]
async fn a_file_is_stored_at_the_second_declaration_when_miners_come_back() {
    let world = World::new(12).await;
    world.chain.set_params(|p| p.deal_life = 20);
    world.chain.set_reports(0, false);
    let gateway = world.start().await;
    let fid = gateway.upload(noise(10, 1)).await;
    world
        .until("the second declaration", || world.chain.declarations() == 2)
        .await;
    world.chain.set_reports(0, true);
    world.until_stored(fid).await;
    gateway.until_settled(&world, fid).await;
    gateway.stop().await;
}

#[tokio::test]
async fn a_clock_that_jumps_ends_the_deal_and_it_is_declared_again() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.chain.set_reports(i, false));
    let gateway = world.start().await;
    let fid = gateway.upload(noise(10, 1)).await;
    world.chain.advance_clock(10_000);
    world
        .until("the second declaration", || world.chain.declarations() == 2)
        .await;
    (0..12).for_each(|i| world.chain.set_reports(i, true));
    world.until_stored(fid).await;
    gateway.stop().await;
}

#[tokio::test]
async fn the_owner_can_cancel_an_upload_and_start_it_anew() {
    let world = World::new(12).await;
    world.chain.set_reports(0, false);
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 3, 1);
    let fid = gateway.upload(content.clone()).await;
    assert_eq!(gateway.delete(&alice(), fid).await.status, StatusCode::OK);
    assert!(!world.chain.has_deal(&fid));
    assert_eq!(world.chain.locked(&alice().account_id(), "home"), 0);
    assert_eq!(world.files("stored"), 0);
    assert!(reason(&gateway, fid).await.contains("cancelled"));
    assert_eq!(
        gateway.download(fid, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    world.chain.set_reports(0, true);
    assert_eq!(gateway.upload(content).await, fid);
    world.until_stored(fid).await;
    gateway.stop().await;
}

#[tokio::test]
async fn a_deal_that_is_cancelled_on_the_chain_is_not_declared_again() {
    use crate::ChainApi;
    let world = World::new(12).await;
    world.chain.set_reports(0, false);
    let gateway = world.start().await;
    let fid = gateway.upload(noise(10, 1)).await;
    world.chain.cancel_deal(&fid).await.unwrap();
    gateway.until_settled(&world, fid).await;
    assert_eq!(world.chain.declarations(), 1);
    assert_eq!(reason(&gateway, fid).await, "the deal was cancelled");
    gateway.stop().await;
}

#[tokio::test]
async fn a_spool_file_that_rots_cancels_the_deal() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.miners[i].refuse_writes(Some(Refusal::Busy)));
    let gateway = world.start().await;
    let fid = gateway.upload(noise(SEGMENT as usize * 2, 1)).await;
    gateway.stop().await;
    let path = world.dir.path().join("stored").join(fid.to_text());
    std::fs::write(path, noise(SEGMENT as usize * 2, 2)).unwrap();
    let gateway = world.start().await;
    gateway.until_settled(&world, fid).await;
    assert!(reason(&gateway, fid).await.contains("damaged"));
    assert_eq!(world.chain.locked(&alice().account_id(), "home"), 0);
    gateway.stop().await;
}

#[tokio::test]
async fn many_uploads_at_once_are_all_stored() {
    let world = World::new(14).await;
    let gateway = world.start().await;
    let uploads = (0..24u8).map(|i| {
        let put = Put::object("abc");
        let gateway = &gateway;
        async move {
            put.send(gateway, noise(SEGMENT as usize * 2 + usize::from(i), i))
                .await
                .fid()
        }
    });
    let fids = futures::future::join_all(uploads).await;
    for (i, fid) in fids.into_iter().enumerate() {
        world.until_stored(fid).await;
        let body = gateway.download(fid, &[]).await.body;
        assert!(body == noise(SEGMENT as usize * 2 + i, i as u8));
    }
    gateway.stop().await;
}
