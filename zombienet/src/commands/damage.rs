//! `cessnet corrupt` and `cessnet lose`: faults in a miner's store.

use super::Session;
use crate::cli::{Damage, Loss};
use crate::lifecycle;
use anyhow::{Context, Result};
use cess_primitives::Hash;
use rand::RngCore;
use std::io::Write;
use std::path::{Path, PathBuf};

async fn chosen(session: &Session, which: &Loss) -> Result<Vec<(Hash, PathBuf)>> {
    let manifest = session.manifest()?;
    let role = manifest.role(&which.miner)?;
    let chain = session.chain(&manifest).await?;
    lifecycle::stored_fragments(&chain, role, which.fid, which.fragments).await
}

fn report(session: &Session, miner: &str, done: &str, fragments: &[(Hash, PathBuf)]) {
    let hashes: Vec<_> = fragments.iter().map(|(hash, _)| hash).collect();
    let list = hashes
        .iter()
        .map(|h| format!("\n  {h}"))
        .collect::<String>();
    let text = format!("{done} {} fragments of {miner}:{list}", hashes.len());
    session.print(
        text,
        serde_json::json!({ "miner": miner, "fragments": hashes }),
    );
}

pub(super) async fn corrupt(session: &Session, damage: Damage) -> Result<()> {
    let fragments = chosen(session, &damage.which).await?;
    for (_, path) in &fragments {
        overwrite(path, damage.bytes).with_context(|| path.display().to_string())?;
    }
    report(session, &damage.which.miner, "overwrote", &fragments);
    Ok(())
}

pub(super) async fn lose(session: &Session, loss: Loss) -> Result<()> {
    let fragments = chosen(session, &loss).await?;
    for (_, path) in &fragments {
        std::fs::remove_file(path).with_context(|| path.display().to_string())?;
    }
    report(session, &loss.miner, "deleted", &fragments);
    Ok(())
}

/// Overwrites a file in place with random bytes: all of it, or the first `limit` bytes.
pub(crate) fn overwrite(path: &Path, limit: Option<u64>) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len().min(limit.unwrap_or(u64::MAX));
    let mut noise = [0u8; 4096];
    while left > 0 {
        rand::thread_rng().fill_bytes(&mut noise);
        let part = left.min(noise.len() as u64) as usize;
        file.write_all(&noise[..part])?;
        left -= part as u64;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_overwritten_whole_or_in_part_and_keeps_its_size() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), vec![7u8; 10_000]).unwrap();
        overwrite(file.path(), Some(8)).unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        assert_eq!((bytes.len(), &bytes[8..]), (10_000, &[7u8; 9_992][..]));
        overwrite(file.path(), None).unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        assert_eq!(bytes.len(), 10_000);
        assert_ne!(bytes[9_000..], [7u8; 1000]);
    }
}
