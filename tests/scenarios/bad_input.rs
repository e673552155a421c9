//! Whatever a client gets wrong is answered with a clear message and changes nothing.
//!
//! Phases and what must hold: one request for each mistake; its code, a message that names the cause,
//! and afterwards no deal, no file and nothing locked.

use anyhow::{ensure, Context, Result};
use cess_chain::Signer;
use cess_tests::{random_bytes, Devnet};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_answered_clearly_and_change_nothing() -> Result<()> {
    let net = Devnet::start("small.toml", 1).await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let url = |path: &str| format!("{}{path}", net.gateway.url());
    let body = random_bytes(15, 1000);
    let object = |name: &str, user: &Signer| {
        net.gateway
            .signed("PUT", &format!("/object/{name}"), user)
            .header("Territory", "scenario")
    };
    let stranger = Signer::from_uri("//Bob")?;
    let unknown = "ab".repeat(32);

    let unsigned = http
        .put(url("/object/name.bin"))
        .header("Territory", "scenario")
        .body(body.clone());
    let expired = signed_with(&net, "PUT /object/name.bin 1600000000").body(body.clone());
    let elsewhere = signed_with(&net, "PUT /object/other.bin 99999999999").body(body.clone());
    let forged = object("name.bin", &net.user)
        .header("Account", stranger.ss58())
        .body(body.clone());
    let cases = [
        ("no signature", unsigned, 400..500, "signature"),
        ("an expired signature", expired, 400..500, "expire"),
        ("a signature for another path", elsewhere, 400..500, ""),
        ("somebody else's signature", forged, 400..500, ""),
        (
            "an empty file",
            object("empty.bin", &net.user).body(""),
            400..401,
            "empty",
        ),
        (
            "a short name",
            object("ab", &net.user).body(body.clone()),
            400..401,
            "3",
        ),
        (
            "a long name",
            object(&"n".repeat(64), &net.user).body(body.clone()),
            400..401,
            "63",
        ),
        (
            "a gateway without authorization",
            object("name.bin", &stranger).body(body.clone()),
            403..404,
            "authoriz",
        ),
        (
            "no territory header",
            net.gateway
                .signed("PUT", "/object/name.bin", &net.user)
                .body(body.clone()),
            400..500,
            "erritory",
        ),
        (
            "an unknown territory",
            net.gateway
                .signed("PUT", "/object/name.bin", &net.user)
                .header("Territory", "nowhere")
                .body(body.clone()),
            400..500,
            "erritory",
        ),
        (
            "an unknown fid",
            http.get(url(&format!("/file/download/{unknown}"))),
            404..405,
            "",
        ),
        (
            "metadata of an unknown fid",
            http.get(url(&format!("/file/metadata/{unknown}"))),
            404..405,
            "",
        ),
        (
            "a malformed fid",
            http.get(url("/file/download/xyz")),
            400..401,
            "fid",
        ),
        (
            "deleting an unknown fid",
            net.gateway
                .signed("DELETE", &format!("/file/{unknown}"), &net.user),
            404..405,
            "",
        ),
        (
            "an unknown route",
            http.get(url("/no/such/route")),
            404..405,
            "",
        ),
    ];
    for (mistake, request, codes, word) in cases {
        let response = request.send().await.with_context(|| mistake.to_owned())?;
        let status = response.status().as_u16();
        let answer: Value = response
            .json()
            .await
            .with_context(|| format!("{mistake}: not the envelope"))?;
        let message = answer["msg"].as_str().unwrap_or_default();
        ensure!(codes.contains(&status), "{mistake}: {status} {message}");
        ensure!(
            answer["code"] == status,
            "{mistake}: status {status}, code {}",
            answer["code"]
        );
        ensure!(
            message.to_lowercase().contains(&word.to_lowercase()),
            "{mistake}: `{message}` lacks `{word}`"
        );
    }

    let (fid, _) = net.store("good.bin", &body).await?;
    let range = http
        .get(url(&format!("/file/download/{fid}")))
        .header("Range", "bytes=5000-6000")
        .send()
        .await?;
    ensure!(
        range.status() == 416,
        "a range past the end answers {}",
        range.status()
    );
    ensure!(net.chain.deals().await?.is_empty());
    ensure!(net.chain.files().await?.len() == 1);
    ensure!(net.territory().await?.locked_space == 0);
    net.finish().await
}

/// A request whose message is this text, correctly signed by Alice.
fn signed_with(net: &Devnet, message: &str) -> reqwest::RequestBuilder {
    let signature = hex::encode(net.user.sign(message.as_bytes()));
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap_or_default();
    http.put(format!("{}/object/name.bin", net.gateway.url()))
        .header("Territory", "scenario")
        .header("Account", net.user.ss58())
        .header("Message", message)
        .header("Signature", signature)
}
