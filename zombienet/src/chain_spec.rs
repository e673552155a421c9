//! The raw chain spec of a network, made by `cess-node` and kept until the program changes.

use crate::binaries::Binaries;
use crate::definition::Definition;
use crate::dir::{write_atomically, NetworkDir};
use cess_primitives::ProtocolParams;
use serde_json::Value;
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
    let refused = |reason: String| ChainSpecError::Refused {
        chain: chain.clone(),
        reason,
    };
    // Quantities of its own make a network another one, for the cache too.
    let own = !definition.cessnet.params.is_empty();
    let params = definition.params().map_err(refused)?;
    let identity = match own {
        true => format!("{chain} {params:?}"),
        false => chain.clone(),
    };
    let cached = cache_path(&node, &chain, &identity);
    if let Some(spec) = cached.as_ref().and_then(|path| std::fs::read(path).ok()) {
        return write_atomically(&target, &spec).map_err(io(&target));
    }
    let raw = if own {
        let plain = export(&node, &["--chain", &chain]).await.map_err(refused)?;
        let patched = with_params(&plain, &params).map_err(refused)?;
        // Where the raw one will be, which overwrites it.
        write_atomically(&target, &patched).map_err(io(&target))?;
        let plain = target.display().to_string();
        export(&node, &["--raw", "--chain", &plain]).await
    } else {
        export(&node, &["--raw", "--chain", &chain]).await
    };
    let raw = raw.map_err(refused)?;
    write_atomically(&target, &raw).map_err(io(&target))?;
    if let Some(path) = cached {
        // A cache that cannot be written costs seconds, not correctness.
        let stored = std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
            .and_then(|()| write_atomically(&path, &raw));
        if let Err(e) = stored {
            tracing::debug!("the chain spec is not cached: {e}");
        }
    }
    Ok(())
}

/// Has the node write a chain spec.
async fn export(node: &Path, args: &[&str]) -> Result<Vec<u8>, String> {
    let output = tokio::process::Command::new(node)
        .arg("export-chain-spec")
        .args(args)
        .output()
        .await
        .map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().last().unwrap_or("nothing").to_owned())
}

/// A plain chain spec that starts with these quantities.
fn with_params(plain: &[u8], params: &ProtocolParams) -> Result<Vec<u8>, String> {
    let mut spec: Value = serde_json::from_slice(plain).map_err(|e| e.to_string())?;
    let patch = spec
        .pointer_mut("/genesis/runtimeGenesis/patch")
        .ok_or("its genesis is no patch of the runtime's")?;
    patch["protocol"]["params"] = serde_json::to_value(params).map_err(|e| e.to_string())?;
    // The graph of idle files is published apart from the quantities.
    patch["sminer"]["expenders"] =
        serde_json::to_value(params.expenders()).map_err(|e| e.to_string())?;
    serde_json::to_vec(&spec).map_err(|e| e.to_string())
}

/// Where the spec that this very program makes for this chain is kept.
fn cache_path(node: &Path, chain: &str, network: &str) -> Option<PathBuf> {
    let node = node.canonicalize().ok()?;
    let meta = node.metadata().ok()?;
    let identity = format!(
        "{}|{}|{:?}|{network}",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_and_the_graph_of_idle_files_are_put_into_the_genesis() {
        let plain = br#"{ "id": "x", "genesis": { "runtimeGenesis": { "patch": {
            "protocol": { "params": { "oneDay": 1 } }, "sminer": { "expenders": [1, 2, 3] } } } } }"#;
        let params = ProtocolParams {
            idle_file_size: 1 << 20,
            ..ProtocolParams::fast()
        };
        let spec: Value = serde_json::from_slice(&with_params(plain, &params).unwrap()).unwrap();
        let patch = spec.pointer("/genesis/runtimeGenesis/patch").unwrap();
        assert_eq!(patch["protocol"]["params"]["idleFileSize"], 1 << 20);
        assert_eq!(patch["protocol"]["params"]["oneDay"], params.one_day);
        assert_eq!(
            patch["sminer"]["expenders"],
            serde_json::json!([8, 16384, 4])
        );
        assert!(with_params(b"{}", &params).is_err());
    }
}
