//! Files in several requests.

use crate::testing::{alice, bob, noise, Answer, Put, Running, World, CACHE, SEGMENT};
use axum::http::StatusCode;
use bytes::Bytes;
use cess_segment::{split, Cipher, Layout};
use std::io;

const SIZE: usize = SEGMENT as usize * 2 + 100;

fn put(name: &str, range: &str) -> Put {
    Put::by(&alice(), &format!("/resume/{name}")).header("Content-Range", format!("bytes {range}"))
}

/// Sends `content[first..last]`.
async fn send(to: &Running, content: &[u8], first: usize, last: usize) -> Answer {
    let range = format!("{first}-{}/{}", last - 1, content.len());
    let body = Bytes::copy_from_slice(&content[first..last]);
    put("film.bin", &range).send(to, body).await
}

/// How many bytes are here, as the gateway says.
async fn here(to: &Running, total: usize) -> usize {
    let answer = put("film.bin", &format!("*/{total}"))
        .send(to, Bytes::new())
        .await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    let range = answer.headers.get("Range");
    range.map_or(0, |range| {
        let last = range.to_str().unwrap().strip_prefix("bytes=0-").unwrap();
        last.parse::<usize>().unwrap() + 1
    })
}

fn unfinished(world: &World) -> usize {
    let folders = std::fs::read_dir(world.dir.path().join("parts")).unwrap();
    folders
        .map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count())
        .sum()
}

#[tokio::test]
async fn a_file_in_parts_is_the_file_as_a_whole() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SIZE, 1);
    for (first, last) in [(0, 1), (1, 5000)] {
        let answer = send(&gateway, &content, first, last).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(answer.headers["Range"], format!("bytes=0-{}", last - 1));
        let sent = format!("bytes {first}-{}/{SIZE}", last - 1);
        assert_eq!(answer.headers["Content-Range"], sent);
        assert_eq!(answer.msg(), "ok");
        assert_eq!(answer.envelope()["data"]["received"], last);
    }
    assert_eq!(world.chain.declarations(), 0);
    let fid = send(&gateway, &content, 5000, SIZE).await.fid();
    let layout = Layout::new(SEGMENT).unwrap();
    let whole = split(&content[..], None, layout, &Cipher::none(), |_, _| Ok(())).unwrap();
    assert_eq!(fid, whole.fid);
    world.until_stored(fid).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    assert_eq!((unfinished(&world), world.files("spool")), (0, 0));
    gateway.stop().await;
}

#[tokio::test]
async fn a_single_request_may_bring_it_all_and_a_cipher() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SIZE, 2);
    let put = put("film.bin", &format!("0-{}/{SIZE}", SIZE - 1)).header("Cipher", "secret");
    let fid = put.send(&gateway, content.clone()).await.fid();
    world.until_stored(fid).await;
    assert_eq!(
        gateway.download(fid, &[("Cipher", "secret")]).await.body,
        content
    );
    gateway.stop().await;
}

#[tokio::test]
async fn parts_may_come_again_but_leave_no_gap() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SIZE, 3);
    send(&gateway, &content, 0, 3000).await;
    let gap = send(&gateway, &content, 3001, SIZE).await;
    assert_eq!(gap.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert!(gap.msg().contains("3000 bytes of this file are here"));
    send(&gateway, &content, 0, 3000).await;
    send(&gateway, &content, 1000, 4000).await;
    assert_eq!(here(&gateway, SIZE).await, 4000);
    let fid = send(&gateway, &content, 4000, SIZE).await.fid();
    world.until_stored(fid).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    gateway.stop().await;
}

#[tokio::test]
async fn what_arrived_before_a_cut_or_a_restart_is_still_here() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SIZE, 4);
    assert_eq!(here(&gateway, SIZE).await, 0);
    let pieces = vec![
        Ok(Bytes::copy_from_slice(&content[..1234])),
        Err(io::Error::other("the line is dead")),
    ];
    let cut = put("film.bin", &format!("0-{}/{SIZE}", SIZE - 1))
        .send_pieces(&gateway, pieces)
        .await;
    assert_eq!(cut.status, StatusCode::BAD_REQUEST);
    assert!(cut.msg().contains("Failed to receive data"));
    let short = put("film.bin", &format!("1234-2999/{SIZE}"))
        .send(&gateway, Bytes::copy_from_slice(&content[1234..2000]))
        .await;
    assert!(short.msg().contains("less file content"));
    assert!(short.msg().contains("go on from byte 2000"));
    gateway.stop().await;

    let gateway = world.start().await;
    assert_eq!(here(&gateway, SIZE).await, 2000);
    let fid = send(&gateway, &content, 2000, SIZE).await.fid();
    world.until_stored(fid).await;
    assert_eq!(gateway.download(fid, &[]).await.body, content);
    gateway.stop().await;
}

#[tokio::test]
async fn what_does_not_fit_its_range_or_its_owner_is_refused() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(SIZE, 5);
    send(&gateway, &content, 0, 100).await;
    let long = put("film.bin", &format!("100-109/{SIZE}"))
        .send(&gateway, Bytes::copy_from_slice(&content[100..111]))
        .await;
    assert!(long.msg().contains("more file content"));
    assert_eq!(here(&gateway, SIZE).await, 100);
    for (range, cause) in [
        ("9-1/10", "Illegal"),
        ("0-10/10", "Illegal"),
        ("x", "Illegal"),
    ] {
        let answer = put("film.bin", range).send(&gateway, Bytes::new()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.msg().contains(cause), "{range}");
    }
    let without = put("film.bin", "").without("Content-Range");
    let answer = without.send(&gateway, Bytes::new()).await;
    assert!(answer.msg().contains("Content-Range is missing"));

    world.chain.authorise(&bob().account_id());
    world
        .chain
        .rent(&bob().account_id(), "home", u128::from(CACHE));
    let others = Put::by(&bob(), "/resume/film.bin")
        .header("Content-Range", format!("bytes 100-199/{SIZE}"))
        .send(&gateway, Bytes::copy_from_slice(&content[100..200]))
        .await;
    assert!(others.msg().contains("0 bytes of this file are here"));
    gateway.stop().await;
}

#[tokio::test]
async fn a_file_without_room_is_refused_at_its_first_byte() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let refused = put("film.bin", "0-9/10000000000")
        .send(&gateway, &b"0123456789"[..])
        .await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    assert_eq!(unfinished(&world), 0);
    gateway.stop().await;
}

#[tokio::test]
async fn an_account_has_few_unfinished_uploads() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    for n in 0..crate::parts::UNFINISHED {
        let answer = put(&format!("film-{n}"), "0-0/10")
            .send(&gateway, &b"x"[..])
            .await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    }
    let refused = put("one-more", "0-0/10").send(&gateway, &b"x"[..]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let known = put("film-0", "1-1/10").send(&gateway, &b"y"[..]).await;
    assert_eq!(known.status, StatusCode::PERMANENT_REDIRECT);
    gateway.stop().await;
}

#[tokio::test]
async fn a_message_without_expiry_is_good_for_one_upload() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let content = noise(300, 6);
    let message = "the film, please";
    let signature = hex::encode(alice().sign(message.as_bytes()));
    let part = |first: usize, last: usize| {
        put("film.bin", &format!("{first}-{}/300", last - 1))
            .header("Message", message)
            .header("Signature", signature.clone())
            .send(&gateway, Bytes::copy_from_slice(&content[first..last]))
    };
    assert_eq!(part(0, 100).await.status, StatusCode::PERMANENT_REDIRECT);
    let fid = part(100, 300).await.fid();
    assert_eq!(part(0, 100).await.status, StatusCode::FORBIDDEN);
    world.until_stored(fid).await;
    // Spent, it does not go on with an upload that another message began either.
    send(&gateway, &content, 0, 100).await;
    assert_eq!(part(0, 100).await.status, StatusCode::FORBIDDEN);
    assert!(part(100, 300).await.status.is_client_error());
    assert_eq!(here(&gateway, 300).await, 100);
    gateway.stop().await;
}
