//! `cessnet check`.

use super::Session;
use anyhow::{ensure, Result};

/// Lets the chain check the invariants of all pallets at one block.
pub(super) async fn check(session: &Session) -> Result<()> {
    let chain = session.chain(&session.manifest()?).await?;
    let (block, hash) = chain.best().await?;
    let complaints = chain.at(hash).complaints().await?;
    let holds = complaints.is_empty();
    let text = match holds {
        true => format!("block {block}: every invariant of every pallet holds"),
        false => format!("block {block}:\n  {}", complaints.join("\n  ")),
    };
    session.print(
        text,
        serde_json::json!({ "block": block, "holds": holds, "complaints": complaints }),
    );
    ensure!(holds, "the chain's books do not balance");
    Ok(())
}
