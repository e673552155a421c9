//! What every client sees: envelope, CORS, routes, health, authentication.

use crate::testing::{alice, bob, noise, Put, World};
use axum::body::Body;
use axum::http::StatusCode;
use cess_primitives::Hash;

#[tokio::test]
async fn unknown_routes_methods_and_fids_are_answered_in_the_envelope() {
    let world = World::new(0).await;
    let gateway = world.start().await;
    let unknown = gateway.get("/nothing").await;
    assert_eq!(
        (unknown.status, unknown.envelope()["data"].is_null()),
        (StatusCode::NOT_FOUND, true)
    );
    let post = gateway.request("POST", "/file", &[], Body::empty()).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    post.envelope();
    for route in ["download", "metadata", "location", "deal"] {
        let malformed = gateway.get(&format!("/file/{route}/ABC")).await;
        assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
        assert!(malformed.msg().contains("64 characters"));
        let absent = gateway
            .get(&format!("/file/{route}/{}", Hash::of(b"x")))
            .await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND);
        absent.envelope();
    }
    gateway.stop().await;
}

#[tokio::test]
async fn any_page_of_a_browser_may_use_the_gateway() {
    let world = World::new(0).await;
    let gateway = world.start().await;
    let headers = [
        ("Origin", "https://example.org".to_owned()),
        ("Access-Control-Request-Method", "PUT".to_owned()),
        (
            "Access-Control-Request-Headers",
            "account,message".to_owned(),
        ),
    ];
    let preflight = gateway
        .request("OPTIONS", "/file", &headers, Body::empty())
        .await;
    assert_eq!(preflight.status, StatusCode::OK);
    assert_eq!(preflight.headers["access-control-allow-origin"], "*");
    assert_eq!(preflight.headers["access-control-allow-headers"], "*");
    assert!(preflight.headers["access-control-allow-methods"]
        .to_str()
        .unwrap()
        .contains("PUT"));
    gateway.stop().await;
}

#[tokio::test]
async fn health_version_and_metrics_answer() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let health = gateway.get("/health").await;
    assert_eq!(health.status, StatusCode::OK);
    let health: serde_json::Value = serde_json::from_slice(&health.body).unwrap();
    assert_eq!(health["status"], "ready");
    assert!(gateway
        .get("/version")
        .await
        .data()
        .as_str()
        .unwrap()
        .contains("gateway v"));
    let fid = gateway.upload(noise(10, 1)).await;
    world.until_stored(fid).await;
    gateway.until_settled(&world, fid).await;
    let metrics = gateway.get("/metrics").await;
    let metrics = String::from_utf8(metrics.body.to_vec()).unwrap();
    for line in [
        "cess_gateway_uploads_total{outcome=\"accepted\"} 1",
        "cess_gateway_deals_total{outcome=\"stored\"} 1",
        "cess_gateway_cache_bytes 4096",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_request_without_a_good_signature_is_refused_with_the_cause() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    for (put, status, cause) in [
        (
            Put::object("abc").without("Signature"),
            StatusCode::UNAUTHORIZED,
            "Signature is missing",
        ),
        (
            Put::object("abc").without("Account"),
            StatusCode::UNAUTHORIZED,
            "Account is missing",
        ),
        (
            Put::object("abc").header("Account", "nobody"),
            StatusCode::BAD_REQUEST,
            "SS58",
        ),
        (
            Put::object("abc").header("Account", bob().ss58()),
            StatusCode::FORBIDDEN,
            "not one of Account",
        ),
        (
            Put::object("abc").header("EthAcc", "0x1"),
            StatusCode::FORBIDDEN,
            "EthAcc is not supported",
        ),
        (
            Put::object("abc").header("Signature", "12"),
            StatusCode::BAD_REQUEST,
            "64 bytes",
        ),
    ] {
        let answer = put.send(&gateway, noise(10, 1)).await;
        assert_eq!(answer.status, status);
        assert!(answer.msg().contains(cause), "{}", answer.msg());
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_message_without_expiry_works_once_even_after_a_restart() {
    let world = World::new(12).await;
    let once = |name: &str| {
        Put::object(name)
            .header("Message", "no time in here")
            .header("Signature", hex::encode(alice().sign(b"no time in here")))
    };
    let gateway = world.start().await;
    assert_eq!(
        once("abc").send(&gateway, noise(10, 1)).await.status,
        StatusCode::OK
    );
    let replay = once("def").send(&gateway, noise(10, 2)).await;
    assert_eq!(replay.status, StatusCode::FORBIDDEN);
    assert!(replay.msg().contains("used before"));
    gateway.stop().await;
    let gateway = world.start().await;
    let replay = once("ghi").send(&gateway, noise(10, 3)).await;
    assert_eq!(replay.status, StatusCode::FORBIDDEN);
    gateway.stop().await;
}

#[tokio::test]
async fn an_account_that_did_not_authorise_the_gateway_is_told_how() {
    let world = World::new(12).await;
    world.chain.rent(&bob().account_id(), "home", 1 << 30);
    let gateway = world.start().await;
    let answer = Put::by(&bob(), "/object/abc")
        .send(&gateway, noise(10, 1))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let address = crate::refusal::ss58(&gateway.gateway.account());
    assert!(
        answer.msg().contains(&format!("Oss.authorize({address})")),
        "{}",
        answer.msg()
    );
    gateway.stop().await;
}
