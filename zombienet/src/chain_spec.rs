//! The raw chain spec of a network, made by `cess-node` and kept until the program changes.

use crate::binaries::Binaries;
use crate::definition::Definition;
use crate::dir::{write_atomically, NetworkDir};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Why there is no chain spec.
#[derive(Debug, thiserror::Error)]
pub enum ChainSpecError {
    /// The node refused.
    #[error("cess-node could not make the chain spec `{chain}`: {reason}")]
    Refused {
        /// The chain id.
        chain: String,
        /// What it said.
        reason: String,
    },
    /// The disk said no.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// Writes the network's raw chain spec into its folder. Making one executes the runtime, which takes
/// seconds, so that specs are cached by the program that made them.
pub async fn make(
    binaries: &Binaries,
    definition: &Definition,
    dir: &NetworkDir,
) -> Result<(), ChainSpecError> {
    let chain = definition.chain_id();
    let node = binaries.path(&definition.relaychain.default_command);
    let target = dir.chain_spec();
    let io = |path: &Path| {
        let path = path.to_path_buf();
        move |source| ChainSpecError::Io { path, source }
    };
    let cached = cache_path(&node, &chain);
    if let Some(spec) = cached.as_ref().and_then(|path| std::fs::read(path).ok()) {
        return write_atomically(&target, &spec).map_err(io(&target));
    }
    let refused = |reason: String| ChainSpecError::Refused {
        chain: chain.clone(),
        reason,
    };
    let output = tokio::process::Command::new(&node)
        .args(["export-chain-spec", "--raw", "--chain", &chain])
        .output()
        .await
        .map_err(|e| refused(e.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(refused(said.lines().last().unwrap_or("nothing").to_owned()));
    }
    write_atomically(&target, &output.stdout).map_err(io(&target))?;
    if let Some(path) = cached {
        // A cache that cannot be written costs seconds, not correctness.
        let stored = std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
            .and_then(|()| write_atomically(&path, &output.stdout));
        if let Err(e) = stored {
            tracing::debug!("the chain spec is not cached: {e}");
        }
    }
    Ok(())
}

/// Where the spec that this very program makes for this chain is kept.
fn cache_path(node: &Path, chain: &str) -> Option<PathBuf> {
    let node = node.canonicalize().ok()?;
    let meta = node.metadata().ok()?;
    let identity = format!(
        "{}|{}|{:?}|{chain}",
        node.display(),
        meta.len(),
        meta.modified().ok()?
    );
    let name = format!(
        "{chain}-{}.json",
        &hex::encode(Sha256::digest(identity))[..16]
    );
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    Some(base.join("cessnet/chain-specs").join(name))
}
