//! `cessnet put` and `cessnet get`.

use super::Session;
use crate::cli::{Get, Put};
use crate::client::{Gateway, Upload};
use crate::lifecycle;
use crate::manifest::Manifest;
use crate::output::bytes;
use crate::roles::RoleKind;
use anyhow::{Context, Result};
use cess_chain::Signer;
use std::time::{Duration, Instant};

/// The first gateway of a network, and its account.
pub(super) fn gateway(manifest: &Manifest) -> Result<(Gateway, cess_primitives::AccountId)> {
    let role = manifest
        .of_kind(RoleKind::Gateway)
        .next()
        .context("this network has no gateway")?;
    let url = role.http().context("the gateway has no port")?;
    Ok((Gateway::new(&url)?, lifecycle::account_of(role)?))
}

pub(super) async fn put(session: &Session, put: Put) -> Result<()> {
    let manifest = session.manifest()?;
    let chain = session.chain(&manifest).await?;
    let (gateway, gateway_account) = gateway(&manifest)?;
    let user = Signer::from_uri(&put.account)?;
    let size = std::fs::metadata(&put.file)
        .with_context(|| put.file.display().to_string())?
        .len();
    let params = chain.params().await?;
    // One more segment than the size asks for: encryption adds a little.
    let segments = u32::try_from(params.segments_of(size)).context("the file is too large")?;
    let space = params.file_space(segments + u32::from(put.cipher.is_some()));
    if lifecycle::authorise(&chain, &user, &gateway_account).await? && !session.json {
        println!("authorised the gateway");
    }
    let gib = lifecycle::rent(&chain, &user, &put.territory, space).await?;
    if gib > 0 && !session.json {
        println!("rented {gib} GiB for territory `{}`", put.territory);
    }
    let file_name = put
        .file
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let name = put.name.unwrap_or(file_name);
    let started = Instant::now();
    let upload = Upload {
        file: &put.file,
        name: &name,
        territory: &put.territory,
        cipher: put.cipher.as_deref(),
    };
    let fid = gateway.put(&user, &upload).await?;
    let state = if put.no_wait {
        "declared"
    } else {
        let patience = Duration::from_millis(params.slot_ms)
            * (params.deal_ticks(segments) + params.tag_ticks(segments));
        lifecycle::wait_active(&chain, &fid, patience).await?;
        "active"
    };
    let took = started.elapsed().as_secs_f32();
    session.print(
        format!("{fid}\n{} {state} after {took:.1} s", bytes(size.into())),
        serde_json::json!({ "fid": fid, "size": size, "state": state, "seconds": took }),
    );
    Ok(())
}

pub(super) async fn get(session: &Session, get: Get) -> Result<()> {
    let manifest = session.manifest()?;
    let (gateway, _) = gateway(&manifest)?;
    let size = gateway
        .get(&get.fid, get.cipher.as_deref(), get.fresh, &get.output)
        .await?;
    session.print(
        format!("{} written to {}", bytes(size.into()), get.output.display()),
        serde_json::json!({ "fid": get.fid, "size": size, "output": get.output }),
    );
    Ok(())
}
