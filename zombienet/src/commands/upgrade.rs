//! `cessnet upgrade`.

use super::Session;
use crate::cli::Upgrade;
use crate::progress::Progress;
use crate::upgrade;
use crate::wasm::RuntimeWasm;
use anyhow::Result;

pub(super) async fn upgrade(session: &Session, upgrade: Upgrade) -> Result<()> {
    let wasm = RuntimeWasm::load(&upgrade.wasm)?;
    let manifest = session.manifest()?;
    let chain = session.chain(&manifest).await?;
    let root = session.root(&manifest)?;
    let progress = Progress::new(session.json);
    let done = upgrade::upgrade(&chain, &root, &manifest, &wasm, &progress).await?;
    progress.finish();
    session.print(
        format!(
            "{} {} → {} in block {}\n{} run it; block {} is final",
            done.spec_name,
            done.from,
            done.to,
            done.block,
            done.validators.join(", "),
            done.finalized
        ),
        serde_json::json!({
            "spec_name": done.spec_name, "from": done.from, "to": done.to, "block": done.block,
            "validators": done.validators, "finalized": done.finalized,
        }),
    );
    Ok(())
}
