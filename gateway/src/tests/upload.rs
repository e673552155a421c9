//! What becomes of uploads, good and bad.

use crate::testing::FakeChain;
use crate::testing::{alice, bob, form, noise, Answer, Put, Running, World, SEGMENT};
use axum::http::StatusCode;
use bytes::Bytes;
use cess_primitives::file::{FileState, UserBrief};
use cess_primitives::territory::TerritoryState;
use cess_primitives::Hash;
use cess_segment::{split, Cipher, Layout};
use std::io;

/// Nothing of a refused upload is left, on disk or on the chain. The thread that cuts a file notices a
/// moment after the answer that nobody sends any more.
async fn assert_nothing_left(world: &World) {
    let empty = || world.files("spool") == 0;
    world.until("the spool is empty", empty).await;
    assert_eq!(world.files("stored"), 0);
    assert_eq!(world.chain.declarations(), 0);
    assert_eq!(world.chain.locked(&alice().account_id(), "home"), 0);
}

fn refused(answer: &Answer, status: StatusCode, cause: &str) {
    assert_eq!(answer.status, status, "{}", answer.msg());
    assert!(
        answer.msg().contains(cause),
        "`{}` does not say `{cause}`",
        answer.msg()
    );
}

#[tokio::test]
async fn the_published_file_has_the_published_fid() {
    let world = World::with_segments(12, 32 << 20).await;
    let gateway = world.start().await;
    let answer = Put::form()
        .send(&gateway, form("file", "hello.txt", b"hello cess", true))
        .await;
    let fid = "be1e4130895feddd642d5ca739f80de7b7e101ca271581a7c68071d5327d0c59";
    assert_eq!(answer.fid().to_text(), fid);
    let put = Put::object("hello.txt")
        .header("Cipher", "secret")
        .header("Cipher-Format", "published");
    let fid = "58aa348597151b8dc28d29c96804050259fd68c7d88aa40d5f13fcaa06fad506";
    assert_eq!(
        put.send(&gateway, &b"hello cess"[..]).await.fid().to_text(),
        fid
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_form_and_an_object_are_the_same_file() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 2 + 5, 1);
    let by_form = Put::form()
        .send(&gateway, form("file", "a%20b.txt", &content, true))
        .await
        .fid();
    world.until_stored(by_form).await;
    gateway.until_settled(&world, by_form).await;
    assert_eq!(gateway.upload(content.clone()).await, by_form);
    assert_eq!(world.chain.declarations(), 1, "it was Alice's already");
    let metadata = gateway
        .get(&format!("/file/metadata/{by_form}"))
        .await
        .data();
    assert_eq!(metadata["size"], content.len());
    assert_eq!(metadata["state"], "tagging");
    assert_eq!(metadata["owner"][0]["file_name"], "a b.txt");
    assert_eq!(metadata["owner"][0]["user"], alice().ss58());
    assert_eq!(world.files("spool"), 0);
    gateway.stop().await;
}

#[tokio::test]
async fn every_bad_form_is_refused_with_the_cause_and_leaves_nothing() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let data = noise(SEGMENT as usize * 3, 1);
    let two = [
        form("file", "one.txt", &data, false),
        b"\r\n".to_vec(),
        form("file", "two.txt", &data, true),
    ];
    for (body, cause) in [
        (form("file", "abc", b"", true), "file is empty"),
        (form("file", "ab", &data, true), "3 to 63 bytes"),
        (form("file", &"x".repeat(64), &data, true), "3 to 63 bytes"),
        (form("file", "%ff%ff%ff", &data, true), "not UTF-8"),
        (form("other", "abc", &data, true), "no field `file`"),
        (form("file", "abc", &data, false), "cut off"),
        (form("file", "abc", &data[..10], false), "cut off"),
        (two.concat(), "more than one"),
        (Vec::new(), "cut off"),
    ] {
        refused(
            &Put::form().send(&gateway, body).await,
            StatusCode::BAD_REQUEST,
            cause,
        );
    }
    let plain = Put::form()
        .header("Content-Type", "text/plain")
        .send(&gateway, data.clone())
        .await;
    refused(&plain, StatusCode::BAD_REQUEST, "multipart form");
    let named = Put::form()
        .header("Filename", "x")
        .send(&gateway, form("file", "good", &data, true))
        .await;
    refused(&named, StatusCode::BAD_REQUEST, "3 to 63 bytes");
    let whole = form("file", "abc", &data, true);
    let broken = io::Error::from(io::ErrorKind::ConnectionReset);
    let pieces = vec![Ok(Bytes::copy_from_slice(&whole[..9000])), Err(broken)];
    refused(
        &Put::form().send_pieces(&gateway, pieces).await,
        StatusCode::BAD_REQUEST,
        "cut off",
    );
    gateway.gateway.shutdown().await;
    assert_nothing_left(&world).await;
}

#[tokio::test]
async fn every_bad_object_is_refused_with_the_cause_and_leaves_nothing() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let data = Bytes::from(noise(SEGMENT as usize * 3, 1));
    let bad = StatusCode::BAD_REQUEST;
    for (put, cause) in [
        (Put::object("ab"), "3 to 63 bytes"),
        (
            Put::object("abc").header("Filename", "x".repeat(64)),
            "3 to 63 bytes",
        ),
        (Put::object("abc").without("Territory"), "header Territory"),
        (
            Put::object("abc").header("Territory", "x".repeat(64)),
            "header Territory",
        ),
        (
            Put::object("abc").header("Territory", "elsewhere"),
            "no territory `elsewhere`",
        ),
        (
            Put::object("abc").header("Cipher-Format", "published"),
            "needs a password",
        ),
        (
            Put::object("abc")
                .header("Cipher", "x")
                .header("Cipher-Format", "rot13"),
            "Cipher-Format is",
        ),
        (
            Put::object("abc")
                .header("Cipher", "x".repeat(33))
                .header("Cipher-Format", "published"),
            "1 to 32 bytes",
        ),
    ] {
        refused(&put.send(&gateway, data.clone()).await, bad, cause);
    }
    refused(
        &Put::object("abc").send(&gateway, Bytes::new()).await,
        bad,
        "file is empty",
    );
    for announced in ["99999", "5"] {
        let put = Put::object("abc").header("Content-Length", announced);
        let answer = put.send_pieces(&gateway, vec![Ok(data.clone())]).await;
        refused(&answer, bad, "announced");
    }
    let broken = io::Error::from(io::ErrorKind::UnexpectedEof);
    let pieces = vec![Ok(data.clone()), Err(broken)];
    refused(
        &Put::object("abc").send_pieces(&gateway, pieces).await,
        bad,
        "cut off",
    );
    let huge = Put::object("abc").header("Content-Length", (SEGMENT * 1000 + 1).to_string());
    refused(
        &huge.send_pieces(&gateway, vec![]).await,
        StatusCode::PAYLOAD_TOO_LARGE,
        "1000 segments",
    );
    gateway.gateway.shutdown().await;
    assert_nothing_left(&world).await;
}

#[tokio::test]
async fn a_territory_that_cannot_pay_is_refused_before_anything_is_declared() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let owner = alice().account_id();
    let bad = StatusCode::BAD_REQUEST;
    // Twice three times two segments are needed, and strictly less than what is there.
    world.chain.set_territory(&owner, "home", |t| {
        t.remaining_space = u128::from(SEGMENT) * 6
    });
    let content = noise(SEGMENT as usize + 1, 1);
    refused(
        &Put::object("abc").send(&gateway, content.clone()).await,
        bad,
        "needs more than 24576",
    );
    let unannounced = Put::object("abc")
        .send_pieces(&gateway, vec![Ok(content.clone().into())])
        .await;
    refused(&unannounced, bad, "enlarge it");
    for state in [
        TerritoryState::Frozen,
        TerritoryState::Expired,
        TerritoryState::OnConsignment,
    ] {
        world
            .chain
            .set_territory(&owner, "home", |t| t.state = state);
        refused(
            &Put::object("abc").send(&gateway, content.clone()).await,
            bad,
            "not active",
        );
    }
    assert_nothing_left(&world).await;
    world.chain.set_territory(&owner, "home", |t| {
        t.state = TerritoryState::Active;
        t.remaining_space += 1;
    });
    let fid = gateway.upload(content).await;
    world.until_stored(fid).await;
    gateway.stop().await;
}

#[tokio::test]
async fn without_twelve_able_miners_nothing_is_declared() {
    let world = World::new(13).await;
    world
        .chain
        .set_miner(0, |m| m.idle_space = u128::from(SEGMENT / 4) - 1);
    world
        .chain
        .set_miner(1, |m| m.state = b"frozen".to_vec().try_into().unwrap());
    let gateway = world.start().await;
    let answer = Put::object("abc").send(&gateway, noise(10, 1)).await;
    refused(&answer, StatusCode::SERVICE_UNAVAILABLE, "there are 11");
    assert_nothing_left(&world).await;
    gateway.stop().await;
}

#[tokio::test]
async fn each_refusal_of_the_chain_has_its_own_words_and_leaves_nothing() {
    use crate::testing::Mishap;
    let world = World::new(12).await;
    let gateway = world.start().await;
    for (pallet, error, status, cause) in [
        (
            "FileBank",
            "NoPermission",
            StatusCode::FORBIDDEN,
            "Oss.authorize",
        ),
        (
            "FileBank",
            "StorageLimitReached",
            StatusCode::FORBIDDEN,
            "as many files",
        ),
        ("FileBank", "NotActive", StatusCode::BAD_REQUEST, "expired"),
        (
            "StorageHandler",
            "InsufficientStorage",
            StatusCode::BAD_REQUEST,
            "enlarge",
        ),
        (
            "StorageHandler",
            "NotHaveTerritory",
            StatusCode::BAD_REQUEST,
            "rent it",
        ),
        (
            "Balances",
            "Odd",
            StatusCode::BAD_REQUEST,
            "Balances.Odd: docs",
        ),
    ] {
        world.chain.mishap(Mishap::Dispatch(pallet, error));
        refused(
            &Put::object("abc").send(&gateway, noise(10, 1)).await,
            status,
            cause,
        );
    }
    assert_nothing_left(&world).await;
    gateway.stop().await;
}

#[tokio::test]
async fn a_declaration_of_unknown_fate_is_seen_through() {
    use crate::testing::Mishap;
    let world = World::new(12).await;
    let gateway = world.start().await;
    for (seed, mishap) in [(1, Mishap::Lost), (2, Mishap::Dropped)] {
        world.chain.mishap(mishap);
        let content = noise(10, seed);
        let answer = Put::object("abc").send(&gateway, content.clone()).await;
        refused(&answer, StatusCode::GATEWAY_TIMEOUT, "keeps trying");
        let fid = gateway.upload(content).await;
        world.until_stored(fid).await;
        gateway.until_settled(&world, fid).await;
    }
    assert_eq!(world.chain.declarations(), 2);
    gateway.stop().await;
}

#[tokio::test]
async fn a_second_owner_needs_no_second_copy() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize * 2, 1);
    let fid = gateway.upload(content.clone()).await;
    world.until_stored(fid).await;
    world.chain.rent(&bob().account_id(), "home", 1 << 30);
    world.chain.authorise(&bob().account_id());
    let shared = Put::by(&bob(), "/object/mine")
        .send(&gateway, content)
        .await;
    assert_eq!(shared.fid(), fid);
    let owners = gateway.get(&format!("/file/metadata/{fid}")).await.data()["owner"].clone();
    assert_eq!(owners.as_array().unwrap().len(), 2);
    assert_eq!(owners[1]["user"], bob().ss58());
    gateway.stop().await;
}

#[tokio::test]
async fn the_same_content_at_the_same_time_is_one_upload_for_one_and_a_conflict_for_others() {
    let world = World::new(12).await;
    (0..12).for_each(|i| world.chain.set_reports(i, false));
    world.chain.rent(&bob().account_id(), "home", 1 << 30);
    world.chain.authorise(&bob().account_id());
    let gateway = world.start().await;
    let content = noise(SEGMENT as usize, 1);
    let (one, two) = tokio::join!(
        gateway.upload(content.clone()),
        gateway.upload(content.clone())
    );
    assert_eq!(one, two);
    assert_eq!(world.chain.declarations(), 1);
    let other = Put::by(&bob(), "/object/mine")
        .send(&gateway, content)
        .await;
    refused(&other, StatusCode::CONFLICT, "for another account");
    gateway.stop().await;
}

/// Declares what an upload of this content would declare, as somebody else's gateway.
fn declared_elsewhere(chain: &FakeChain, content: &[u8], operator: [u8; 32]) -> Hash {
    let layout = Layout::new(SEGMENT).unwrap();
    let summary = split(content, None, layout, &Cipher::none(), |_, _| Ok(())).unwrap();
    let brief = UserBrief {
        user: alice().account_id(),
        file_name: b"abc".to_vec().try_into().unwrap(),
        territory_name: b"home".to_vec().try_into().unwrap(),
    };
    let segments = summary.segments.try_into().unwrap();
    chain.declare_as(
        operator.into(),
        &summary.fid,
        &segments,
        &brief,
        summary.size,
    );
    summary.fid
}

#[tokio::test]
async fn a_deal_of_another_gateway_can_be_cancelled_but_not_taken_over() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(100, 1);
    let fid = declared_elsewhere(&world.chain, &content, [77; 32]);
    let answer = Put::object("abc").send(&gateway, content.clone()).await;
    refused(&answer, StatusCode::CONFLICT, "another gateway");
    assert_eq!(gateway.delete(&alice(), fid).await.status, StatusCode::OK);
    assert_eq!(gateway.upload(content).await, fid);
    world.until_stored(fid).await;
    gateway.stop().await;
}

async fn progress(gateway: &Running, fid: Hash) -> serde_json::Value {
    gateway.get(&format!("/file/deal/{fid}")).await.data()
}

#[tokio::test]
async fn progress_goes_from_reports_over_tags_to_active() {
    let world = World::new(12).await;
    (5..12).for_each(|i| world.chain.set_reports(i, false));
    let gateway = world.start().await;
    let fid = gateway.upload(noise(10, 1)).await;
    let wait = async {
        while progress(&gateway, fid).await["reports"]
            .as_array()
            .unwrap()
            .len()
            < 5
        {
            world.chain.next_block().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), wait)
        .await
        .unwrap();
    let now = progress(&gateway, fid).await;
    assert_eq!(
        (&now["state"], &now["reports_needed"]),
        (&"distributing".into(), &12.into())
    );
    (5..12).for_each(|i| world.chain.set_reports(i, true));
    world.until_stored(fid).await;
    let now = progress(&gateway, fid).await;
    assert_eq!(now["state"], "tagging");
    assert_eq!((&now["tagged"], &now["fragments"]), (&0.into(), &12.into()));
    world
        .chain
        .change_file(&fid, |f| f.stat = FileState::Active);
    assert_eq!(progress(&gateway, fid).await["state"], "active");
    let location = gateway.get(&format!("/file/location/{fid}")).await.data();
    let fragments = location["segments"][0]["fragments"].as_array().unwrap();
    assert_eq!(fragments.len(), 12);
    let miners: std::collections::HashSet<_> = fragments
        .iter()
        .map(|f| f["miner"].as_str().unwrap())
        .collect();
    assert_eq!(miners.len(), 12);
    assert!(fragments.iter().all(|f| f["available"] == true));
    gateway.stop().await;
}

#[tokio::test]
async fn deleting_is_for_owners_and_for_files_that_are_settled() {
    let world = World::new(12).await;
    world.chain.authorise(&bob().account_id());
    let gateway = world.start().await;
    let fid = gateway.upload(noise(10, 1)).await;
    refused(
        &gateway.delete(&bob(), fid).await,
        StatusCode::FORBIDDEN,
        "does not own",
    );
    world.until_stored(fid).await;
    refused(
        &gateway.delete(&bob(), fid).await,
        StatusCode::FORBIDDEN,
        "does not own",
    );
    refused(
        &gateway.delete(&alice(), fid).await,
        StatusCode::CONFLICT,
        "still being tagged",
    );
    world
        .chain
        .change_file(&fid, |f| f.stat = FileState::Active);
    let deleted = gateway.delete(&alice(), fid).await;
    assert!(deleted.data()["block hash"]
        .as_str()
        .unwrap()
        .starts_with("0x"));
    assert_eq!(
        gateway.download(fid, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(gateway.gateway.records.upload(fid).await.unwrap().is_none());
    refused(
        &gateway.delete(&alice(), fid).await,
        StatusCode::NOT_FOUND,
        "no such",
    );
    assert_eq!(world.files("stored"), 0);
    gateway.stop().await;
}
