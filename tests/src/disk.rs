//! What miners have on their disks.

use anyhow::{Context, Result};
use cess_primitives::ProtocolParams;
use cessnet::roles::Role;
use std::io;
use std::path::{Path, PathBuf};

/// The fragments in a miner's folder, whole ones and those that are still coming in.
pub fn fragments(miner: &Role) -> Result<Vec<PathBuf>> {
    nephews(&miner.data.join("fragments"))
}

/// The idle files in a miner's folder, in order of their paths: the layers from K on of every cluster.
pub fn idle_files(miner: &Role, params: &ProtocolParams) -> Result<Vec<PathBuf>> {
    let files = params.idle_layers..2 * params.idle_layers;
    let is_file = |path: &PathBuf| layer(path).is_some_and(|layer| files.contains(&layer));
    let mut files = clusters(miner)?;
    files.retain(is_file);
    files.sort();
    Ok(files)
}

/// Everything in the folders of a miner's clusters: idle files and the temporary layers beneath them.
pub fn clusters(miner: &Role) -> Result<Vec<PathBuf>> {
    nephews(&miner.data.join("idle"))
}

fn layer(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix("layer-")?.parse().ok()
}

/// What is in the folders of a folder; the miner may be deleting some of them.
fn nephews(folder: &Path) -> Result<Vec<PathBuf>> {
    let in_vain = |folder: &Path| format!("cannot list {}", folder.display());
    let mut all = Vec::new();
    for child in list(folder).with_context(|| in_vain(folder))? {
        match list(&child) {
            Err(error) if child.is_dir() => return Err(error).with_context(|| in_vain(&child)),
            nephews => all.extend(nephews.unwrap_or_default()),
        }
    }
    Ok(all)
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.path())).collect()
}
