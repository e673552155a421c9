//! `cessnet logs`.

use super::Session;
use crate::cli::Logs;
use crate::manifest::Manifest;
use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::time::Duration;

pub(super) async fn logs(session: &Session, logs: Logs) -> Result<()> {
    let path = match &logs.role {
        None => session.dir.log(),
        Some(role) => {
            let manifest = Manifest::load(&session.dir)?;
            let manifest = manifest
                .with_context(|| format!("{} has no network", session.dir.root().display()))?;
            manifest.role(role)?.log.clone()
        }
    };
    let mut file =
        std::fs::File::open(&path).with_context(|| format!("no log at {}", path.display()))?;
    let mut out = std::io::stdout();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer)?;
        out.write_all(&buffer[..n])?;
        if n > 0 {
            continue;
        }
        if !logs.follow {
            return Ok(());
        }
        out.flush()?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
