//! `cessnet byzantine`: makes miners cheat.

use super::Session;
use crate::binaries::Binaries;
use crate::cli::Byzantine;
use crate::strains::{self, Strain};
use anyhow::Result;

pub(super) async fn byzantine(session: &Session, args: Byzantine) -> Result<()> {
    let Some(name) = args.miner else {
        return list(session);
    };
    let manifest = session.manifest()?;
    let miner = manifest.role(&name)?;
    let strain = match args.strain {
        Some(strain) => strains::turn(miner, &strain).await?,
        None => strains::of(miner).await?,
    };
    session.print(
        format!("{name}: {strain}"),
        serde_json::json!({ "miner": name, "strain": strain }),
    );
    Ok(())
}

fn list(session: &Session) -> Result<()> {
    let all = strains::list(&Binaries::locate()?)?;
    let line = |s: &Strain| format!("\n  {:<11} {}", s.name, s.does);
    let parts = all.iter().map(|(program, strains)| {
        let lines = strains.iter().map(line).collect::<String>();
        format!("{program}{lines}")
    });
    let text = parts.collect::<Vec<_>>().join("\n");
    let json: serde_json::Map<_, _> = all
        .iter()
        .map(|(program, strains)| ((*program).to_owned(), serde_json::json!(strains)))
        .collect();
    session.print(text, json.into());
    Ok(())
}
