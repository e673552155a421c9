//! Which runtime the chain runs.

use crate::{connection::about_block, Chain, ChainError};
use codec::Decode;

/// Where every Substrate chain keeps its runtime.
const CODE: &[u8] = b":code";

/// What a runtime says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeVersion {
    /// The chain that it is made for.
    pub spec_name: String,
    /// Grows with each release.
    pub spec_version: u32,
    /// Grows when transactions are encoded in another way.
    pub transaction_version: u32,
}

/// The version that was last taken over: compact number and name.
#[derive(Decode)]
struct LastUpgrade {
    #[codec(compact)]
    spec_version: u32,
    _spec_name: String,
}

impl Chain {
    /// The runtime that executes the block after this one.
    pub async fn runtime_version(&self) -> Result<RuntimeVersion, ChainError> {
        const METHOD: &str = "state_getRuntimeVersion";
        let at = self.at;
        let version = self
            .connection()
            .ask(METHOD, |rpc| async move {
                rpc.state_get_runtime_version(at).await
            })
            .await
            .map_err(|e| about_block(e, at))?;
        let name = version.other.get("specName").and_then(|name| name.as_str());
        let spec_name = name.ok_or_else(|| ChainError::Answer {
            method: METHOD,
            reason: "it names no runtime".into(),
        })?;
        Ok(RuntimeVersion {
            spec_name: spec_name.to_owned(),
            spec_version: version.spec_version,
            transaction_version: version.transaction_version,
        })
    }

    /// The version whose migrations were carried out last: it lags a block behind
    /// [`runtime_version`](Self::runtime_version) after an upgrade.
    pub async fn last_upgrade(&self) -> Result<u32, ChainError> {
        const WHAT: &str = "System.LastRuntimeUpgrade";
        let key = crate::storage::item("System", "LastRuntimeUpgrade");
        let last: Option<LastUpgrade> = self.value(key, WHAT).await?;
        Ok(last.map_or(0, |last| last.spec_version))
    }

    /// The runtime itself, as it is stored: wasm, usually compressed.
    pub async fn runtime_code(&self) -> Result<Vec<u8>, ChainError> {
        let code = self.raw_values(vec![CODE.to_vec()]).await?.pop().flatten();
        code.ok_or_else(|| ChainError::decode(":code", "the chain has no runtime"))
    }

    /// The version that the runtime's code gives, executed by the node.
    pub async fn executed_version(&self) -> Result<u32, ChainError> {
        const METHOD: &str = "Core_version";
        let at = self.at;
        let bytes = self
            .connection()
            .ask(METHOD, |rpc| async move {
                rpc.state_call(METHOD, None, at).await
            })
            .await
            .map_err(|e| about_block(e, at))?;
        // spec_name, impl_name, authoring_version, spec_version, …
        let head = <(String, String, u32, u32)>::decode(&mut &*bytes);
        head.map(|(_, _, _, spec_version)| spec_version)
            .map_err(|e| ChainError::decode(METHOD, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{chain::decode_exact, storage, testing::Node};
    use codec::Encode;

    #[tokio::test]
    async fn the_runtime_says_what_it_is_and_the_chain_keeps_it() {
        let node = Node::new(1);
        let chain = node.chain().await;
        let version = chain.runtime_version().await.unwrap();
        assert_eq!(
            (version.spec_name.as_str(), version.spec_version),
            ("test", 1)
        );
        assert_eq!(chain.last_upgrade().await.unwrap(), 0, "never upgraded");
        let none = chain.runtime_code().await.unwrap_err();
        assert!(none.to_string().contains("no runtime"), "{none}");
        let upgraded = (codec::Compact(7u32), "test").encode();
        node.put(storage::item("System", "LastRuntimeUpgrade"), upgraded);
        node.put(CODE.to_vec(), b"\0asm".to_vec());
        assert_eq!(chain.last_upgrade().await.unwrap(), 7);
        assert_eq!(chain.runtime_code().await.unwrap(), b"\0asm");
    }

    #[test]
    fn the_last_upgrade_has_the_shape_of_frame_system() {
        let bytes = (codec::Compact(20_261_121u32), "cess-node").encode();
        let last: LastUpgrade = decode_exact(&bytes, "x").unwrap();
        assert_eq!(last.spec_version, 20_261_121);
    }
}
